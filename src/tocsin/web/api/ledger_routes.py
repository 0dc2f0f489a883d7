"""Routes of the ledger: issued forecasts, their scores, and whether anything was changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from tocsin.errors import LedgerError
from tocsin.web.api.asked import OfLedger, OfVerify
from tocsin.web.api.described import OF_LEDGER
from tocsin.web.api.parts import (
    ForecastScore,
    LedgerLine,
    LedgerPage,
    LedgerScores,
    LedgerState,
    MeanScores,
    ScoreSet,
    Skill,
)
from tocsin.web.api.problems import ProblemError

if TYPE_CHECKING:
    from tocsin.ledger.book import Line
    from tocsin.ledger.score import Scored, Scores, Summary

router = APIRouter(tags=["ledger"])


@contextmanager
def _ledger(request: Request) -> Iterator[Path]:
    """Yield the file of the ledger; what is wrong with it is told without saying where on this machine it lies.

    Raises
    ------
    ProblemError
        If there is none, or it cannot be read.
    """
    from tocsin.ledger.file import default_path

    path: Path = request.app.state.work.results.settings.ledger or default_path()
    if not path.is_file() or path.stat().st_size == 0:
        raise ProblemError("no-ledger", "No forecast has been recorded yet.")
    try:
        yield path
    except LedgerError as error:
        said = str(error).replace(str(path.resolve()), "the ledger").replace(str(path), "the ledger")
        raise ProblemError("ledger-damaged", f"{said[:1].upper()}{said[1:]}") from error


@router.get("/ledger", summary="Issued forecasts and what became of them", responses=OF_LEDGER)
def ledger(request: Request, asked: Annotated[OfLedger, Query()]) -> LedgerPage:
    """In the order of recording, each with the resolution that counts."""
    from tocsin.ledger.book import head, lines
    from tocsin.ledger.file import read

    with _ledger(request) as path:
        entries = read(path)
        rows = [_line(x) for x in lines(entries)]
    found = [
        x for x in rows if asked.state in ("all", x.state) and (asked.case is None or x.forecast.case == asked.case)
    ]
    start = (asked.page - 1) * asked.page_size
    return LedgerPage(
        entries=len(entries),
        head=head(entries),
        found=len(found),
        page=asked.page,
        page_size=asked.page_size,
        rows=found[start : start + asked.page_size],
    )


def _line(x: Line) -> LedgerLine:
    return LedgerLine(
        entry=x.number,
        recorded=x.recorded,
        timing=x.timing,
        state="open" if x.resolution is None else "resolved",
        forecast=x.forecast,
        resolution=x.resolution,
    )


@router.get("/ledger/scores", summary="Scores of resolved forecasts", responses=OF_LEDGER)
def scores(request: Request) -> LedgerScores:
    """Brier, log and ranked probability scores, beside those of the base rate and of the dyad's own history.

    Forecasts on one dyad whose periods overlap are not independent of one another.
    """
    from tocsin.ledger.book import lines
    from tocsin.ledger.file import read
    from tocsin.ledger.score import score

    with _ledger(request) as path:
        found = lines(read(path))
    rows, means = score(found)
    return LedgerScores(
        scored=len(rows),
        void=sum(x.resolution is not None and x.resolution.outcome == "void" for x in found),
        open=sum(x.resolution is None for x in found),
        means=[_mean(m) for m in means],
        forecasts=[_scored(r) for r in rows],
    )


def _set(found: Scores | None) -> ScoreSet | None:
    return None if found is None else ScoreSet(**asdict(found))


def _scored(r: Scored) -> ForecastScore:
    from tocsin.ledger.score import kind

    f = r.line.forecast
    return ForecastScore(
        forecast=f.forecast,
        issuer=f.issuer,
        kind=kind(r.line),  # type: ignore[arg-type]
        timing=r.line.timing,
        outcome=r.outcome,
        scores=ScoreSet(**asdict(r.forecast)),
        base_rate=_set(r.base_rate),
        base_rate_how=f.base_rate.how,
        own_history=_set(r.own_history),
        own_history_how=f.own_history.how,
    )


def _mean(m: Summary) -> MeanScores:
    return MeanScores(
        issuer=m.issuer,
        kind=m.kind,  # type: ignore[arg-type]
        timing=m.timing,
        n=m.n,
        mean=ScoreSet(**asdict(m.mean)),
        skill_base=Skill(**m.skill_base),
        n_base=m.n_base,
        skill_own=Skill(**m.skill_own),
        n_own=m.n_own,
    )


@router.get("/ledger/verify", summary="Whether anything in the ledger was changed", responses=OF_LEDGER)
def verify(request: Request, asked: Annotated[OfVerify, Query()]) -> LedgerState:
    """Every hash, every link, the head and the file itself; a damaged ledger is an answer, with its faults."""
    from tocsin.ledger.verify import verify as run

    with _ledger(request) as path:
        found = run(path, head=asked.head)
    return LedgerState(
        whole=not found.faults,
        entries=found.entries,
        head=found.head,
        since=found.since,
        faults=[str(f) for f in found.faults],
    )
