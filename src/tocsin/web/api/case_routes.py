"""Routes of a case: what it holds, its assessment and the parts of it, scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import APIRouter, Query, Request

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import State
from tocsin.assessment.scenario_parts import ScenarioReading
from tocsin.errors import UsageError
from tocsin.scenarios.knobs import GROUPS
from tocsin.scenarios.lab_parts import LabAnswer
from tocsin.web.api.asked import CaseName, ForAssessment, OfLab, OnDay, WhatIf, WithGame
from tocsin.web.api.described import ANSWERS, COMPUTED, OF_CASE
from tocsin.web.api.parts import (
    CaseClaims,
    CaseDetail,
    CaseForecast,
    CaseIndicators,
    CaseList,
    CaseRecord,
    CaseRhetoric,
    CaseStrategy,
    CaseSummary,
    KnobChoice,
    KnobEntry,
    KnobList,
    Part,
    ScenarioEntry,
    TableSize,
)
from tocsin.web.api.problems import ProblemError, ProblemFault, of_faults
from tocsin.web.cases import NoCaseError
from tocsin.web.results import FaultyError

if TYPE_CHECKING:
    import polars as pl

    from tocsin.web.api.work import Work

P = TypeVar("P", bound=Part)

router = APIRouter(tags=["cases"])
# Columns that date the rows of a table of a case, in this order.
DATED = ("year", "start", "date", "from", "ordered")


def _work(request: Request) -> Work:
    found: Work = request.app.state.work
    return found


@router.get("/cases", summary="The cases that can be asked for", responses=ANSWERS)
async def cases(request: Request) -> CaseList:
    """Built-in cases and those of the folder the server was started with; a case with faults is listed with them."""
    results = _work(request).results
    found = []
    for place in results.cases.places():
        try:
            sound = await results.case(place.name)
        except FaultyError as error:
            faults = of_faults(error.faults)
            found.append(CaseSummary(name=place.name, own=place.own, title=None, states=[], cutoff=None, faults=faults))
            continue
        except NoCaseError:  # taken away since the folder was listed
            continue
        head = sound.config.case
        found.append(
            CaseSummary(
                name=place.name,
                own=place.own,
                title=head.title,
                states=list(sound.pair),
                cutoff=head.cutoff,
                faults=[],
            )
        )
    return CaseList(cases=found)


@router.get("/cases/{case}", summary="What a case holds", responses=OF_CASE)
async def one(request: Request, case: CaseName) -> CaseDetail:
    """Title, days, states, sizes of the tables, scenarios."""
    from tocsin.case.asof import case_hash
    from tocsin.case.schemas import TABLES

    results = _work(request).results
    found = await results.case(case)
    head, config = found.config.case, found.config
    return CaseDetail(
        name=case,
        own=results.cases.place(case).own,
        title=head.title,
        summary=head.summary,
        begins=head.begins,
        cutoff=head.cutoff,
        states=[
            State(code=code, name=s.name, ccode=s.ccode, role="dyad" if code in found.pair else "subsystem")
            for code, s in config.states.items()
        ],
        tables=[_size(t.name, t.file, found.tables[t.name]) for t in TABLES],
        sources=len(found.sources),
        claims=len(config.claims),
        scenarios=[ScenarioEntry(name=s.name, title=s.title, why=s.why, as_of=s.as_of) for s in config.scenarios],
        limits=head.limits,
        sha256=case_hash(found),
    )


def _size(name: str, file: str, frame: pl.DataFrame) -> TableSize:
    days = next((frame[c] for c in DATED if c in frame.columns), None)
    ends = (None, None) if days is None else (days.min(), days.max())
    first, last = (None if d is None else str(d) for d in ends)
    return TableSize(name=name, file=file, rows=len(frame), first=first, last=last)


@router.get("/cases/{case}/assessment", summary="Everything the tool says of a case on a day", responses=COMPUTED)
async def assessment(request: Request, case: CaseName, asked: Annotated[ForAssessment, Query()]) -> Assessment:
    """The same as `assessment.json` of `tocsin assess`, whose default is `scenarios=all`."""
    return await _work(request).assessment(
        case, asked.as_of, draws=asked.draws, seed=asked.seed, scenarios=asked.scenarios == "all"
    )


@router.get("/cases/{case}/forecast", summary="Probabilities of force by mode and horizon", responses=COMPUTED)
async def forecast(request: Request, case: CaseName, asked: Annotated[OnDay, Query()]) -> CaseForecast:
    """Both directions, with interval, base rate, reasons, and the forecasts of a year before."""
    return _part(CaseForecast, await _work(request).assessment(case, asked.as_of, draws=0))


@router.get("/cases/{case}/strategy", summary="Closed forms and the strategic game", responses=COMPUTED)
async def strategy(request: Request, case: CaseName, asked: Annotated[WithGame, Query()]) -> CaseStrategy:
    """Both directions, conditional on payoffs that nobody has measured."""
    return _part(CaseStrategy, await _work(request).assessment(case, asked.as_of, draws=asked.draws, seed=asked.seed))


@router.get("/cases/{case}/claims", summary="The verdict on every claim of an argument", responses=COMPUTED)
async def claims(request: Request, case: CaseName, asked: Annotated[WithGame, Query()]) -> CaseClaims:
    """With numbers, rows behind them and rival explanations; with `draws=0` tests of the game are untestable."""
    return _part(CaseClaims, await _work(request).assessment(case, asked.as_of, draws=asked.draws, seed=asked.seed))


@router.get("/cases/{case}/indicators", summary="What to watch", responses=COMPUTED)
async def indicators(request: Request, case: CaseName, asked: Annotated[WithGame, Query()]) -> CaseIndicators:
    """What each observation would change in the forecast and in the game, the largest effect first."""
    return _part(CaseIndicators, await _work(request).assessment(case, asked.as_of, draws=asked.draws, seed=asked.seed))


@router.get("/cases/{case}/rhetoric", summary="What each side said", responses=COMPUTED)
async def rhetoric(request: Request, case: CaseName, asked: Annotated[OnDay, Query()]) -> CaseRhetoric:
    """Counts of coded statements by side, year and type, whether their shares changed, and the latest ones."""
    return _part(CaseRhetoric, await _work(request).assessment(case, asked.as_of, draws=0))


@router.get("/cases/{case}/record", summary="How past forecasts came out", responses=COMPUTED)
async def record(request: Request, case: CaseName, asked: Annotated[OnDay, Query()]) -> CaseRecord:
    """The model on all dyads, this tool on this dyad, and the forecasts of the argument."""
    return _part(CaseRecord, await _work(request).assessment(case, asked.as_of, draws=0))


@router.get("/cases/{case}/scenario", summary="What if? Scenarios beside their base", responses=COMPUTED)
async def scenario(request: Request, case: CaseName, asked: Annotated[WhatIf, Query()]) -> ScenarioReading:
    """The same as `tocsin scenario CASE NAME --set KEY=VALUE`."""
    _well_formed(asked.set)
    return await _work(request).scenario(case, asked.name, asked.set, asked.as_of, draws=asked.draws, seed=asked.seed)


@router.get("/cases/{case}/lab", summary="What if? The scenario lab: few draws, quick answers", responses=COMPUTED)
async def lab(request: Request, case: CaseName, asked: Annotated[OfLab, Query()]) -> LabAnswer:
    """The same as the scenario lab of the dashboard; `command` runs it with the full number of draws."""
    pairs = [tuple(k.strip() for k in text.split("=", 1)) for text in asked.knob]
    if faults := [
        ProblemFault(where=f"query: knob[{i}]", rule="form", message="write NAME=VALUE, for example fallout=2")
        for i, pair in enumerate(pairs, start=1)
        if len(pair) != 2
    ]:
        raise ProblemError("parameter", "Knobs are not of the form NAME=VALUE.", faults=faults)
    return await _work(request).lab(case, asked.as_of, pairs)  # type: ignore[arg-type]


@router.get("/cases/{case}/lab/knobs", summary="What can be moved in the lab", responses=COMPUTED)
async def knobs(request: Request, case: CaseName, asked: Annotated[OnDay, Query()]) -> KnobList:
    """Names, values and what they mean, and what does nothing on the day."""
    day, found = await _work(request).knobs(case, asked.as_of)
    return KnobList(
        case=case,
        as_of=day,
        knobs=[
            KnobEntry(
                name=k.name,
                group=GROUPS[k.group],
                label=k.label,
                about=k.about,
                default=k.default,
                choices=[KnobChoice(value=v, meaning=m) for v, m in k.choices],
                idle=k.idle,
            )
            for k in found
        ],
    )


def _well_formed(sets: list[str]) -> None:
    """Refuse changes that are not of the form KEY=VALUE, all of them at once."""
    from tocsin.scenarios.read import from_text

    faults = []
    for i, text in enumerate(sets, start=1):
        try:
            from_text(text)
        except UsageError as error:
            message = str(error).removeprefix(f"--set {text}: ")
            faults.append(ProblemFault(where=f"query: set[{i}]", rule="form", message=message))
    if faults:
        raise ProblemError("parameter", "Changes are not of the form KEY=VALUE.", faults=faults)


def _part(kind: type[P], whole: Assessment) -> P:
    return kind(**{field: getattr(whole, field) for field in kind.model_fields})
