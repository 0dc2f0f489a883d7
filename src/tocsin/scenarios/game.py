"""Base and scenario under the strategic game, on the same draws of its payoffs.

What a scenario changes in the situation is read off games already solved; only another regime, other outsiders or
other payoffs need solutions of their own. So the difference is exact draw by draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tocsin.assessment.game import MODES_SHOWN, Progress
from tocsin.assessment.game_parts import ForceSpread, PriorSpread
from tocsin.assessment.scenario_parts import GameDifference, GameMoved, InputChange
from tocsin.scenarios.found import by_spread
from tocsin.scenarios.keys import FALLOUT_FACTOR
from tocsin.strategy.game.chain import no_worse, read_off
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.setting import BASE_RATES, Array, Setting
from tocsin.strategy.game.solve import Solution, certified, solve
from tocsin.strategy.mapping import Situation, mixes
from tocsin.strategy.outputs import YEARS, Solved, spread, tails, weight_draws

Payoffs = tuple[tuple[str, float], ...]
JobKey = tuple[str, bool, bool, Payoffs]
STRIKE = MODES_SHOWN["strike"]
NOT_CHANGED = "nothing that the game reads of the case changes"


@dataclass(frozen=True)
class Job:
    """One situation, complete, with payoffs that are set; ``base`` is the situation it is compared with."""

    situation: Situation
    payoffs: Payoffs = ()
    base: Job | None = None

    @property
    def key(self) -> JobKey:
        """What decides the game to be solved: regime, monitors, partners, payoffs set."""
        s = self.situation
        return str(s.regime.kind), bool(s.monitors), bool(s.partners), self.payoffs


def solve_all(
    jobs: Sequence[Job],
    draws: int,
    seed: int,
    *,
    workers: int = 2,
    progress: Progress | None = None,
    known: Solved | None = None,
) -> list[Array]:
    """Return P(highest mode >= each mode) within 1, 2, 3 years for each job and draw.

    Parameters
    ----------
    jobs : sequence of Job
        Complete situations.
    draws : int
        Draws of the payoffs, the first of those shipped.
    seed : int
        Seed of the weights of the two measures of power, as in ``tocsin.strategy.outputs.outputs``.
    workers : int
        Threads; the numbers do not depend on it.
    progress : callable, optional
        Called with the number of draws done and the number of all.
    known : dict, optional
        Bases solved already, from ``tocsin.strategy.outputs.outputs``.

    Returns
    -------
    list of ndarray, shape (draws, 3, 5)
        NaN where a game was not solved or has no valid certificate.
    """
    games = {key: _games(key, draws) for key in dict.fromkeys(job.key for job in jobs)}
    weights = weight_draws(draws, seed)
    out: list[Array] = [np.full((draws, YEARS, 5), np.nan) for _ in jobs]
    known = known or {}

    def one(i: int) -> None:
        solved: dict[object, Solution | None] = {}
        # Bases first, from nothing, as in the main reading; the others start from their base and stay on its branch.
        for job in sorted(jobs, key=lambda j: j.base is not None):
            if job.key not in solved:
                start = solved.get(job.base.key) if job.base else None
                at = (*job.key[:3], i)
                if at in known and job.base is None and not job.payoffs:
                    solved[job.key] = known[at]
                else:
                    solved[job.key] = _solution(games[job.key][i], start)
        within = {key: no_worse(solution, YEARS) for key, solution in solved.items() if solution is not None}
        for job, table in zip(jobs, out, strict=True):
            solution = solved[job.key]
            if solution is not None:
                mix = mixes(job.situation, solution.setting, float(weights[i]))["main"]
                table[i] = tails(read_off(within[job.key], mix))

    with ThreadPoolExecutor(workers) as pool:
        for done, _ in enumerate(pool.map(one, range(draws)), 1):
            if progress is not None:
                progress(done, draws)
    return out


def _games(key: JobKey, draws: int) -> list[Setting]:
    regime, monitor, partner, payoffs = key
    games = prior_games(draws, regime, monitor=float(monitor), partner=float(partner))
    # Habits stay: they belong to the world the payoffs are drawn for, not to what is changed in one dyad.
    return [with_payoffs(g, payoffs) for g in games] if payoffs else games


def with_payoffs(game: Setting, payoffs: Payoffs) -> Setting:
    """Return a game with payoffs set, or its fallout multiplied."""
    found = dict(payoffs)
    factor = found.pop(FALLOUT_FACTOR, None)
    return game.with_(**found) if factor is None else game.with_(F=factor * game.F, **found)


def _solution(game: Setting, start: Solution | None) -> Solution | None:
    found = solve(game, start=start)
    return found if certified(found) else None


def moved(
    base: Job | None,
    scenario: Job | None,
    tables: dict[int, Array],
    missing: list[str],
    names: dict[str, str],
    expected: str | None,
) -> GameMoved:
    """Return base and scenario side by side in one direction, or why they are unknown or the game cannot feel it.

    Parameters
    ----------
    base, scenario : Job or None
        None where the case does not say enough.
    tables : dict of int to ndarray
        From ``solve_all``, by the identity of the job.
    missing : list of str
        What is missing.
    names : dict of str to str
        Names of states.
    """
    empty = GameMoved(
        read=[],
        rows=[],
        base_rate=None,
        base_rate_scenario=None,
        higher=None,
        used=0,
        unmoved=None,
        missing=missing,
        found="unknown",
    )
    if base is None or scenario is None:
        return empty
    read = differs(base, scenario, names)
    if not read:
        return empty.model_copy(update={"unmoved": NOT_CHANGED, "missing": [], "found": "not felt"})
    if missing:
        return empty.model_copy(update={"read": read})
    one, two = tables[id(base)], tables[id(scenario)]
    good = ~np.isnan(one[:, 0, 0]) & ~np.isnan(two[:, 0, 0])
    if not good.any():
        said = [f"none of {len(one)} games could be solved and certified on both sides"]
        return empty.model_copy(update={"read": read, "missing": said})
    one, two = one[good], two[good]
    change = two - one
    rows = [
        GameDifference(years=t + 1, base=force(one[:, t]), scenario=force(two[:, t]), change=force(change[:, t]))
        for t in range(YEARS)
    ]
    return GameMoved(
        read=read,
        rows=rows,
        base_rate=base_rate(base.situation),
        base_rate_scenario=base_rate(scenario.situation),
        higher=float(np.mean(change[:, 0, STRIKE] > 0)),
        used=int(good.sum()),
        unmoved=None,
        missing=[],
        found=by_spread(rows[0].change.strike, expected),
    )


def base_rate(s: Situation) -> float:
    """Return the yearly base rate of a strike or war for the history of force of a situation."""
    return float(np.array(s.recent.shares) @ BASE_RATES[:, STRIKE:].sum(1))


def force(draws: Array) -> ForceSpread:
    """Return the spread over draws of P(highest mode >= each mode), shape (draws, 5)."""
    s = spread(draws)
    parts = {"mean": s.mean, "median": s.median, "low": s.low, "high": s.high}
    return ForceSpread(
        **{name: PriorSpread(**{k: float(v[m]) for k, v in parts.items()}) for name, m in MODES_SHOWN.items()}
    )


def differs(base: Job, scenario: Job, names: dict[str, str]) -> list[InputChange]:
    """Return what the game reads differently of two situations."""
    before, after = _read(base, names), _read(scenario, names)
    known = {"key": "", "scenario": "", "replaces": None}
    return [
        InputChange(what=what, before=said, after=after[what], **known)  # type: ignore[arg-type]
        for what, said in before.items()
        if after[what] != said
    ]


def _read(job: Job, names: dict[str, str]) -> dict[str, str]:
    """Return everything that decides the numbers of a job, in words, each number whole."""
    s = job.situation
    assert s.spending is not None
    assert s.stock is not None
    assert s.backlog is not None
    rival, actor = names[s.rival], names[s.actor]
    calm, neither, fresh = s.recent.shares
    set_ = dict(job.payoffs)
    return {
        f"{rival}'s spending over {actor}'s": f"{np.exp(s.spending.r):.4g}",
        f"{rival}'s arms stock over {actor}'s": f"{np.exp(s.stock.r):.4g}",
        f"pending arms of {rival}": f"{s.backlog.q:.3g} steps",
        "history of force": f"calm {calm:.3g}, neither {neither:.3g}, force in the last year {fresh:.3g}",
        f"share of the prize {actor} holds": f"{s.share:.2g}",
        f"main supplier of {rival}": s.supply.state,
        f"monitors on {rival}'s side": "yes" if s.monitors else "no",
        f"partners of {rival}": "yes" if s.partners else "no",
        f"regime of {actor}": str(s.regime.kind),
        "payoffs set": ", ".join(f"{n} = {v:g}" for n, v in set_.items()) or "none",
    }
