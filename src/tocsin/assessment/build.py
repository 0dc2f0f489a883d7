"""Putting the assessment together from a case cut to what was known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin import __version__
from tocsin.assessment import game, outlook, power, strategic
from tocsin.assessment.judgments import key_judgments
from tocsin.assessment.model import SCHEMA_VERSION, Assessment, SourceEntry, Versions
from tocsin.assessment.parts import Marker, ScoredQuestion, State, StatedForecast
from tocsin.assessment.speech import statement_changes
from tocsin.case.asof import case_hash, known_on
from tocsin.case.load import Case
from tocsin.forecast.base_rates import table_hash
from tocsin.forecast.history import months_before
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.strategy.outputs import Solved

DRAWS = 4096


def build(
    case: Case,
    as_of: date,
    *,
    issued: date,
    seed: int,
    draws: int = game.DRAWS,
    progress: game.Progress | None = None,
    keep: Solved | None = None,
) -> Assessment:
    """Return the assessment of a case that has been cut to what was known on the as-of date.

    Parameters
    ----------
    case : Case
        As known on the as-of date.
    as_of, issued : datetime.date
        Last day of knowledge; day of issue.
    seed : int
        Seed of every draw.
    draws : int
        Draws of the payoffs of the strategic game; 0 leaves it out.
    progress : callable, optional
        Called with the number of games solved and the number of all.
    keep : dict, optional
        Receives the solutions of the game.
    """
    uniform = strategic.uniform_draws(DRAWS, seed)
    year_ago = months_before(as_of, 12)
    forecasts = outlook.forecasts(case, as_of)
    record = outlook.track_record(case, as_of)
    summaries, shares = power.suppliers(case)
    counts, quotes = power.statements(case)
    names = {code: state.name for code, state in case.config.states.items()}
    head = case.config.case
    return Assessment(
        case=case.name,
        title=head.title,
        summary=head.summary,
        as_of=as_of,
        issued=issued,
        states=_states(case),
        judgments=key_judgments(forecasts, names, outlook.doubts(case, as_of)),
        forecasts=forecasts,
        changes=outlook.forecasts(known_on(case, year_ago), year_ago) if year_ago >= head.begins else [],
        power=power.power_points(case),
        shifts=power.shifts(case, as_of, uniform[:, 1:6]),
        pipeline=power.pipeline_entries(case, as_of),
        suppliers=summaries,
        supplier_shares=shares,
        regimes=power.regimes(case),
        commitments=power.commitments(case, as_of),
        subsystem=power.subsystem(case),
        statement_counts=counts,
        statements=quotes,
        statement_changes=statement_changes(case, seed),
        events=power.events(case),
        markers=[Marker(date=m.date, label=m.label, sources=source_keys(m.source)) for m in case.config.markers],
        strategy=strategic.strategic_reading(case, as_of, uniform),
        games=game.games(case, as_of, seed, draws, progress, keep),
        model_record=outlook.model_record(as_of),
        track_record=record,
        track_summary=outlook.track_summary(record),
        stated_forecasts=_stated(case),
        questions=[
            ScoredQuestion(**q.model_dump(exclude={"source", "note"}), sources=source_keys(q.source))
            for q in case.config.questions
        ],
        claims=[],  # judged afterwards, from the assessment itself
        claim_rows=[],
        evidence=[],
        limits=[*head.limits, *power.left_out(case, as_of)],
        sources=_sources(case),
        versions=Versions(
            tocsin=__version__,
            schema_version=SCHEMA_VERSION,
            seed=seed,
            case_sha256=case_hash(case),
            base_rates_sha256=table_hash(),
            evidence_sha256=None,
        ),
    )


def _states(case: Case) -> list[State]:
    return [
        State(code=code, name=info.name, ccode=info.ccode, role="dyad" if code in case.pair else "subsystem")
        for code, info in case.config.states.items()
    ]


def _stated(case: Case) -> list[StatedForecast]:
    return [
        StatedForecast(**f.model_dump(exclude={"source", "note"}), sources=source_keys(f.source))
        for f in case.config.stated_forecasts
    ]


def _sources(case: Case) -> list[SourceEntry]:
    """Return the sources behind visible rows, so that an as-of run names nothing published later."""
    config = case.config
    texts = [text for frame in case.tables.values() for text in frame["source"]]
    texts += [c.source for c in config.claims] + [f.source for f in config.stated_forecasts]
    texts += [q.source for q in config.questions] + [m.source for m in config.markers]
    texts += [config.class_.land.source, config.class_.rival.source, config.class_.relevant.source]
    texts += [config.argument.source] if config.argument else []
    texts += [s.source for s in config.supply] + [i.source for i in config.indicators]
    texts += [config.prize.source, *(h.source for h in config.prize.holdings)] if config.prize else []
    used = {key for text in texts for key in source_keys(text)}
    return [
        SourceEntry(
            key=key,
            publisher=info.publisher,
            title=info.title,
            date=info.date,
            address=info.address or None,
            terms=info.terms or None,
        )
        for key, info in sorted(case.sources.items())
        if key in used
    ]
