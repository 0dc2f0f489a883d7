"""Write docs/explanation/strategy-as-of.md: what the strategic game said on past days, and how that scored.

Two parts: ten days named in the design, chosen with knowledge of what followed, and the end of every year, which nobody
chose. Run: python scripts/strategy_as_of.py (two minutes on two cores).
"""

from __future__ import annotations

import sys
import textwrap
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.assessment import outlook
from tocsin.assessment.game import DRAWS, RATES_UNTIL, reading
from tocsin.assessment.game_parts import GameReading
from tocsin.assessment.words import percent
from tocsin.case.asof import known_on
from tocsin.case.load import Case, load_case
from tocsin.forecast import scores
from tocsin.forecast.base_rates import MODES
from tocsin.forecast.history import months_before
from tocsin.measures.context import counted_incidents
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.setting import BASE_RATES, Array
from tocsin.strategy.game.solve import Solution, certify, solve
from tocsin.strategy.mapping import Situation, mixes, situation
from tocsin.strategy.outputs import history, weight_draws

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "strategy-as-of.md"
RUNS = [
    *(("AZE", d) for d in ("2015-12-31", "2019-12-31", "2020-08-31", "2021-12-31", "2022-08-31", "2023-08-31")),
    *(("AZE", d) for d in ("2025-02-01", "2026-06-08")),
    ("ARM", "1998-12-31"),
    ("ARM", "2009-12-31"),
]
SEED = 1
MEASURES = ("game", "base rate by recent history", "base rate of the class", "own history")


@dataclass(frozen=True)
class Outcome:
    """Highest mode in the twelve months after a day: as counted, and if force must kill or take ground."""

    counted: int
    grave: int


Run = tuple[GameReading, date, dict[str, Array], Outcome | None]


def outcome(case: Case, actor: str, day: date) -> Outcome | None:
    """Return the outcome for one direction; None if the twelve months are not over by the cut-off."""
    until = months_before(day, -12)
    if until > case.config.case.cutoff:
        return None
    rows = counted_incidents(known_on(case, case.config.case.cutoff)).filter(
        pl.col("both") | (pl.col("initiator") == actor), pl.col("start") <= until, pl.col("end") > day
    )
    kills = (pl.col("mode") == "war") | pl.col("fatal").fill_null(False) | pl.col("ground_taken").fill_null(False)
    grave = rows.filter(kills | (pl.col("mode") == "threat"))
    highest = [max((MODES.index(m) for m in frame["mode"]), default=0) for frame in (rows, grave)]
    return Outcome(*highest)


@cache
def solutions(regime: str, monitor: bool, partner: bool) -> list[Solution]:
    """Return the certified solutions of all draws for one kind of actor and surroundings."""
    games = prior_games(DRAWS, regime, monitor=float(monitor), partner=float(partner))
    found = [solve(g).require() for g in games]
    if not all(certify(s).holds for s in found):
        raise SystemExit("a solution has no certificate")
    return found


def yearly(s: Situation, weights: Array) -> tuple[Array, Array]:
    """Return P(highest mode) within a year under the game, and at the base rates of the same recent history."""
    assert s.regime.kind is not None
    found = solutions(s.regime.kind, bool(s.monitors), bool(s.partners))
    p = [np.tensordot(mixes(s, one.setting, w)["main"], one.s_A, 5) for one, w in zip(found, weights, strict=True)]
    return np.mean(p, axis=0), history(mixes(s, found[0].setting, 0.5)["main"]) @ BASE_RATES


def others(known: Case, actor: str, day: date) -> tuple[Array, Array]:
    """Return the forecast from own history and the base rate of the class, twelve months."""
    f = next(f for f in outlook.forecasts(known, day) if f.actor == actor and f.horizon_months == 12)
    return np.array([m.probability.value for m in f.modes]), np.array([m.base_rate for m in f.modes])


