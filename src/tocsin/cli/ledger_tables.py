"""The tables that `tocsin ledger score` prints."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from tocsin.errors import LedgerError

if TYPE_CHECKING:
    from tocsin.ledger.score import Scored, Scores, Summary

UNKNOWN = "unknown"


def each(rows: Sequence[Scored]) -> Table:
    """Return the scores of each forecast beside those of its references."""
    table = Table(box=None, pad_edge=False)
    table.add_column("forecast", overflow="fold")
    table.add_column("outcome")
    for name in ("P", "Brier", "log", "RPS", "RPS base", "RPS own"):
        table.add_column(name, justify="right", no_wrap=True)
    for r in rows:
        f = r.line.forecast
        table.add_row(
            f.forecast,
            r.outcome,
            f"{f.probabilities[f.outcomes.index(r.outcome)]:.3f}",
            *(_number(getattr(r.forecast, m)) for m in ("brier", "log", "rps")),
            *(UNKNOWN if s is None else _number(s.rps) for s in (r.base_rate, r.own_history)),
        )
    return table


def means(summaries: Sequence[Summary]) -> Table:
    """Return mean scores and skill by issuer and kind of question."""
    table = Table(box=None, pad_edge=False)
    table.add_column("issuer", overflow="fold")
    for name in ("kind", "recorded"):
        table.add_column(name)
    for name in ("n", "Brier", "log", "RPS", "RPS skill: base", "own"):
        table.add_column(name, justify="right")
    for s in summaries:
        table.add_row(
            s.issuer,
            s.kind,
            s.timing,
            str(s.n),
            *(_number(getattr(s.mean, m)) for m in ("brier", "log", "rps")),
            _skill(s.skill_base["rps"], s.n_base),
            _skill(s.skill_own["rps"], s.n_own),
        )
    return table


def _number(x: float) -> str:
    return f"{x:.3f}"


def _skill(x: float | None, n: int) -> str:
    return UNKNOWN if x is None else f"{x:+.2f} (n {n})"


def write_csv(rows: Sequence[Scored], path: Path) -> None:
    """Write every score of every forecast; an unknown reference stays empty."""
    names = ("brier", "log", "rps")
    head = ["forecast", "issuer", "outcome", "origin", "closes", "recorded"]
    head += [f"{n}{of}" for of in ("", "_base_rate", "_own_history") for n in names]
    try:
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(head)
            for r in rows:
                f = r.line.forecast
                given: list[Scores | None] = [r.forecast, r.base_rate, r.own_history]
                cells = ["" if s is None else getattr(s, n) for s in given for n in names]
                writer.writerow(
                    [f.forecast, f.issuer, r.outcome, f.origin, f.closes, r.line.recorded.isoformat(), *cells]
                )
    except OSError as error:
        raise LedgerError(f"{path}: cannot be written: {error.strerror}. The ledger was not touched.") from error
