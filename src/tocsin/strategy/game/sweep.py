"""Sweeps over many games: a grid of parameter values, solved in blocks, saved as they are done, resumed where they
stopped.

Each block is a pure function of the sweep, so the numbers do not depend on the threads, on the order, or on how often
the sweep was interrupted.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game.chain import highest_mode
from tocsin.strategy.game.mix import checked
from tocsin.strategy.game.setting import NUMBERS, Array, Setting
from tocsin.strategy.game.solve import TOL, solve
from tocsin.strategy.game.states import ACTIONS, NA

BLOCK = 100
STATUSES = ("converged", "cycle", "fold", "max_iter")
MANIFEST = "sweep.json"


@dataclass(frozen=True)
class Sweep:
    """A grid of games around one setting.

    Parameters
    ----------
    setting : Setting
        What is held fixed.
    axes : tuple of (name, values)
        Parameters varied; the grid is their product, the last varying fastest.
    mix : ndarray, shape (21, 5, 3, 2, 5)
        Situation asked about.
    years : int
        Horizon.
    """

    setting: Setting
    axes: tuple[tuple[str, tuple[float, ...]], ...]
    mix: Array
    years: int = 1

    def __post_init__(self) -> None:
        """Refuse a grid that cannot be stated, before any game is solved."""
        checked(self.mix)
        names = [name for name, _ in self.axes]
        if not names or len(set(names)) < len(names) or not all(values for _, values in self.axes):
            raise UsageError("a sweep needs at least one parameter, each once, each with at least one value.")
        for name, values in self.axes:
            for value in values:
                self.setting.with_(**{name: value})

    @property
    def size(self) -> int:
        """Number of games."""
        return int(np.prod([len(values) for _, values in self.axes]))

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.size // BLOCK)

    def row(self, number: int) -> dict[str, float]:
        """Return the values of the parameters varied in one game."""
        at = np.unravel_index(number, tuple(len(values) for _, values in self.axes))
        return {name: values[i] for (name, values), i in zip(self.axes, at, strict=True)}

    def fingerprint(self) -> str:
        """Return a hash of everything that the numbers depend on."""
        text = json.dumps(
            {
                "setting": {n: getattr(self.setting, n) for n in NUMBERS},
                "timing": self.setting.timing,
                "habits": [self.setting.wA.tolist(), self.setting.wB.tolist()],
                "axes": self.axes,
                "mix": hashlib.sha256(np.ascontiguousarray(self.mix).tobytes()).hexdigest(),
                "years": self.years,
                "block": BLOCK,
                "tol": TOL,
            },
            sort_keys=True,
        )
        return hashlib.sha256(text.encode()).hexdigest()


def block(sweep: Sweep, number: int) -> Array:
    """Solve one block of games; see `rows`."""
    return rows(sweep, games_of(sweep, number))


def games_of(sweep: Sweep, number: int) -> range:
    """Return the games of a block."""
    return range(number * BLOCK, min((number + 1) * BLOCK, sweep.size))


def rows(sweep: Sweep, games: range) -> Array:
    """Solve some games of a sweep.

    Returns
    -------
    ndarray, shape (games, 7)
        Probabilities of the five modes at the horizon (NaN where the game was not solved), status number, residual.
    """
    out = np.full((len(games), NA + 2), np.nan)
    for i, game in enumerate(games):
        solution = solve(sweep.setting.with_(**sweep.row(game)))
        out[i, NA], out[i, NA + 1] = STATUSES.index(solution.status), solution.residual
        if solution.status == "converged":
            out[i, :NA] = highest_mode(solution, sweep.mix, sweep.years)[-1]
    return out


def run(
    sweep: Sweep,
    folder: Path,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Array:
    """Solve all games of a sweep and return the rows; blocks found in ``folder`` are not solved again.

    Parameters
    ----------
    sweep : Sweep
        What to solve.
    folder : Path
        Where blocks are kept; made if absent.
    workers : int
        Threads.
    scheduler : str, optional
        Address of a Dask scheduler whose workers solve the games instead; the numbers are the same.
    progress : callable, optional
        Called with games done and games in all.

    Returns
    -------
    ndarray, shape (games, 7)
        See `rows`.

    Raises
    ------
    UsageError
        If the folder cannot be used or holds another sweep.
    ModelError
        If it holds a block that cannot be read, or the cluster cannot be used.
    """
    _claim(sweep, folder)
    missing = [n for n in range(sweep.blocks) if not _path(folder, n).exists()]
    done = sweep.blocks - len(missing)
    if progress is not None:
        progress(min(done * BLOCK, sweep.size), sweep.size)
    steps = _threads(sweep, folder, missing, workers) if scheduler is None else _dask(sweep, folder, missing, scheduler)
    for _ in steps:
        done += 1
        if progress is not None:
            progress(min(done * BLOCK, sweep.size), sweep.size)
    return np.concatenate([_load(sweep, folder, n) for n in range(sweep.blocks)])


def _threads(sweep: Sweep, folder: Path, missing: Sequence[int], workers: int) -> Iterator[int]:
    """Solve and save blocks on threads, yielding each number once it is saved."""

    def work(number: int) -> int:
        _save(block(sweep, number), _path(folder, number))
        return number

    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(work, n) for n in missing]
        try:
            for job in as_completed(jobs):
                yield job.result()
        except BaseException:
            # Stop soon: blocks already saved stay, those not begun are dropped.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _dask(sweep: Sweep, folder: Path, missing: Sequence[int], scheduler: str) -> Iterator[int]:
    """Solve blocks on a cluster and save them here, yielding each number once it is saved."""
    from tocsin.cluster import results

    if not missing:  # a finished sweep needs no cluster
        return
    for number, found in results(scheduler, rows, sweep, [(n, games_of(sweep, n)) for n in missing]):
        _save(found, _path(folder, number))
        yield number


def table(sweep: Sweep, found: Array) -> dict[str, list[float] | list[str]]:
    """Return a sweep as named columns: parameters, modes, status, residual."""
    out: dict[str, list[float] | list[str]] = {}
    values: Sequence[dict[str, float]] = [sweep.row(n) for n in range(sweep.size)]
    for name, _ in sweep.axes:
        out[name] = [v[name] for v in values]
    for i, mode in enumerate(ACTIONS):
        out[mode] = found[:, i].tolist()
    out["status"] = [STATUSES[int(s)] for s in found[:, NA]]
    out["residual"] = found[:, NA + 1].tolist()
    return out


def _path(folder: Path, number: int) -> Path:
    return folder / f"block-{number:06d}.npy"


def _claim(sweep: Sweep, folder: Path) -> None:
    manifest = folder / MANIFEST
    mine = {"fingerprint": sweep.fingerprint(), "games": sweep.size, "axes": [name for name, _ in sweep.axes]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if manifest.exists():
            found = json.loads(manifest.read_text("utf-8"))
            if not isinstance(found, dict) or found.get("fingerprint") != mine["fingerprint"]:
                raise UsageError(
                    f"{folder} holds another sweep (other parameters, grid, situation or horizon). "
                    "Nothing was changed; give another folder, or the same sweep again."
                )
        else:
            if any(folder.glob("block-*.npy")):
                raise UsageError(f"{folder} holds blocks but no {MANIFEST}; give another folder.")
            manifest.write_text(json.dumps(mine) + "\n", encoding="utf-8")
    except (OSError, json.JSONDecodeError) as error:
        raise UsageError(f"the sweep cannot use {folder}: {error}. Give another folder.") from error


def _save(found: Array, path: Path) -> None:
    # Written beside and renamed, so that a block is whole or absent.
    half = path.with_suffix(f".{os.getpid()}.tmp")
    with half.open("wb") as file:
        np.save(file, found)
    half.replace(path)


def _load(sweep: Sweep, folder: Path, number: int) -> Array:
    path = _path(folder, number)
    games = min(BLOCK, sweep.size - number * BLOCK)
    try:
        found = np.load(path)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}. Delete it and run the sweep again.") from error
    if found.shape != (games, NA + 2):
        raise ModelError(f"{path} has {found.shape} numbers, not {(games, NA + 2)}. Delete it and run the sweep again.")
    return np.asarray(found, dtype=np.float64)