def named(case: Case) -> list[Run]:
    """Return the ten runs with all four distributions and the outcome."""
    out = []
    for actor, text in RUNS:
        day = date.fromisoformat(text)
        known = known_on(case, day)
        g = reading(known, situation(known, day, actor), SEED, DRAWS)
        if g.results is None:
            raise SystemExit(f"{actor} {day}: {g.missing}")
        one = [m for m in g.results.modes if m.years == 1]
        own, cls = others(known, actor, day)
        p = (np.array([m.probability.mean for m in one]), np.array([m.base_rate for m in one]), cls, own)
        out.append((g, day, dict(zip(MEASURES, p, strict=True)), outcome(case, actor, day)))
        print(actor, day, flush=True)
    return out


def every_year(case: Case) -> tuple[list[tuple[str, date, dict[str, Array], Outcome]], int]:
    """Return the end of every year in both directions, once the outcome is known; and how many the case left open."""
    weights = weight_draws(DRAWS, SEED)
    out, skipped = [], 0
    for year in range(case.config.case.begins.year, case.config.case.cutoff.year):
        day = date(year, 12, 31)
        known = known_on(case, day)
        for actor in case.pair:
            s, seen = situation(known, day, actor), outcome(case, actor, day)
            if seen is None:
                continue
            if s.missing:
                skipped += 1
                continue
            game, base = yearly(s, weights)
            own, cls = others(known, actor, day)
            out.append((actor, day, dict(zip(MEASURES, (game, base, cls, own), strict=True)), seen))
    return out, skipped


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a table of Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def score_table(rows: list[tuple[dict[str, Array], Outcome]]) -> str:
    """Return mean scores of the four by the two codings of the outcome."""
    lines = []
    for name in MEASURES:
        p = np.stack([r[0][name] for r in rows])
        cells = [name]
        for kind in ("counted", "grave"):
            y = np.array([getattr(r[1], kind) for r in rows])
            cells += [f"{scores.rps(p, y).mean():.3f}", f"{scores.log_score(p, y).mean():.3f}"]
        lines.append(cells)
    ranked, grave = "ranked probability score", "only what killed or took ground"
    return table(["", f"{ranked}, as counted", "log score", f"{ranked}, {grave}", "log score"], lines)


def tail(p: Array, mode: int) -> str:
    """Return P(at least a mode) as people read it."""
    return percent(float(p[mode:].sum()))


def run_table(runs: list[Run]) -> str:
    """Return the table of the ten runs."""
    lines = []
    for g, day, p, seen in runs:
        assert g.results is not None
        at = {m.mode: m.at_least for m in g.results.modes if m.years == 1}
        cells = [g.actor, f"{day}"]
        for k in (2, 3, 4):
            s = at[MODES[k]]  # type: ignore[index]
            cells += [f"{percent(s.mean)} ({percent(s.low)} to {percent(s.high)})", tail(p[MEASURES[1]], k)]
        cells.append(f"{100 * g.results.pending[0].added.strike.mean:+.1f} points")
        cells.append("not yet known" if seen is None else f"{MODES[seen.counted]} / {MODES[seen.grave]}")
        lines.append(cells)
    heads = ["actor", "as of", "incursion or worse", "base", "strike or war", "base", "war", "base", "pending arms add"]
    return table([*heads, "what happened, as counted / what killed or took ground"], lines)


