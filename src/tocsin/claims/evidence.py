"""The evidence tables shipped with the package: regularities across states, and gaps of power among comparable dyads.

Made by scripts/make_evidence.py from the store; every load checks the tables against their recorded hashes.
"""

from __future__ import annotations

import csv
import hashlib
import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from tocsin.assessment.claim_parts import Estimate, Regularity, Verdict
from tocsin.assessment.parts import Interval
from tocsin.case.claim_tests import RegularityTest
from tocsin.claims.found import LEVEL, Context, Found, number, threshold
from tocsin.errors import CheckError

HASHED = ("regularities.csv", "disparities.csv")


@cache
def meta() -> dict[str, Any]:
    """Return what stands beside the tables: hashes of tables and inputs, outcomes, and what each regularity is."""
    return tomllib.loads(files("tocsin.claims").joinpath("evidence/evidence.toml").read_text("utf-8"))


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return the rows of an evidence table.

    Raises
    ------
    CheckError
        If the table is not the one that was recorded.

    Examples
    --------
    >>> table("regularities.csv")[0]["regularity"]
    'personalist-initiation'
    """
    text = files("tocsin.claims").joinpath(f"evidence/{name}").read_text("utf-8")
    return checked(name, text, str(meta()["tables"][name]))


def checked(name: str, text: str, wanted: str) -> list[dict[str, str]]:
    """Return the rows of a table whose hash is the recorded one.

    Raises
    ------
    CheckError
        If it is not.
    """
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != wanted:
        raise CheckError(
            f"evidence/{name} does not match its recorded hash ({found[:12]} against {wanted[:12]}). "
            "Reinstall the package, or make the evidence anew with scripts/make_evidence.py. [evidence hash]"
        )
    return list(csv.DictReader(text.splitlines()))


def evidence_hash() -> str:
    """Return one SHA-256 over the hashes of all evidence tables."""
    return hashlib.sha256("".join(str(meta()["tables"][n]) for n in HASHED).encode()).hexdigest()


@cache
def _gaps() -> dict[tuple[str, str, int], tuple[int, list[float], list[float]]]:
    out = {}
    for row in table("disparities.csv"):
        quantiles = {int(k[1:]) / 100: float(v) for k, v in row.items() if k.startswith("q")}
        key = (row["index"], row["sample"], int(row["year"]))
        out[key] = (int(row["members_of"]), list(quantiles.values()), list(quantiles))
    return out


def percentile(index: str, among: str, year: int, gap: float, *, before: int) -> tuple[float, int] | None:
    """Return the percentile of a gap ``|ln(a/b)|`` among comparable dyads of a year, and the year of their membership.

    Parameters
    ----------
    index : str
        ``cinc``, ``spending``, ``gdp`` or ``population``.
    among : {'land', 'rival'}
        Land neighbours or rivals.
    before : int
        Years from this one on are not known yet.

    Returns
    -------
    tuple or None
        Percentiles stay between .05 and .95, where the shipped quantiles end. None if the table has no such year.
    """
    found = _gaps().get((index, among, year))
    if found is None or year >= before:
        return None
    members_of, values, shares = found
    return float(np.interp(gap, values, shares)), members_of


@cache
def regularity(name: str, before: int) -> Regularity:
    """Return a regularity with the estimates from years before a given one."""
    about = meta()["regularities"][name]
    rows = [r for r in table("regularities.csv") if r["regularity"] == name and r["last"] and int(r["last"]) < before]
    return Regularity(
        name=name,
        about=about["about"],
        term=about.get("term", ""),
        literature=about["literature"],
        missing=about.get("missing") or (None if rows else f"no estimate uses only years before {before}"),
        estimates=[_estimate(r) for r in rows],
    )


def _estimate(r: dict[str, str]) -> Estimate:
    def whole(key: str) -> int | None:
        return int(r[key]) if r[key] else None

    def interval(value: str, low: str, high: str, why: str) -> Interval:
        if not r[value]:
            return Interval(value=None, missing=why)
        return Interval(value=float(r[value]), low=float(r[low]), high=float(r[high]), level=LEVEL)

    return Estimate(
        measure=r["measure"],
        outcome=r["outcome"],
        sample=r["sample"],
        first=whole("first"),
        last=whole("last"),
        n=int(r["n"]),
        events=int(r["events"]),
        estimate=interval("estimate", "low", "high", "the model could not be fitted"),
        gain=interval("gain", "gain_low", "gain_high", "the model could not be fitted to the earlier years alone"),
        tested_from=whole("tested_from"),
    )


def test(t: RegularityTest, c: Context) -> Found:
    """Return whether a regularity holds: agreement of its estimates, and what it adds out of sample."""
    r = regularity(t.regularity, c.as_of.year)
    if r.missing:
        return Found("untestable", f"Unknown: {r.missing}", evidence=t.regularity)
    sign = 1 if t.claimed == "more" else -1
    ends = [(e.estimate.low, e.estimate.high) for e in r.estimates if e.estimate.value is not None]
    sides = [_turn(low, high, sign) for low, high in ends if low is not None and high is not None]
    verdict, why = judged(sides, [(e.gain.low, e.gain.high) for e in r.estimates])
    values = sorted(sign * e.estimate.value for e in r.estimates if e.estimate.value is not None)
    mid = sign * float(np.median(values))
    spread = (min(low for low, _ in sides) * sign, max(high for _, high in sides) * sign)
    low, high = min(spread), max(spread)
    finding = f"{r.term[:1].upper()}{r.term[1:]}: {why} Median odds ratio {math.exp(mid):.2f}."
    numbers = [
        number("median log odds ratio", mid),
        number("lowest end of an interval", low),
        number("highest end of an interval", high),
    ]
    return Found(verdict, finding, numbers, evidence=t.regularity)


test.__test__ = False  # type: ignore[attr-defined]


def _turn(low: float, high: float, sign: int) -> tuple[float, float]:
    return (low, high) if sign > 0 else (-high, -low)


def judged(sides: list[tuple[float, float]], gains: list[tuple[float | None, float | None]]) -> tuple[Verdict, str]:
    """Return the verdict on a claimed positive effect and the counts behind it.

    Parameters
    ----------
    sides : list of (low, high)
        Intervals of the estimates, turned so that the claim is above zero.
    gains : list of (low, high)
        Intervals of the out-of-sample gain; None where unknown.

    Examples
    --------
    >>> judged([(0.1, 0.5)] * 3, [(0.2, 0.9)] * 3)[0], judged([(0.1, 0.5)] * 3, [(-1.0, 0.2)] * 3)[0]
    ('supported', 'mixed')
    >>> judged([(-0.5, -0.1), (-0.2, 0.1)], [])[0], judged([(-0.1, 0.2)] * 4, [])[0], judged([(-0.5, 0.5)] * 4, [])[0]
    ('contradicted', 'contradicted', 'mixed')
    """
    n = len(sides)
    above, below = sum(low > 0 for low, _ in sides), sum(high < 0 for _, high in sides)
    better = sum(low is not None and low > 0 for low, _ in gains)
    worse = sum(high is not None and high < 0 for _, high in gains)
    known = sum(low is not None for low, _ in gains)
    small = all(high < math.log(threshold("odds_ratio")) for _, high in sides)
    counts = (
        f"{above} of {n} intervals lie on the claimed side of zero, {below} on the other; later years are forecast "
        f"better "
        f"with it in {better} of {known} trials, worse in {worse}."
    )
    if above >= threshold("agreement") * n and not below:
        if better > worse:
            return "supported", counts
        return "mixed", f"{counts} It holds in sample and does not help to foresee force."
    if not above and below >= threshold("opposition") * n:
        return "contradicted", counts
    if not above and small:
        odds = threshold("odds_ratio")
        return (
            "contradicted",
            f"{counts} A null: every interval excludes an odds ratio of {odds:g} on the claimed side.",
        )
    if not above and not below:
        return "mixed", f"{counts} A null, but too wide to exclude an effect."
    return "mixed", counts
