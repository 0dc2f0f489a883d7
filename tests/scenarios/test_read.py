"""Every kind of bad scenario is reported with its key and rule, all at once, and nothing is run."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tocsin.case.load import Case, check_case, load_case
from tocsin.case.synthetic import write_case
from tocsin.cli.app import app
from tocsin.errors import CaseError, UsageError
from tocsin.scenarios.keys import KEYS, all_keys, named_commitments, page, suppliers
from tocsin.scenarios.named import chosen
from tocsin.scenarios.read import day_of, from_text, overrides
from tocsin.scenarios.run import faults_of


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("armenia-azerbaijan")


BAD = [
    ("arms.deliverys_factor=2", "unknown key", "Did you mean 'arms.deliveries_factor'?"),
    ("arm.ARM.deliveries_factor=2", "unknown key", "Did you mean 'arms.ARM.deliveries_factor'?"),
    ("x.y.z=1", "unknown key", "key is not known."),
    ("arms.deliveries_factor=-1", "range", "-1 is outside 0 to 100"),
    ("arms.deliveries_factor='two'", "number", "'two' is not a number"),
    ("arms.deliveries_factor=nan", "number", "is not a number"),
    ("arms.deliveries_factor=true", "number", "true is not a number"),
    ("arms.FRA.deliveries_factor=2", "unknown state", "'FRA' is not in the dyad (ARM, AZE)"),
    ("arms.ARM.since=2020-01-01", "contradiction", "says nothing without arms.ARM.deliveries_factor"),
    ("supplier.Indja.open=false", "unknown supplier", "Did you mean 'India'?"),
    ("supplier.IND.open='no'", "choice", "'no' is not true or false"),
    ("supplier.IND.to=ARM", "contradiction", "says nothing without supplier.IND.open"),
    ("commitments.EUMX.until=2026-01-01", "unknown commitment", "no commitment is called 'EUMX'"),
    ("commitments.G24.until=soon", "date", "'soon' is not a day"),
    ("commitments.G24.until=2026-02-30", "date", "'2026-02-30' is not a day"),
    ("commitments.G24.hardness=firm", "choice", "'firm' is not one of hard, soft, none"),
    ("commitments.G24.in_force=true", "choice", "true is not false"),
    ("treaty.signed=open", "date", "'open' is not a day"),
    ("regime.AZE=parti", "choice", "Did you mean 'party'?"),
    ("regime.TUR=party", "unknown state", "'TUR' is not in the dyad"),
    ("prize.core=all", "choice", "'all' is not one of whole, part, none"),
    ("class.rival=1", "choice", "1 is not true or false"),
    ("spending.ARM.factor=0", "range", "0 is outside 0.01 to 100"),
    ("spending.ARM.since=2020", "contradiction", "says nothing without spending.ARM.factor"),
    ("strategy.phi9=1", "unknown parameter", "Did you mean 'phi3'?"),
    ("strategy.lam=3", "unknown parameter", "no circumstance of a case"),
    ("strategy.omega=2", "range", "omega = 2 is not between 0 and 1"),
    ("strategy.AZE.theta=-1", "range", "theta = -1 is not at least 0"),
    ("incidents.remove=['I999']", "unknown incident", "not in incidents.csv: I999"),
    ("incidents.remove='I16'", "list", "write a list of identifiers"),
    ("incidents.add=[]", "list", "write a list of tables"),
    ("incidents.add=[{start='as-of',initiator='ARM'}]", "event", "event 1, mode: is empty but must be given"),
    ("incidents.add=[{start='as-of',initiator='ARM',mod='war'}]", "event", "'mod' is not known. Did you mean 'mode'?"),
    ("incidents.add=[{start='as-of',initiator='ARM',target='ARM',mode='war'}]", "event", "the same state as initiator"),
    ("incidents.add=[{start='2020-02-01',end='2020-01-01',initiator='ARM',mode='war'}]", "event", "is before start"),
    ("incidents.add=[{start='as-of',initiator='TUR',mode='war'}]", "event", "'TUR' is neither ARM, AZE nor disputed"),
    ("incidents.add=[{start='as-of',initiator='ARM',mode='war',coding='mie'}]", "event", "'coding' is not known"),
    ("incidents.add=[{start='as-of',initiator='ARM',mode='war',description='<b>x'}]", "event", "holds markup"),
]


@pytest.mark.parametrize(("text", "rule", "words"), BAD, ids=[b[0][:50] for b in BAD])
def test_a_bad_key_or_value_is_a_fault_of_the_case(case: Case, text: str, rule: str, words: str) -> None:
    with pytest.raises(CaseError) as raised:
        chosen(case, [], [text])
    said = str(raised.value)
    assert raised.value.exit_code == 10
    assert "1 fault in" in said
    assert f"[{rule}]" in said
    assert words in said
    assert "Nothing was run." in said


@pytest.mark.parametrize("text", ["arms", "arms.deliveries_factor=", "=2", "a b=2", "a=1\nb=2", ".=1"])
def test_what_is_no_key_and_value_is_a_fault_of_the_command(case: Case, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        chosen(case, [], [text])
    assert raised.value.exit_code == 2


def test_all_faults_come_at_once(case: Case) -> None:
    with pytest.raises(CaseError) as raised:
        chosen(case, ["monitor-leave"], [b[0] for b in BAD[:4]])
    said = str(raised.value)
    assert "5 faults" in said
    assert "Did you mean 'monitors-leave'?" in said


CONTRADICTIONS = [
    ["arms.ARM.deliveries_factor=1.5", "arms.deliveries_factor=2"],
    ["commitments.G24.until=2026-01-01", "commitments.EUMA.until=2026-02-01"],
    ["supplier.IND.open=true", "supplier.India.open=false"],
    ["strategy.phi2=1", "strategy.AZE.phi2=0.5"],
    ["commitments.G24.in_force=false", "commitments.G24.until=2026-02-01"],
    ["regime.AZE=party", "regime.AZE=military"],
]


@pytest.mark.parametrize("sets", CONTRADICTIONS, ids=[c[1] for c in CONTRADICTIONS])
def test_what_contradicts_itself_is_refused(case: Case, sets: list[str]) -> None:
    with pytest.raises(CaseError, match=r"\[contradiction\]"):
        chosen(case, [], sets)
    for one in sets:
        assert chosen(case, [], [one]), "each alone is sound"
    with pytest.raises(CaseError, match=r"\[contradiction\]"):
        chosen(case, [], sets[::-1])


def test_the_same_said_twice_is_no_contradiction(case: Case) -> None:
    (found,) = chosen(case, [], ["arms.ARM.deliveries_factor=2", "arms.deliveries_factor=2.0"])
    assert [o.path for o in found.changes] == [("arms", s, "deliveries_factor") for s in ("ARM", "AZE")]


def test_a_bare_word_and_a_quoted_one_are_the_same(case: Case) -> None:
    for text in ("regime.AZE=party", "regime.AZE = 'party'", 'regime."AZE"="party"'):
        (found,) = chosen(case, [], [text])
        assert [(o.path, o.value) for o in found.changes] == [(("regime", "AZE"), "party")]


def test_names_of_suppliers_and_commitments(case: Case) -> None:
    known = suppliers(case)
    assert known["IND"] == known["India"] == "India"
    assert known["RUS"] == "Russia"
    assert named_commitments(case, "EUMA") == ["G12", "G24"]
    assert named_commitments(case, "G12") == ["G12"]
    assert named_commitments(case, "UMA") == [], "a part of a word is no word"


def test_every_form_of_key_is_known_and_described(case: Case) -> None:
    keys = all_keys(case)
    assert len(keys) == len(set(keys))
    for key in KEYS:
        assert f"`{key.form}`" in page()
        assert any(key.fits(tuple(k.split("."))) for k in keys)


def test_days_relative_to_the_as_of_date() -> None:
    day = date(2024, 3, 1)
    assert [day_of(x, day) for x in ("as-of", "as-of-1", "2020-01-01")] == [day, date(2024, 2, 29), date(2020, 1, 1)]


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_read_or_refused(case: Case, text: str) -> None:
    # Anything else that is raised is a fault of the program.
    with contextlib.suppress(UsageError):
        overrides(case, from_text(text), "set", "--set")


@given(
    st.recursive(
        st.one_of(st.booleans(), st.floats(), st.text(max_size=5), st.dates()), lambda x: st.lists(x, max_size=3)
    )
)
@settings(deadline=None)
def test_any_value_of_a_known_key_is_read_or_a_fault(case: Case, value: object) -> None:
    for key in KEYS:
        tree: object = value
        for part in key.parts[::-1]:
            name = {"STATE": "ARM", "NAME": "G24", "SUPPLIER": "IND", "PARAMETER": "phi2"}.get(part, part)
            tree = {name: tree}
        found, faults = overrides(case, tree, "x", "case.toml")  # type: ignore[arg-type]
        assert found or faults


SOUND = """
[[scenarios]]
name = "quiet"
title = "No force for a year"
why = "An assumption."
[scenarios.set]
treaty.signed = "as-of"
"""


def with_scenarios(folder: Path, text: str) -> Path:
    write_case(folder, game=True)
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return folder


def test_a_case_with_a_sound_scenario_is_sound(tmp_path: Path) -> None:
    folder = with_scenarios(tmp_path / "case", SOUND)
    assert check_case(folder) == []
    assert faults_of(load_case(folder)) == []


STRUCTURE = [
    (SOUND + SOUND, "scenarios.quiet", "is used more than once"),
    (SOUND.replace('"quiet"', '"Quiet Days"'), "scenarios.0.name", "pattern"),
    (SOUND.replace("why", "because"), "scenarios.0.because", "key is not known"),
    (SOUND.replace('treaty.signed = "as-of"', ""), "scenarios.0.set", "at least 1"),
    (SOUND.replace("An assumption", "<script>"), "scenarios[1].why", "markup"),
]


@pytest.mark.parametrize(("text", "place", "words"), STRUCTURE, ids=[s[1] for s in STRUCTURE])
def test_the_form_of_a_scenario_is_checked_with_the_case(tmp_path: Path, text: str, place: str, words: str) -> None:
    faults = check_case(with_scenarios(tmp_path / "case", text))
    assert [f for f in faults if f.column == place and words in f.message], faults


MEANING = [
    (SOUND.replace('signed = "as-of"', 'sined = "as-of"'), "Did you mean 'treaty.signed'?"),
    (SOUND.replace('"quiet"', '"set"'), "is what the command line sets"),
    (SOUND.replace("[scenarios.set]", "as_of = 1990-01-01\n[scenarios.set]"), "is outside the case"),
    (
        SOUND.replace(
            "[scenarios.set]", '[[scenarios.expects]]\nactor = "XXX"\nchange = "less"\nwhy = "why"\n[scenarios.set]'
        ),
        "'XXX' is not in the dyad",
    ),
    (SOUND.replace('"as-of"', '"2031-01-01"'), "lies after the as-of date"),
    (SOUND.replace("treaty.signed", "a." * 3000 + "b"), "deeper than 12 levels"),
    (SOUND.replace("treaty.signed", "a.b.c.d.e.f.g"), "key is not known"),
]


@pytest.mark.parametrize(("text", "words"), MEANING, ids=[m[1] for m in MEANING])
def test_case_check_and_assess_see_what_a_scenario_means(tmp_path: Path, text: str, words: str) -> None:
    folder = str(with_scenarios(tmp_path / "case", text))
    run = CliRunner().invoke(app, ["case", "check", folder])
    assert isinstance(run.exception, CaseError)
    assert words in str(run.exception)
    if "lies after" not in words:
        for args in (["--no-scenarios"], []):
            run = CliRunner().invoke(app, ["assess", folder, "--draws", "0", "--out", str(tmp_path / "out"), *args])
            assert isinstance(run.exception, CaseError)
            assert words in str(run.exception)
        assert not (tmp_path / "out").exists()
