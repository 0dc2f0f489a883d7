"""The check on the estimator itself: games with known parameters, played on known states, must give them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.errors import ModelError
from tocsin.strategy.estimate.fit import fit
from tocsin.strategy.estimate.likelihood import Data, Model, mixes
from tocsin.strategy.estimate.sample import Sample
from tocsin.strategy.game.setting import Array, Setting
from tocsin.strategy.game.solve import solve


def simulate(setting: Setting, sample: Sample, seed: int) -> Sample:
    """Return the sample with A's modes drawn from a game; states and dyads stay as they are.

    Parameters
    ----------
    setting : Setting
        The game.
    sample : Sample
        Rows whose power ratio and pending arms are known.
    seed : int
        Of the draws.
    """
    data = Data(mixes(sample), sample)
    p = data.all_modes(solve(setting).require())
    u = np.random.default_rng(seed).random(len(sample))
    return replace(sample, mode=np.minimum((u[:, None] > p.cumsum(axis=1)).sum(axis=1), 4).astype(np.int64))


@dataclass(frozen=True)
class Recovery:
    """Estimates on simulated records, on the scale worked with (logs, log-odds).

    Parameters
    ----------
    names : tuple of str
        Parameters estimated.
    truth : ndarray, shape (k,)
        What the records were made with.
    estimates, errors : ndarray, shape (m, k)
        By record: estimate and standard error.
    failed : int
        Records on which no maximum was found.
    """

    names: tuple[str, ...]
    truth: Array
    estimates: Array
    errors: Array
    failed: int

    @property
    def bias(self) -> Array:
        """Mean estimate minus truth, shape (k,)."""
        return np.asarray(self.estimates.mean(axis=0) - self.truth)

    @property
    def covered(self) -> Array:
        """Share of records whose 95 % interval holds the truth, shape (k,)."""
        return np.asarray((np.abs(self.estimates - self.truth) <= 1.96 * self.errors).mean(axis=0))


def recover(
    setting: Setting,
    names: Sequence[str],
    sample: Sample,
    *,
    start: Setting,
    repeats: int,
    seed: int,
    workers: int = 2,
    progress: Callable[[], None] | None = None,
) -> Recovery:
    """Return the estimates on records simulated from a game.

    Parameters
    ----------
    setting : Setting
        The truth, with its habits.
    names : sequence of str
        Parameters to estimate.
    sample : Sample
        States to play on.
    start : Setting
        Where the search begins; not the truth, or a search that does not move would look fine.
    repeats : int
        Records.
    seed : int
        Of the first record; the others follow.
    """
    truth = Model(setting, tuple(names)).point(setting)[: len(names)]
    estimates, errors, failed = [], [], 0
    for i in range(repeats):
        try:
            found = fit(start, names, Data.of(simulate(setting, sample, seed + i)), workers=workers)
        except ModelError:
            failed += 1
        else:
            estimates.append(found.point[: len(names)])
            errors.append([found.errors[n] for n in names])
        if progress is not None:
            progress()
    if not estimates:
        raise ModelError(f"none of {repeats} simulated records could be fitted.")
    return Recovery(tuple(names), truth, np.array(estimates), np.array(errors), failed)
