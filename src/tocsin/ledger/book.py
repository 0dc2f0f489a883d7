"""Recording forecasts and resolutions: what may enter the ledger, decided while nobody else writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from tocsin.errors import LedgerError, suggest
from tocsin.forecast.base_rates import MODES
from tocsin.ledger.chain import START, Entry
from tocsin.ledger.entries import BINARY, Forecast, Resolution, content
from tocsin.ledger.file import Draft, Past, append, read
from tocsin.parameters import parameters

Timing = Literal["ahead", "under way", "after the fact"]
REFUSED = "Nothing was recorded."


@dataclass(frozen=True)
class Recorded:
    """What a call to record or resolve did.

    Parameters
    ----------
    added : tuple of Entry
        New entries, in order.
    known : tuple of str
        Forecasts that were there already, word for word; they are not recorded twice.
    """

    added: tuple[Entry, ...]
    known: tuple[str, ...] = ()


def record(path: Path, forecasts: Sequence[Forecast], *, now: datetime | None = None) -> Recorded:
    """Record forecasts, all or none.

    Parameters
    ----------
    path : Path
        File of the ledger; made if it is not there.
    forecasts : sequence of Forecast
        Recording the same forecast again does nothing, so a call that got no answer may be repeated.
    now : datetime.datetime, optional
        Time of recording; default the clock.

    Raises
    ------
    LedgerError
        If an identifier is taken by another forecast, or nothing can be written.
    """
    known: list[str] = []

    def write(past: Past) -> list[Draft]:
        drafts: dict[str, Draft] = {}
        for forecast in forecasts:
            wanted = content(forecast)
            before = [e.fields["content"] for e in past(forecast.forecast)[:1]]
            before += [drafts[forecast.forecast][1]] if forecast.forecast in drafts else []
            if not before:
                drafts[forecast.forecast] = ("forecast", wanted)
            elif before[0] == wanted:
                known.append(forecast.forecast)
            else:
                raise LedgerError(
                    f"{path}: there is another forecast '{forecast.forecast}', and entries are never edited. {REFUSED} "
                    "Give the new one an identifier of its own."
                )
        return list(drafts.values())

    return Recorded(tuple(append(path, write, now=now)), tuple(known))


def resolve(path: Path, resolutions: Sequence[Resolution], *, now: datetime | None = None) -> Recorded:
    """Record what became of forecasts, all or none.

    Parameters
    ----------
    path : Path
        File of the ledger.
    resolutions : sequence of Resolution
        One for each forecast. A forecast that is resolved is resolved anew only by one that says why (``corrects``).
    now : datetime.datetime, optional
        Time of recording; default the clock.

    Raises
    ------
    LedgerError
        If a forecast is unknown, resolved already, or cannot have come out so by then; or nothing can be written.
    """
    ids = [line.forecast.forecast for line in lines(read(path))]
    known: list[str] = []

    def write(past: Past) -> list[Draft]:
        faults: list[str] = []
        drafts: list[Draft] = []
        for resolution in resolutions:
            before = [e.fields for e in past(resolution.forecast)]
            if not before:
                faults.append(f"there is no forecast '{resolution.forecast}'.{suggest(resolution.forecast, ids)}")
                continue
            wanted = content(resolution)
            if any(e["kind"] == "resolution" and e["content"] == wanted for e in before):
                known.append(resolution.forecast)
                continue
            fault = _refusal(Forecast.model_validate(before[0]["content"]), before[1:], resolution)
            if fault:
                faults.append(fault)
            drafts.append(("resolution", wanted))
        if faults:
            raise LedgerError("\n  ".join([f"{path}: {REFUSED}", *faults]))
        return drafts

    return Recorded(tuple(append(path, write, now=now)), tuple(known))


def _refusal(forecast: Forecast, before: Sequence[dict[str, object]], resolution: Resolution) -> str | None:
    name, outcome = forecast.forecast, resolution.outcome
    if outcome not in (*forecast.outcomes, "void"):
        return f"'{name}' comes out as one of {', '.join(forecast.outcomes)} or void, not as '{outcome}'."
    if before and not resolution.corrects:
        last = before[-1]
        return (
            f"'{name}' was resolved by entry {last['number']}. To correct that, say why (--corrects); "
            "both entries stay, the later one counts."
        )
    if resolution.corrects and not before:
        return f"'{name}' is not resolved yet, so there is nothing to correct."
    # Only the highest outcome, or a question that has fallen away, can be known before the period is over.
    if resolution.known < forecast.closes and outcome not in (forecast.outcomes[-1], "void"):
        return f"'{name}' is open until {forecast.closes}: '{outcome}' cannot be known on {resolution.known}."
    if resolution.known < forecast.origin:
        return f"'{name}' begins on {forecast.origin}, after the evidence of {resolution.known}."
    return None


@dataclass(frozen=True)
class Line:
    """A forecast of the ledger with the resolution that counts, if there is one.

    Parameters
    ----------
    number : int
        Entry of the forecast.
    recorded : datetime.datetime
        When it was recorded.
    forecast : Forecast
        What was said.
    resolution : Resolution or None
        The latest.
    """

    number: int
    recorded: datetime
    forecast: Forecast
    resolution: Resolution | None

    @property
    def timing(self) -> Timing:
        """Whether it was recorded ahead of the period asked about, while it ran, or after it.

        Only the first is a forecast of the future alone; the last is a test of a method.
        """
        day = self.recorded.date()
        if day > self.forecast.closes:
            return "after the fact"
        lag = (day - self.forecast.origin).days
        return "ahead" if lag <= parameters("ledger")["issue_lag"].mode else "under way"


def lines(entries: Sequence[Entry]) -> list[Line]:
    """Return the forecasts in the order of recording, each with the resolution that counts.

    Raises
    ------
    LedgerError
        If an entry cannot be understood.
    """
    forecasts: dict[str, tuple[int, datetime, Forecast]] = {}
    resolutions: dict[str, Resolution] = {}
    for entry in entries:
        try:
            fields = entry.fields
            if fields["kind"] == "forecast":
                forecast = Forecast.model_validate(fields["content"])
                moment = datetime.fromisoformat(fields["recorded"])
                forecasts.setdefault(forecast.forecast, (entry.number, moment, forecast))
            else:
                resolution = Resolution.model_validate(fields["content"])
                resolutions[resolution.forecast] = resolution
        except (ValueError, KeyError, TypeError) as error:  # pydantic's and JSON's errors are ValueErrors
            raise LedgerError(
                f"entry {entry.number} cannot be understood. Nothing was changed; see: tocsin ledger verify"
            ) from error
    return [Line(*found, resolutions.get(name)) for name, found in forecasts.items()]


def head(entries: Sequence[Entry]) -> str:
    """Return the hash by which the whole ledger is known: that of the last entry."""
    return entries[-1].hash if entries else START


def due(line: Line, on: date) -> bool:
    """Return whether a forecast waits for its resolution on a day."""
    return line.resolution is None and line.forecast.closes <= on


__all__ = ["BINARY", "MODES", "Line", "Recorded", "due", "head", "lines", "record", "resolve"]
