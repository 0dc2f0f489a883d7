"""The whole estimation, from the store to what may be said: record, identification, fits, held-out years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.errors import ModelError, UsageError, suggest
from tocsin.parameters import parameters
from tocsin.strategy.estimate.first_stage import first_stage
from tocsin.strategy.estimate.fit import Fit, Profile, base_log_likelihood, fit, held_out, profile
from tocsin.strategy.estimate.identify import CANDIDATES, Identification, identify, shared
from tocsin.strategy.estimate.likelihood import Data, centre, matched, shares
from tocsin.strategy.estimate.sample import TABLES, Sample, read
from tocsin.strategy.game.setting import Setting
from tocsin.strategy.game.solve import solve
from tocsin.strategy.game.states import X_LOW

if TYPE_CHECKING:
    from tocsin.store import Store

LAMS = (0.05, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What is said of one parameter.

    Parameters
    ----------
    name : str
        The parameter.
    value, error : float or None
        Estimate in its own units and standard error on the scale worked with, clustered by dyad; None if refused.
    low, high : float or None
        95 % bounds from the profile likelihood, as far as it gives any.
    why : str
        Why no estimate is shown; empty where one is.
    """

    name: str
    value: float | None
    error: float | None
    low: float | None
    high: float | None
    why: str


def likelihood_by_lam(setting: Setting, data: Data, lams: Sequence[float]) -> list[dict[str, float | None]]:
    """Return the log-likelihood at some precisions less that of the habits alone, all payoffs at their centre.

    ``plain`` keeps the frequencies as habits; ``matched`` sets the habits so that the game meets the frequencies. None
    where the game has no answer.
    """
    base = base_log_likelihood(data)
    rows: list[dict[str, float | None]] = []
    for lam in lams:
        game = setting.with_(lam=lam, wA=shares(data.sample))
        row: dict[str, float | None] = {"lam": lam, "plain": None, "matched": None}
        solution = solve(game)
        if solution.status == "converged":
            row["plain"] = float(np.log(data.rows(solution)).sum()) - base
        with suppress(ModelError):
            row["matched"] = float(np.log(data.rows(matched(game, data)[1])).sum()) - base
        rows.append(row)
    return rows


def verdicts(found: Fit, profiles: Sequence[Profile]) -> list[Verdict]:
    """Return what may be said of each free parameter of a fit.

    An estimate is shown only if the profile likelihood falls by ``estimation.drop`` on both sides of it, and that of
    every parameter free beside it as well: one that runs away takes the others along. If the fit as a whole gains less
    on the habits alone than ``k`` idle parameters would at 95 %, nothing is shown: at ``lam = 0`` no other parameter
    exists, so none can be told (Davies 1977, Biometrika 64).
    """
    from scipy.stats import chi2

    k = len(found.model.names)
    gain, need = found.log_likelihood - found.base, float(chi2.ppf(0.95, k)) / 2
    by_name = {p.name: p for p in profiles}
    bounds = {n: (p.low, p.high) for n, p in by_name.items()}
    loose = [n for n in found.model.names if None in bounds.get(n, (None, None))]
    out = []
    for name in found.model.names:
        low, high = bounds.get(name, (None, None))
        if gain < need:
            bound = f"; lam is at most {high:.2g}" if name == "lam" and high is not None else ""
            why = f"payoffs gain {max(gain, 0.0):.2f} log-likelihood on habits alone; {need:.2f} are needed{bound}"
        elif name not in by_name:
            why = "no profile likelihood was computed"
        elif low is None or high is None:
            side = "either side" if low is high else "the lower side" if low is None else "the upper side"
            why = f"the likelihood does not fall on {side} of {found.values[name]:.3g} within the values tried"
        elif loose:
            why = f"{', '.join(loose)}, free beside it, {'is' if len(loose) == 1 else 'are'} not told"
        elif not np.isfinite(found.errors[name]):
            why = "the information is singular"
        else:
            why = ""
        shown = not why
        value, error = found.values[name], found.errors[name]
        out.append(Verdict(name, value if shown else None, error if shown else None, low, high, why))
    return out


