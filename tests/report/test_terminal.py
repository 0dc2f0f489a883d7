"""The terminal: plain lines that survive a pipe, every number whole."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Interval
from tocsin.assessment.words import percent
from tocsin.report.terminal import grid, show


def said(a: Assessment, width: int, *, terminal: bool = False) -> str:
    out = io.StringIO()
    show(a, Console(file=out, width=width, force_terminal=terminal, color_system=None, legacy_windows=False))
    return out.getvalue()


@pytest.mark.parametrize("width", [50, 60, 80, 100, 200])
def test_lines_fit_and_are_plain(flagship: Assessment, width: int) -> None:
    text = said(flagship, width)
    assert text.isascii()
    assert "\u2026" not in text
    for line in text.splitlines():
        assert line == line.rstrip()
        assert len(line) <= width


@pytest.mark.parametrize("width", [50, 80])
def test_no_number_is_cut(flagship: Assessment, width: int) -> None:
    text = said(flagship, width)
    flat = " ".join(text.split())
    for j in flagship.judgments:
        assert j.likelihood in flat
        assert j.confidence in flat
    lines = grid(flagship, width)
    for line in lines:
        assert line in text.splitlines()
    for f in (f for f in flagship.forecasts if f.horizon_months == 12):
        for m in f.modes[1:]:
            assert m.at_least.value is not None
            assert percent(m.at_least.value).replace(" %", "%") in "\n".join(lines)


def test_the_matrix_says_ratio_and_change(flagship: Assessment) -> None:
    lines = grid(flagship)
    assert len(lines) == 9
    assert lines[0].split() == ["threat", "incursion", "strike", "war"]
    assert sum("times the base rate" in line for line in lines) == 2
    now = {m.mode: m for m in flagship.forecasts[0].modes}["war"]
    assert f"x{now.ratio_at_least:.1f}" in lines[3]


def test_unknown_is_a_word(flagship: Assessment) -> None:
    nothing = Interval(value=None, missing="the record is too short")
    f = flagship.forecasts[0]
    modes = [m.model_copy(update={"at_least": nothing, "ratio_at_least": None}) for m in f.modes]
    a = flagship.model_copy(update={"forecasts": [f.model_copy(update={"modes": modes})], "changes": []})
    for line in grid(a)[1:]:
        assert line.split()[-4:] == ["unknown"] * 4


def test_a_real_terminal_gets_the_same_words(flagship: Assessment) -> None:
    import re

    plain = re.sub(r"\x1b\[[0-9;]*m", "", said(flagship, 90, terminal=True))
    assert plain == said(flagship, 90)
