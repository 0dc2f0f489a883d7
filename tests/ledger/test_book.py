"""What may enter a ledger, and what recording twice or resolving anew does."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.ledger.made_up import LATER, NOW, binary, modes, outcome, small
from tocsin.errors import LedgerError
from tocsin.ledger.book import due, head, lines, record, resolve
from tocsin.ledger.entries import Forecast, Resolution
from tocsin.ledger.file import read
from tocsin.ledger.verify import verify


def test_recording_again_does_nothing(tmp_path: Path) -> None:
    """A call that got no answer may be repeated."""
    path = tmp_path / "l.sqlite"
    assert len(record(path, [binary("a"), binary("b")]).added) == 2
    again = record(path, [binary("a"), binary("b"), binary("c")])
    assert again.known == ("a", "b")
    assert [e.number for e in again.added] == [3]
    assert len(record(path, [binary("d"), binary("d")]).added) == 1


def test_an_identifier_is_never_reused(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("a", 0.3)])
    with pytest.raises(LedgerError, match="another forecast 'a'"):
        record(path, [binary("new"), binary("a", 0.4)])
    assert [line.forecast.forecast for line in lines(read(path))] == ["a"]  # all or none


@pytest.mark.parametrize(
    ("resolution", "message"),
    [
        (outcome("tow"), "there is no forecast 'tow'"),
        (outcome("two", "strike"), "no, yes or void, not as 'strike'"),
        (outcome("five", "yes"), "not as 'yes'"),
        (outcome("one", "yes"), "was resolved by entry 4"),
        (outcome("two", "no", known=date(2026, 1, 31)), "is open until 2026-02-01"),
        (outcome("five", "strike", known=date(2025, 6, 1)), "is open until"),
        (outcome("two", "yes", known=date(2025, 1, 1)), "begins on 2025-02-01"),
        (outcome("two", "no", corrects="was wrong"), "not resolved yet"),
    ],
)
def test_refused_resolutions(tmp_path: Path, resolution: Resolution, message: str) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("one"), binary("two"), modes("five")], now=NOW)
    resolve(path, [outcome("one")], now=LATER)
    before = path.read_bytes()
    with pytest.raises(LedgerError, match=message) as caught:
        resolve(path, [resolution], now=LATER)
    assert "Nothing was recorded" in str(caught.value)
    assert path.read_bytes() == before


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    with pytest.raises(LedgerError) as caught:
        resolve(path, [outcome("x"), outcome("five", "yes"), outcome("one", "void")])
    assert str(caught.value).count("\n") == 3


def test_the_highest_outcome_and_void_may_come_early(tmp_path: Path) -> None:
    path, early = tmp_path / "l.sqlite", date(2025, 3, 1)
    record(path, [binary("a"), binary("b"), modes("c")], now=NOW)
    resolve(path, [outcome("a", "yes", known=early), outcome("b", "void", known=early)])
    resolve(path, [outcome("c", "war", known=early)])
    assert [x.resolution.outcome for x in lines(read(path)) if x.resolution] == ["yes", "void", "war"]


def test_a_correction_is_a_new_entry_and_counts(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    before = read(path)
    assert resolve(path, [outcome("one")]).known == ("one",)  # the same again does nothing
    resolve(path, [outcome("one", "yes", corrects="a death was found in the archive")])
    after = read(path)
    assert after[:3] == before
    line = lines(after)[0]
    assert line.resolution is not None
    assert line.resolution.outcome == "yes"
    assert verify(path).faults == ()


def test_due_and_timing(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("a")], now=NOW)
    record(path, [binary("b")], now=LATER)
    record(path, [binary("c")], now=datetime(2025, 3, 4, 23, 59, tzinfo=UTC))
    record(path, [binary("d")], now=datetime(2025, 3, 5, 0, 0, tzinfo=UTC))
    a, b, c, d = lines(read(path))
    assert [x.timing for x in (a, b, c, d)] == ["ahead", "after the fact", "ahead", "under way"]
    assert not due(a, date(2026, 1, 31))
    assert due(a, date(2026, 2, 1))


def test_head_of_nothing() -> None:
    assert head([]) == "0" * 64


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"probabilities": [0.5, 0.6]}, "sum to 1.1"),
        ({"probabilities": [1.0]}, "1 numbers for 2 outcomes"),
        ({"probabilities": [float("nan"), 0.5]}, "probabilities"),
        ({"outcomes": ("a", "b")}, "outcomes must be"),
        ({"closes": date(2025, 2, 1)}, "must be after origin"),
        ({"question": "<script>alert(1)</script>"}, "markup"),
        ({"forecast": "../x"}, "pattern"),
        ({"extra": 1}, "Extra inputs"),
    ],
)
def test_unsound_forecasts(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Forecast.model_validate(binary().model_dump() | change)


def test_threads_and_one_ledger_made_at_once(tmp_path: Path) -> None:
    """Eight writers begin the same new ledger at the same moment: one chain, nothing lost."""
    path, barrier = tmp_path / "l.sqlite", threading.Barrier(8)
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait()
            for i in range(5):
                record(path, [binary(f"w{number}-{i}")])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    assert verify(path).entries == 40
    assert verify(path).faults == ()