def state_table(runs: list[Run]) -> str:
    """Return how the case was read on each day."""
    lines = []
    for g, day, _, _ in runs:
        s, h = g.state, g.state.holdings
        assert s.spending is not None
        assert s.stock is not None
        assert s.pending is not None
        assert h is not None
        lines.append(
            [
                g.actor,
                f"{day}",
                f"{s.spending.r:.2f} ({s.spending.year}), {s.stock.r:.2f} ({s.stock.year})",
                f"{s.pending.q:.2f}",
                ", ".join(f"{x:.2f}" for x in s.recent.shares),
                s.recent.last or "none",
                f"{h.share:.1f} ({h.neutral_share:.2f})",
                f"{s.supply.supplier}: {s.supply.state}",
                ", ".join(s.monitors) or "none",
                ", ".join(s.partners) or "none",
                f"{s.regime.kind} ({s.regime.year})",
            ]
        )
    heads = ["actor", "as of", "ln(rival/actor) by spending, arms stock", "pending, steps"]
    heads += ["weights of quiet, neither, recent force", "last force", "actor's holdings (neutral kernel)"]
    return table([*heads, "rival's supplier", "monitors", "partners", "regime"], lines)


def reading_table(runs: list[Run]) -> str:
    """Return P(strike or war) within a year by the other readings and by precision."""
    names = {
        "main": "as used",
        "holdings by the neutral kernel": "neutral holdings",
        "recent force by a hard rule of twelve months": "hard twelve months",
        "power by spending alone": "spending",
        "power by the arms stock alone": "arms stock",
        "supplier withholding": "supplier withholds",
    }
    lams: list[float] = []
    lines = []
    for g, day, _, _ in runs:
        assert g.results is not None
        lams = [x.lam for x in g.results.lam_row]
        by = {x.name: x.probability.strike.mean for x in g.results.readings}
        cells = [percent(by[n]) for n in names] + [percent(x.strike) for x in g.results.lam_row]
        lines.append([g.actor, f"{day}", *cells, percent(g.results.base_rate)])
    return table(["actor", "as of", *names.values(), *(f"precision {lam:g}" for lam in lams), "base"], lines)


def main() -> None:
    """Run and write the page."""
    case = load_case("armenia-azerbaijan")
    runs, (years, skipped) = named(case), every_year(case)
    scored = [(p, seen) for _, _, p, seen in runs if seen is not None]
    checks = [g.results.checks for g, _, _, _ in runs if g.results is not None]
    days = sorted({day for _, day, _, _ in years})
    skill = {}
    for kind in ("counted", "grave"):
        y = np.array([getattr(seen, kind) for _, _, _, seen in years])
        mean = {n: scores.rps(np.stack([p[n] for _, _, p, _ in years]), y).mean() for n in MEASURES}
        skill[kind] = 1 - mean["game"] / mean["base rate by recent history"]
    text = [
        "# The strategic game on past days",
        para(
            f"Made by `scripts/strategy_as_of.py`; do not edit. Built-in case, seed {SEED}, {DRAWS} draws of the "
            "payoffs. Every number is conditional on these payoffs, which nobody has measured; the range behind it "
            "is a prior "
            "spread over the draws. Beside it stands the base rate of states with the same recent history, which the "
            "game would give if its payoffs did not matter."
        ),
        para(
            "On each day only what was public enters the state of the game. The base rates and the habits do not keep "
            f"to that: they rest on event data to {RATES_UNTIL}, and the ranges of the payoffs were set in 2026."
        ),
        "## Ten days",
        para(
            "Chances within twelve months. These days were chosen with knowledge of what followed, so their scores "
            "show "
            "what the game does, not how good it is."
        ),
        run_table(runs),
        para(
            f"Of {sum(c.draws for c in checks)} games solved for this table {sum(c.failed for c in checks)} failed and "
            f"{sum(c.uncertified for c in checks)} lacked a certificate; of {sum(c.restarted for c in checks)} solved "
            f"again from another start {sum(c.several for c in checks)} came to another equilibrium, which is no proof "
            "that there is only one."
        ),
        f"Mean scores of the {len(scored)} days whose twelve months are over; lower is better.",
        score_table(scored),
        "## The end of every year",
        para(
            f"From {days[0].year} to {days[-1].year}, both directions, {len(years)} runs; nobody chose these days. "
            f"{skipped} further runs were left out because the case did not yet say enough. Lower is better."
        ),
        score_table([(p, seen) for _, _, p, seen in years]),
        para(
            f"Skill of the game against the base rate by recent history: {skill['counted']:+.3f} as counted, "
            f"{skill['grave']:+.3f} for what killed or took ground (share of the ranked probability score removed). "
            "One "
            "dyad, events that run over several years, and two directions that often share an outcome: this is far too "
            "little to tell the game from its base rate, in either direction."
        ),
        "## How the case was read",
        state_table(runs),
        para(
            "Holdings are by the rule of the case; the neutral kernel stands beside them. A supplier of whom nothing "
            "is "
            "known enters with its long-run chance in the game. An incident counts as recent force if somebody died or "
            "ground or control changed hands; where that is unknown it does not, and the report says so. On the last "
            "day "
            "of 2015 the fighting of that year was not yet public in the record, so the last force known is that of "
            "2010."
        ),
        "## What the reading and the precision of choice do",
        para(
            "P(strike or war) within a year. The last columns are the central game at four precisions of choice "
            "(near 0 "
            "the base rate remains)."
        ),
        reading_table(runs),
        "## What to make of it",
        *(para(point) for point in points(runs, years)),
    ]
    PAGE.write_text("\n\n".join(text) + "\n", "utf-8")
    print(f"wrote {PAGE}")


