"""Constants a scholar could dispute: they live in parameters.toml with unit, range and reference."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Shape = Literal["fixed", "triangular", "triangular-log", "uniform"]


@dataclass(frozen=True)
class Parameter:
    """One disputable constant.

    Parameters
    ----------
    name : str
        Section and key, as in ``measures.arms_depreciation``.
    mode : float
        Central value.
    low, high : float
        Range held plausible; equal to ``mode`` where the value is fixed.
    shape : Shape
        Distribution used for draws; ``triangular-log`` is triangular on logs.
    unit, about, reference : str
        What it is, in what unit, and why these numbers.
    """

    name: str
    mode: float
    low: float
    high: float
    shape: Shape
    unit: str
    about: str
    reference: str

    def draw(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return draws of the parameter from uniform numbers in [0, 1) by its quantile function."""
        import numpy as np

        if self.shape == "fixed" or self.low == self.high:
            return np.full_like(u, self.mode)
        if self.shape == "uniform":
            return self.low + (self.high - self.low) * u
        log = self.shape == "triangular-log"
        a, m, b = np.log((self.low, self.mode, self.high)) if log else (self.low, self.mode, self.high)
        cut = (m - a) / (b - a)
        left = a + np.sqrt(u * (b - a) * (m - a))
        right = b - np.sqrt((1 - u) * (b - a) * (b - m))
        x = np.where(u < cut, left, right)
        return np.exp(x) if log else x


@cache
def _content() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tocsin").joinpath("parameters.toml").read_text("utf-8"))


def sections() -> tuple[str, ...]:
    """Return the names of the sections of parameters.toml.

    Examples
    --------
    >>> "strategy" in sections()
    True
    """
    return tuple(_content())


@cache
def parameters(section: str) -> dict[str, Parameter]:
    """Return the parameters of a section of parameters.toml by short name.

    Examples
    --------
    >>> parameters("measures")["arms_depreciation"].unit
    'share of the stock a year'
    """
    table = _content()[section]
    out: dict[str, Parameter] = {}
    for key, v in table.items():
        low, high = v.get("low", v["mode"]), v.get("high", v["mode"])
        shape: Shape = v.get("shape", "fixed" if low == high else "triangular")
        if not low <= v["mode"] <= high:
            raise ValueError(f"parameters.toml: {section}.{key}: mode outside its range")
        out[key] = Parameter(
            f"{section}.{key}",
            float(v["mode"]),
            float(low),
            float(high),
            shape,
            v["unit"],
            v["about"],
            v["reference"],
        )
    return out
