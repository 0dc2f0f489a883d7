"""Bad input is handled and named: markup, encodings, other languages, empty and long texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.rhetoric.coder import code_statement
from tocsin.rhetoric.corpus import read_speech
from tocsin.rhetoric.text import LONGEST, clean, decode, sentences

RUSSIAN = "Мы не потерпим этого и ответим силой, если Армения не выполнит свои обязательства."
FRENCH = (
    "Nous ne pouvons pas accepter que le gouvernement de l'Azerbaïdjan poursuive cette politique contre le peuple "
    "arménien, et nous demandons le retrait immédiat de ses troupes."
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no words"),
        (" \n\t ", "no words"),
        ("12345 --- !!!", "no words"),
        (RUSSIAN, "not in the Latin script: translate it first"),
        ("لن نقبل أبدا العدوان على بلدنا", "not in the Latin script: translate it first"),
        (FRENCH, "not in English, as far as its words tell: translate it first"),
        ("x" * (LONGEST + 1), f"longer than {LONGEST:,} characters: cut it into statements first"),
    ],
)
def test_what_cannot_be_coded_says_why(text: str, reason: str) -> None:
    coded = code_statement(text, speaker="AZE", target="ARM")
    assert (coded.type, coded.intensity, coded.matches) == ("none", 0, ())
    assert coded.reason == reason


def test_a_speech_that_cannot_be_read_has_no_counts_but_a_fault() -> None:
    said = read_speech("AZE", 2020, RUSSIAN)
    assert said.words == 0
    assert said.about == {}
    assert said.fault


def test_markup_is_left_out_and_told() -> None:
    found = clean("<p>We <b>demand</b> that <script>alert('threat')</script>Armenia &amp; others leave.</p>")
    assert "alert" not in found.text
    assert "Armenia & others" in found.text
    assert found.notes == ("markup left out",)
    # A lone sign is no markup.
    assert clean("It fell by < 5 per cent, and not > 6.").text == "It fell by < 5 per cent, and not > 6."


def test_markup_that_is_never_shut_hides_nothing_and_takes_no_time() -> None:
    assert clean("We will strike <!-- or so.").text == "We will strike <!-- or so."
    assert clean("<!-- a --> <script>b</script > We <!-- c --> talk <style> now").text.split() == ["We", "talk", "now"]
    # In quadratic time these would take minutes.
    for piece in ("<!--", "<script", "<script>", "<a "):
        clean(piece * (LONGEST // len(piece)))


def test_broken_encodings() -> None:
    broken = "Côte d’Ivoire must leave our land".encode().decode("cp1252")
    assert clean(broken).text == "Côte d'Ivoire must leave our land"
    assert clean(broken).notes == ("broken encoding mended",)
    assert decode("Côte d'Ivoire".encode())[1] == ()
    assert decode("Côte d’Ivoire".encode("cp1252")) == ("Côte d’Ivoire", ("not UTF-8: read as Windows-1252",))
    assert decode(b"\x81\x8d\x90")[1] == ("neither UTF-8 nor Windows-1252: read as Latin-1",)


def test_sentences_end_at_stops_but_not_at_abbreviations() -> None:
    text = "Mr. Smith met St. Lucia's envoy. The U.S. Senate spoke! Did it?\n\nGeneral Assembly\n\nThe last\ntalks"
    assert sentences(clean(text).text) == [
        "Mr. Smith met St. Lucia's envoy.",
        "The U.S. Senate spoke!",
        "Did it?",
        "General Assembly",
        "The last talks",
    ]
    assert clean("gov-\nernment").text == "government"


@given(st.text(max_size=400))
def test_any_text_is_coded_or_told_why_not(text: str) -> None:
    coded = code_statement(text, speaker="AZE", target="ARM")
    assert (coded.type == "none") == bool(coded.reason)
    assert 0 <= coded.intensity <= 3
    assert sum(len(s.split()) for s in sentences(clean(text).text)) == len(clean(text).text.split())