def para(text: str) -> str:
    """Return a paragraph in lines of the width of the other pages."""
    return textwrap.fill(text, 125, break_long_words=False, break_on_hyphens=False)


def points(runs: list[Run], years: list[tuple[str, date, dict[str, Array], Outcome]]) -> list[str]:
    """Return what the numbers say, in sentences made of them."""
    by = {(g.actor, day.isoformat()): (g, p) for g, day, p, _ in runs}
    war, now = by["AZE", "2020-08-31"], by["AZE", "2025-02-01"]
    assert war[0].results is not None
    assert now[0].results is not None
    then = {x.name: x.probability.strike.mean for x in war[0].results.readings}
    here = {x.name: x.probability.strike.mean for x in now[0].results.readings}
    y = np.array([seen.counted for _, _, _, seen in years])
    mean = {n: scores.rps(np.stack([p[n] for _, _, p, _ in years]), y).mean() for n in MEASURES}
    return [
        f"On 31 August 2020 the game gives Azerbaijan a war with {tail(war[1]['game'], 4)}, where the base rate of its "
        f"recent history is {tail(war[1][MEASURES[1]], 4)}. What raises it is the gap between power and holdings "
        f"({war[0].state.holdings.share:.1f} of the prize, {war[0].state.holdings.neutral_share:.2f} by the neutral "
        f"kernel): with holdings by the kernel a strike or war has {percent(then['holdings by the neutral kernel'])} "
        f"instead of {percent(then['main'])}. Armenia's pending arms add "
        f"{100 * war[0].results.pending[0].added.strike.mean:.1f} points. The game reads that war as opportunity, "
        "not as "
        "prevention.",
        f"On 1 February 2025 Armenia's pending arms add {100 * now[0].results.pending[0].added.strike.mean:.1f} "
        "points to "
        f"{percent(here['main'])} for a strike or war; the base rate of the recent history is "
        f"{tail(now[1][MEASURES[1]], 3)}. How fresh the last force is counts for more: by a hard rule of twelve months "
        f"the same day gives {percent(here['recent force by a hard rule of twelve months'])}.",
        f"Over all year-ends the forecast from the dyad's own history scores {mean['own history']:.2f} where the game "
        f"scores {mean['game']:.2f} and its base rate {mean[MEASURES[1]]:.2f} (as counted, lower is better). The game "
        "knows of the past only whether there was force in the last year, a quiet decade, or neither; how often these "
        "two clash it does not know. It is there to ask what would change the answer, and it does not enter the "
        "forecast.",
    ]


if __name__ == "__main__":
    sys.exit(main())
