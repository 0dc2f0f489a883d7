"""Estimate the game on the real record and write docs/explanation/strategy-estimation.md (some ten minutes).

The tables must be in the store: tocsin data fetch cow_states contdir tss_rivalries mie nmc arms sanctions.
Run: python scripts/strategy_estimation.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tocsin.parameters import parameters
from tocsin.store import Store, open_store
from tocsin.strategy.estimate.crisis import PAYOFFS, SANCTIONS, fit, sanctions
from tocsin.strategy.estimate.first_stage import first_stage
from tocsin.strategy.estimate.likelihood import Data, centre, matched
from tocsin.strategy.estimate.run import estimate, likelihood_by_lam
from tocsin.strategy.estimate.sample import TABLES, read
from tocsin.strategy.estimate.simulate import Recovery, recover

OUT = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "strategy-estimation.md"
FIRST, LAST, UNTIL = 1955, 1994, 2014
LAMS = (0.5, 2.0, 5.0, 10.0)


def inputs(store: Store) -> dict[str, str]:
    """Return the hashes of the source files."""
    return {m["source_file"]: m["source_sha256"] for m in map(store.manifest, (*TABLES, "sanctions"))}


def by_lam(store: Store) -> tuple[int, float, list[str]]:
    """Return rows, log-likelihood of habits and the table by lam on all years, central transitions and payoffs."""
    from tocsin.strategy.estimate.fit import base_log_likelihood

    data = Data.of(read(store, FIRST, UNTIL))
    rows = likelihood_by_lam(centre(), data, LAMS)
    table = ["| lam | habits kept | habits matched |", "|---|---|---|"]
    table += [f"| {r['lam']:g} | {_signed(r['plain'])} | {_signed(r['matched'])} |" for r in rows]
    return len(data.sample), base_log_likelihood(data), table


def _signed(x: float | None) -> str:
    return "no answer" if x is None else f"{x:+.1f}"


def simulated(store: Store) -> list[tuple[float, Recovery]]:
    """Return what the estimator makes of records simulated on the real states."""
    sample = read(store, FIRST, LAST)
    data = Data.of(sample)
    truth, _ = matched(centre(lam=15.0, **first_stage(store, sample).changes), data)
    one = recover(truth, ("lam",), data.sample, start=truth.with_(lam=5.0), repeats=20, seed=1)
    two = recover(truth, ("lam", "gam"), data.sample, start=truth.with_(lam=5.0, gam=1.6), repeats=10, seed=101)
    return [(15.0, one), (15.0, two)]


def published(store: Store) -> list[str]:
    """Return the lines on the published crisis game."""
    games, began, ended = sanctions(store)
    found = fit(games, began)
    apart = [float(np.max(np.abs(a - b))) for a, b in zip(found.beliefs, ended, strict=True)]
    lines = [
        f"{games.outcomes.shape[0]} directed dyad-decades with {int(games.outcomes.sum()):,} observations. From the "
        f"authors' first-stage beliefs the nested pseudo-likelihood settled after {found.rounds} rounds (residual "
        f"{found.residual:.0e}, log-likelihood {found.log_likelihood:.2f}). The equilibrium probabilities that come "
        f"out, two for each game, differ from those the authors publish with the data by at most {apart[0]:.0e} (the "
        f"target resists) and {apart[1]:.0e} (the challenger stands firm).",
        "",
        "| payoff | estimate |",
        "|---|---|",
    ]
    at = 0
    for payoff in PAYOFFS:
        names = SANCTIONS[payoff]
        if names:
            said = ", ".join(f"{n} {found.coefficients[at + i]:.3f}" for i, n in enumerate(names))
            lines.append(f"| `{payoff}` | {said} |")
        at += len(names)
    return lines


def page(store: Store) -> str:
    """Return the page."""
    r = estimate(store, FIRST, LAST, UNTIL, tell=print)
    rows, base, table = by_lam(store)
    record, stage = r["record"], r["first_stage"]
    used = f"{record['used']:,} of {record['rows']:,}"
    counts = np.array(record["counts"])
    centre_out = r["held_out_at_centre"]
    return "\n".join(
        [
            "# What the record says of the game's parameters",
            "",
            "*Made by `scripts/strategy_estimation.py`; do not edit. The same from the command line: "
            "`tocsin strategy estimate`.*",
            "",
            "In short: "
            + _short(r)
            + " The game's structural numbers are therefore shown as explanation, beside the base rates, and not as "
            "the forecast.",
            "",
            "## The record",
            "",
            f"Directed years of land neighbours in a strategic rivalry, {FIRST} to {LAST}: {used} with known military "
            f"expenditure of both and known orders of arms, {r['fits'][0]['dyads']} dyads; {record['held_out_rows']:,} "
            f"rows of {LAST + 1} to {UNTIL} are held out. The outcome is the highest mode A itself used (Militarized "
            "Interstate Events); histories, power and pending arms are of the year before "
            "(`tocsin.strategy.estimate.sample`). "
            f"{record['beyond_grid']:.0%} of the power ratios lie beyond the grid and count as its end. Holdings are "
            "not in the record and follow the neutral kernel; monitors, partners and regimes are those of the "
            "reference population.",
            "",
            "| history | none | threat | incursion | strike | war |",
            "|---|---|---|---|---|---|",
            *(
                f"| {name} | {' | '.join(f'{int(n):,}' for n in row)} |"
                for name, row in zip(("ten quiet years", "neither", "force in the year before"), counts, strict=True)
            ),
            "",
            "## First stage",
            "",
            f"`tau` = {stage['tau']:.3f} (of {stage['quiet_years']:,} quiet years after `e = 1`, the share that led to "
            f"`e = 0`); `rhoO` = {stage['rhoO']:.3f} (share of the value on order delivered within a year); `dep` = "
            f"{stage['dep']:.3f} (what keeps relative power without a trend). Relative power of B rises by "
            f"{stage['slope']:.2f} steps a year per unit of `q` (standard error {stage['slope_error']:.2f}, by dyad), "
            f"where `rhoO` says {stage['rhoO']:.2f}. " + _against_ranges(stage),
            "",
            "## The likelihood by `lam`",
            "",
            f"On all years, {FIRST} to {UNTIL} ({rows:,} rows), habits alone reach {base:.1f}. With payoffs and "
            "transitions at their central values, less that:",
            "",
            *table,
            "",
            "Matched habits make the game meet the record's own frequencies by history, so that payoffs move behaviour "
            "only within a history. The specification of the game gave -3293.1 for base rates and -3306 at `lam = 10` "
            "on 4,546 rows, a fall of 13; the rows here are counted anew (ten years of membership are demanded of a "
            "settled dyad, and orders of arms must be known), and the fall, with matched habits, is that of the table.",
            "",
            "## What is identified",
            "",
            f"Expected information at `lam` = {r['identification']['at']['lam']:g}, where choice is precise enough for "
            "payoffs to show, in units of half the range held plausible; "
            f"{r['identification']['needed']:g} is needed (a standard error of a quarter of the range).",
            "",
            "| parameter | alone | beside habits | beside all | |",
            "|---|---|---|---|---|",
            *(
                f"| `{p['name']}` | {_info(p['alone'])} | {_info(p['beside_habits'])} | {_info(p['beside_all'])} | "
                f"{'can be estimated' if p['identified'] else p['reason']} |"
                for p in r["identification"]["parameters"]
            ),
            "",
            "Eigenvalues of the information beside habits, smallest first: "
            + ", ".join(_info(v) for v in r["identification"]["eigenvalues"])
            + ".",
            "",
            _fallout(r["identification"]["fallout"]),
            "",
            "## Estimates",
            "",
            *(line for f in r["fits"] for line in _fitted(f)),
            f"The game at its central values (`lam` = 5, habits matched before {LAST + 1}) loses "
            f"{-centre_out['gain']:.4f} log-likelihood a row on the held-out years against habits alone (standard "
            f"error {centre_out['error']:.4f}, by dyad).",
            "",
            "## Does the estimator work?",
            "",
            "Records simulated on the real states, with the real dyads and years:",
            "",
            "| estimated | truth | mean estimate | mean standard error | spread of estimates | 95 % intervals that "
            "hold the truth | records |",
            "|---|---|---|---|---|---|---|",
            *(line for _, rec in simulated(store) for line in _recovered(rec)),
            "",
            "(Logs.) Where choice is precise the record would say so; that it does not is not the estimator's doing.",
            "",
            "## A published result",
            "",
            "The crisis game of Lewis and Schultz (2003) on threats of economic sanctions, as estimated by Crisman-Cox "
            "and Gibilisco (2021) and published with the R package sigInt (`tocsin.strategy.estimate.crisis`, written "
            "anew from the equations).",
            "",
            *published(store),
            "",
            "The authors' table of coefficients was not at hand; what is compared are the probabilities they ship. The "
            "strategic probit of Signorino (1999) is checked against printed numbers in "
            "`tocsin.strategy.theory.signorino1999`; for the data set `war1800` no printed estimates were at hand.",
            "",
            "## Limits",
            "",
            "Rivalry lists and the order years of the arms register carry hindsight. Being attacked is not a choice, "
            "so the side that an event names second does not enter by it. Equilibrium is solved by iteration from one "
            "start; with precise choice there can be several (`tocsin.strategy.game.equilibria`). The reference "
            "distribution of likelihood ratios is only a guide where `lam` lies at its bound.",
            "",
            "## Inputs",
            "",
            *(f"- `{name}` `{sha}`" for name, sha in sorted(inputs(store).items())),
            "",
        ]
    )


def _against_ranges(stage: dict[str, float]) -> str:
    """Say where the transitions counted lie against the ranges the draws use."""
    said = []
    for name in ("tau", "rhoO", "dep"):
        p = parameters("strategy")[name]
        where = "below" if stage[name] < p.low else "above" if stage[name] > p.high else "within"
        said.append(f"`{name}` lies {where} the range of the draws ({p.low:g} to {p.high:g})")
    return "; ".join(said) + "."


def _short(r: dict[str, Any]) -> str:
    lam = r["fits"][0]["verdicts"][0]
    falls = all(row["matched"] is None or row["matched"] < 0 for row in r["likelihood_by_lam"]["rows"])
    where = "at `lam = 0`, where payoffs do not matter. " if falls else "above `lam = 0`. "
    return "with payoffs at their central values the likelihood of the record is highest " + where + _told(r, lam)


def _told(r: dict[str, Any], lam: dict[str, Any]) -> str:
    told = [v for f in r["fits"] for v in f["verdicts"] if not v["why"]]
    if told:
        return "Told are: " + ", ".join(f"`{v['name']}` = {v['value']:.3g}" for v in told) + "."
    bound = f", and `lam` is at most {lam['high']:.1f} (95 %)" if lam["high"] is not None else ""
    return f"No parameter can be reported{bound}."


def _info(x: float) -> str:
    return "0" if abs(x) < 1e-6 else f"{x:.0f}" if abs(x) >= 100 else f"{x:.2g}"


def _fallout(s: dict[str, float]) -> str:
    return (
        f"Fallout `F` has information {s['alone']:.1f} if all else were known. Beside the costs of threats, "
        f"incursions, strikes and war {s['beside_costs']:.2g} is left (only a treaty shifts fallout and not costs); "
        f"beside the habits {_info(s['beside_habits'])}: a one-off cost of an action after a given history is the same "
        "thing as a weaker habit. It is refused, whatever a search would return for it."
    )


def _fitted(f: dict[str, Any]) -> list[str]:
    out = [f"**{', '.join(f'`{n}`' for n in f['free'])}**: gain on habits alone {f['gain']:.2f}."]
    for v in f["verdicts"]:
        if v["why"]:
            out.append(f"`{v['name']}` is refused: {v['why']}.")
        else:
            out.append(
                f"`{v['name']}` = {v['value']:.3g}, 95 % {v['low']:.3g} to {v['high']:.3g} by profile likelihood, "
                f"standard error {v['error']:.2f} by dyad (logs, log-odds)."
            )
    h = f["held_out"]
    out.append(
        f"Held out: {h['gain']:+.5f} log-likelihood a row against habits alone (standard error {h['error']:.5f})."
    )
    return [" ".join(out), ""]


def _recovered(r: Recovery) -> list[str]:
    lines = []
    for i, name in enumerate(r.names):
        e = r.estimates[:, i]
        failed = f", {r.failed} failed" if r.failed else ""
        lines.append(
            f"| `{name}` ({', '.join(r.names)} free) | {r.truth[i]:.2f} | {e.mean():.2f} | {r.errors[:, i].mean():.2f} "
            f"| {e.std(ddof=1):.2f} | {r.covered[i]:.0%} | {len(e)}{failed} |"
        )
    return lines


def main() -> None:
    """Write the page."""
    OUT.write_text(page(open_store()), "utf-8")


if __name__ == "__main__":
    main()
