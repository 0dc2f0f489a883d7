"""The coder: its decisions say why, and its scores on the labelled statements are those that the page gives."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from tocsin.case.load import load_case
from tocsin.rhetoric.coder import code_statement, hostile_states
from tocsin.rhetoric.corpus import read_speech, rhetoric
from tocsin.rhetoric.lexicon import TYPES, lexicon

HERE = Path(__file__).parent
CODED = [
    ("If they cross the border, we will strike back.", "threat"),
    ("Armenia must withdraw its troops immediately.", "demand"),
    ("We will never accept foreign troops in our land.", "red line"),
    ("Armenia is preparing a new attack.", "warning"),
    ("We want peace with Armenia and have no intention to attack anyone.", "reassurance"),
    ("We reject these baseless accusations.", "denial"),
    ("The harvest was good this year.", "none"),
]


@pytest.mark.parametrize(("text", "type_"), CODED)
def test_one_of_each(text: str, type_: str) -> None:
    coded = code_statement(text, speaker="AZE", target="ARM")
    assert coded.type == type_
    if type_ != "none":
        # The deciding words stand in the text.
        assert coded.matches[0].type == type_
        assert coded.matches[0].words in text.lower()
        assert coded.scores[type_] >= lexicon().least


def test_without_a_state_nothing_is_coded() -> None:
    coded = code_statement("We demand that they withdraw at once.", speaker="AZE")
    assert (coded.type, coded.reason) == ("none", "names no other state")
    assert code_statement("Korea must withdraw at once.", speaker="AZE").reason.startswith(
        "names no state that could be"
    )


def test_what_others_are_said_to_suffer_is_not_held_against_them() -> None:
    assert hostile_states("We condemn the Iraqi aggression against Kuwait.", speaker="EGY") == ("IRQ",)
    assert hostile_states("Our solidarity is with the people of Lebanon.", speaker="EGY") == ()
    assert hostile_states("Iraq must end its occupation of Kuwait.", speaker="KWT") == ("IRQ",)


def test_intensity_rises_with_force_and_with_absolute_words() -> None:
    mild = code_statement("Armenia must comply.", speaker="AZE")
    hard = code_statement("Armenia must withdraw its missiles immediately.", speaker="AZE")
    assert (mild.intensity, hard.intensity) == (1, 3)


def test_scores_on_the_labelled_statements() -> None:
    """The rules were written by someone who had read these 75, so this is a fit, not a test."""
    rows = load_case("armenia-azerbaijan").tables["statements"].to_dicts()
    right = sum(code_statement(r["text"], speaker=r["state"], target=r["target"]).type == r["type"] for r in rows)
    assert (right, len(rows)) == (63, 75)


@pytest.mark.parametrize("sample", ["first", "second"])
def test_labels_are_whole(sample: str) -> None:
    rows = list(csv.DictReader((HERE / f"general_debate_{sample}.csv").open(encoding="utf-8")))
    pools = {
        r["stratum"]: r for r in csv.DictReader((HERE / f"general_debate_{sample}_pools.csv").open(encoding="utf-8"))
    }
    assert len({r["id"] for r in rows}) == len(rows) == sum(int(p["drawn"]) for p in pools.values())
    for row in rows:
        assert row["type"] in TYPES
        assert len(row["sha256_16"]) == 16
        assert row["type"] != "none" or row["target"] == ""


@pytest.mark.data
def test_labelled_sentences_are_in_the_corpus(mirror: Path) -> None:
    import polars as pl

    from tocsin.rhetoric.text import clean, sentences

    table = pl.read_parquet(mirror / "ungdc" / "ungdc_1991_2024.parquet")
    rows = list(csv.DictReader((HERE / "general_debate_first.csv").open(encoding="utf-8")))[:60]
    for row in rows:
        text = table.filter((pl.col("iso3") == row["iso3"]) & (pl.col("year") == int(row["year"])))["text"][0]
        said = sentences(clean(text).text)[int(row["sentence"])]
        assert hashlib.sha256(said.encode()).hexdigest()[:16] == row["sha256_16"], row["id"]


def test_a_speech_is_counted_by_sentence_and_the_speaker_is_not_counted() -> None:
    said = read_speech(
        "KWT", 1995, "Iraq attacked Kuwait. Iraq, yes Iraq, must pay. Kuwait thanks Egypt and the Congo."
    )
    assert {s: (t.mentions, t.hostile) for s, t in said.about.items()} == {"IRQ": (2, 2), "EGY": (1, 0), "COG": (1, 0)}
    assert said.words == 14


def test_counts_do_not_depend_on_the_number_of_workers() -> None:
    import polars as pl
    from polars.testing import assert_frame_equal

    text = "Iraq must leave Kuwait. We thank Japan."
    table = pl.DataFrame({"iso3": ["EGY", "VAT", "YUG", "RUS"], "year": [1991] * 4, "text": [text, text, text, "Мы"]})
    one, two = (rhetoric(table, workers=n) for n in (1, 2))
    assert_frame_equal(one[0], two[0])
    assert_frame_equal(one[1], two[1])
    pairs, spoken = one
    # The Holy See is in no state system; Yugoslavia speaks under Serbia's number; a speech that cannot be read is named.
    assert spoken["ccode"].to_list() == [345, 365, 651]
    assert spoken["fault"].null_count() == 2
    assert pairs["ccode1"].unique().sort().to_list() == [345, 651]
    assert pairs.filter((pl.col("ccode1") == 651) & (pl.col("ccode2") == 645))["hostile"].item() == 1
