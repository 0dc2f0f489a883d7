"""What every result demands of its inputs, with all faults named at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import UsageError

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check(
    *,
    probability: dict[str, ArrayLike] | None = None,
    cost: dict[str, ArrayLike] | None = None,
    positive: dict[str, ArrayLike] | None = None,
    discount: dict[str, ArrayLike] | None = None,
) -> None:
    """Refuse numbers outside their range: probabilities in [0, 1], costs >= 0, positive > 0, discount in (0, 1).

    Raises
    ------
    UsageError
        One message that names every offending input.

    Examples
    --------
    >>> check(probability={"p": 0.3}, cost={"c_D": [0, 1]}, discount={"d": 0.9})
    """
    faults: list[str] = []

    def look(values: dict[str, ArrayLike] | None, rule: str, low: float, high: float, open_ends: bool) -> None:
        for name, value in (values or {}).items():
            x = np.asarray(value, dtype=np.float64)
            ok = (x > low) & (x < high) if open_ends else (x >= low) & (x <= high) & np.isfinite(x)
            if not np.all(ok):
                faults.append(f"{name} = {x[~ok].flat[0]:g} is not {rule}")

    look(probability, "a probability in [0, 1]", 0, 1, False)
    look(cost, "a cost of at least 0", 0, np.inf, False)
    look(positive, "a number above 0", 0, np.inf, True)
    look(discount, "a discount factor strictly between 0 and 1", 0, 1, True)
    if faults:
        raise UsageError("the game cannot be stated: " + "; ".join(faults) + ". Correct the payoffs and try again.")