def estimate(
    store: Store,
    first: int = 1955,
    last: int = 1994,
    until: int = 2014,
    *,
    free: Sequence[str] | None = None,
    workers: int = 2,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """Return everything the record says of the game's parameters, ready for JSON.

    Parameters
    ----------
    store : Store
        Must hold the tables of ``tocsin.strategy.estimate.sample.TABLES``.
    first, last : int
        Years fitted.
    until : int
        Last of the held-out years after ``last``.
    free : sequence of str, optional
        Parameters to estimate beside ``lam``; by default those the identification report allows.
    workers : int
        Threads.
    tell : callable, optional
        Called with a word on what is being done.

    Raises
    ------
    UsageError
        For years or names that make no sense.
    ModelError
        If a parameter asked for is not identified, or a fit fails.
    SourceError
        If a table is missing.
    """
    say = tell or (lambda _: None)
    unknown = [f"{n!r} cannot be estimated.{suggest(n, CANDIDATES)}" for n in free or () if n not in CANDIDATES]
    if unknown:
        raise UsageError(f"{' '.join(unknown)} Candidates: {', '.join(CANDIDATES)}.")
    if not first < last < until:
        raise UsageError(f"years {first} to {last}, held out to {until}: they must increase.")
    say("reading the record")
    whole = read(store, first, until)
    before, after = Data.of(whole.years(first, last)), Data.of(whole.years(last + 1, until))
    stage = first_stage(store, whole.years(first, last))
    setting = centre(**stage.changes)
    table = parameters("strategy")["lam"]

    say("likelihood by lam")
    rows = likelihood_by_lam(setting, before, LAMS)
    say("identification")
    precise, _ = matched(setting.with_(lam=table.high), before)
    report = identify(precise, before, workers=workers)
    names = _wanted(report, free)

    fits = []
    for chosen in dict.fromkeys((("lam",), names)):
        say(f"fitting {', '.join(chosen)}")
        found = fit(setting, chosen, before, workers=workers)
        fits.append(_fitted(found, before, after, say, workers))
    return {
        "record": _record(store, whole, before, after, (first, last, until)),
        "first_stage": asdict(stage),
        "likelihood_by_lam": {"base": base_log_likelihood(before), "rows": rows},
        "identification": _identification(report, precise, before),
        "fits": fits,
        "held_out_at_centre": asdict(held_out(matched(setting, before)[0], before, after)),
    }


def _wanted(report: Identification, free: Sequence[str] | None) -> tuple[str, ...]:
    if free is None:
        return tuple(dict.fromkeys(("lam", *report.identified)))
    reasons = {p.name: p.reason for p in report.parameters if not p.identified}
    refused = [f"{n}: {reasons[n]}" for n in free if n in reasons and n != "lam"]
    if refused:
        raise ModelError(
            f"the record does not identify {'; '.join(refused)}. "
            "Leave it at its central value, or find data that move it."
        )
    return tuple(dict.fromkeys(("lam", *free)))


def _fitted(found: Fit, before: Data, after: Data, say: Tell, workers: int) -> dict[str, Any]:
    from scipy.stats import chi2

    profiles = []
    promising = found.log_likelihood - found.base >= chi2.ppf(0.95, len(found.model.names)) / 2
    for name in found.model.names:
        # The others mean nothing unless payoffs matter at all.
        if name == "lam" or promising:
            say(f"profile of {name}")
            profiles.append(profile(found, name, _grid(name, found), before, workers=workers))
    said = verdicts(found, profiles)
    return {
        "free": list(found.model.names),
        "rows": found.rows,
        "dyads": found.dyads,
        "gain": found.log_likelihood - found.base,
        "gradient": found.gradient,
        "verdicts": [asdict(v) for v in said],
        "profiles": [_plain(asdict(p)) for p in profiles],
        "held_out": asdict(held_out(found.setting, before, after)),
    }


def _grid(name: str, found: Fit) -> np.ndarray:
    p = parameters("strategy")[name]
    if name == "lam":
        return np.array(LAMS)
    spread = np.linspace(p.low, p.high, 7) if name == "a0" else np.geomspace(p.low, p.high, 7)
    return np.unique(np.append(spread, found.values[name]))


def _record(store: Store, whole: Sample, before: Data, after: Data, years: tuple[int, int, int]) -> dict[str, Any]:
    fitted = whole.years(years[0], years[1])
    return {
        "years": list(years[:2]),
        "held_out": [years[1] + 1, years[2]],
        "rows": len(fitted),
        "used": len(before.sample),
        "held_out_rows": len(after.sample),
        "unknown_power": int((~np.isfinite(fitted.r)).sum()),
        "unknown_pending": int((~np.isfinite(fitted.q)).sum()),
        "beyond_grid": float(np.mean(np.abs(before.sample.r) > -X_LOW)),
        "counts": before.sample.counts().tolist(),
        "inputs": {m["source_file"]: m["source_sha256"] for m in map(store.manifest, TABLES)},
    }


def _identification(report: Identification, precise: Setting, data: Data) -> dict[str, Any]:
    return {
        "at": report.at,
        "rows": report.rows,
        "needed": parameters("estimation")["information"].mode,
        "parameters": [asdict(p) for p in report.parameters],
        "eigenvalues": report.eigenvalues.tolist(),
        "fallout": asdict(shared(precise, data)),
    }


def _plain(d: dict[str, Any]) -> dict[str, Any]:
    return {
        k: [None if isinstance(x, float) and not np.isfinite(x) else x for x in v.tolist()]
        if isinstance(v, np.ndarray)
        else v
        for k, v in d.items()
    }
