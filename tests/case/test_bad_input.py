"""Every kind of bad case is reported with file, row, column and rule, all at once, and never as a traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.case.files import MAX_BYTES
from tocsin.case.load import check_case, load_case
from tocsin.case.synthetic import write_case
from tocsin.errors import CaseError, Fault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_case(tmp_path / "made-up")


def edit(folder: Path, file: str, row: int, column: str, value: str) -> None:
    """Replace one cell (data row counted from 1)."""
    lines = (folder / file).read_text("utf-8").splitlines()
    header = lines[0].split(",")
    cells = lines[row].split(",")
    cells[header.index(column)] = value
    lines[row] = ",".join(cells)
    (folder / file).write_text("\n".join(lines) + "\n", "utf-8")


def test_the_made_up_case_is_sound(folder: Path) -> None:
    assert check_case(folder) == []


def test_made_up_cases_are_reproducible(tmp_path: Path) -> None:
    one, two = write_case(tmp_path / "one", seed=3), write_case(tmp_path / "two", seed=3)
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


CELLS = [
    ("capabilities.csv", 2, "value", "-5", "range"),
    ("capabilities.csv", 2, "value", "nan", "number"),
    ("capabilities.csv", 2, "value", "1e999", "number"),
    ("capabilities.csv", 2, "value", "many", "number"),
    ("capabilities.csv", 2, "year", "1995.5", "number"),
    ("capabilities.csv", 2, "state", "ZZZ", "unknown state"),
    ("capabilities.csv", 2, "measure", "milex_constnt", "choice"),
    ("capabilities.csv", 2, "known_from", "", "required"),
    ("capabilities.csv", 2, "source", "", "required"),
    ("capabilities.csv", 2, "source", ";", "required"),
    ("capabilities.csv", 2, "source", "elsewhere", "unknown source"),
    ("incidents.csv", 2, "deaths_a", "1e300", "range"),
    ("incidents.csv", 2, "start", "2020-02-31", "date"),
    ("incidents.csv", 2, "start", "31.12.2020", "date"),
    ("incidents.csv", 2, "start", "0020-01-01", "date"),
    ("incidents.csv", 2, "mutual", "maybe", "choice"),
    ("incidents.csv", 2, "initiator", "CCC", "not in dyad"),
    ("incidents.csv", 2, "id", "../etc", "identifier"),
    ("statements.csv", 2, "text", "<script>alert(1)</script>", "markup"),
    ("statements.csv", 2, "text", "<img src=x onerror=alert(1)>", "markup"),
    ("statements.csv", 2, "text", "bell \x07", "control character"),
    ("statements.csv", 2, "text", "x" * 5000, "length"),
    ("arms.csv", 2, "same_as", "NOBODY", "unknown order"),
    ("regimes.csv", 2, "category", "", "empty"),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "rule"), CELLS)
def test_a_bad_cell_is_named(folder: Path, file: str, row: int, column: str, value: str, rule: str) -> None:
    edit(folder, file, row, column, value)
    faults = check_case(folder)
    assert [(f.file, f.row, f.column, f.rule) for f in faults] == [(file, row, column, rule)]


def test_all_faults_come_at_once(folder: Path) -> None:
    edit(folder, "capabilities.csv", 3, "value", "-5")
    edit(folder, "incidents.csv", 4, "mode", "invasion")
    edit(folder, "statements.csv", 5, "source", "")
    with pytest.raises(CaseError) as raised:
        load_case(folder)
    text = str(raised.value)
    assert raised.value.exit_code == 10
    assert text.startswith("3 faults in case")
    for place in ("capabilities.csv, row 3, value", "incidents.csv, row 4, mode", "statements.csv, row 5, source"):
        assert place in text


def test_a_repeated_key_names_both_rows(folder: Path) -> None:
    lines = (folder / "capabilities.csv").read_text("utf-8").splitlines()
    (folder / "capabilities.csv").write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")
    (fault,) = check_case(folder)
    assert fault.rule == "duplicate key"
    assert fault.row == len(lines)
    assert "repeats row 1" in fault.message


def _drop_column(folder: Path) -> None:
    path = folder / "regimes.csv"
    lines = [line.split(",", 1)[1] for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _misspell_column(folder: Path) -> None:
    path = folder / "regimes.csv"
    path.write_text(path.read_text("utf-8").replace("typology", "tipology", 1), "utf-8")


def _huge(folder: Path) -> None:
    with (folder / "arms.csv").open("ab") as handle:
        handle.truncate(100_000_000)


def _link_out(folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    (folder / "arms.csv").rename(outside)
    os.symlink(outside, folder / "arms.csv")


def _latin(folder: Path) -> None:
    path = folder / "arms.csv"
    path.write_bytes(path.read_bytes() + "Ünnamed".encode("latin-1"))


def _utf16(folder: Path) -> None:
    path = folder / "arms.csv"
    path.write_bytes(path.read_text("utf-8").encode("utf-16"))


def _nul(folder: Path) -> None:
    path = folder / "arms.csv"
    path.write_bytes(path.read_bytes() + b"\x00")


def _gone(folder: Path) -> None:
    (folder / "arms.csv").unlink()


def _folder_instead(folder: Path) -> None:
    (folder / "arms.csv").unlink()
    (folder / "arms.csv").mkdir()


def _empty(folder: Path) -> None:
    (folder / "arms.csv").write_bytes(b"")


def _ragged(folder: Path) -> None:
    with (folder / "arms.csv").open("a", encoding="utf-8") as handle:
        handle.write("a,b,c\n")


def _open_quote(folder: Path) -> None:
    with (folder / "arms.csv").open("a", encoding="utf-8") as handle:
        handle.write('"never closed\n')


def _unknown_key(folder: Path) -> None:
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8").replace("summary =", "sumary = 'x'\nsummary =", 1), "utf-8")


def _unknown_section(folder: Path) -> None:
    with (folder / "case.toml").open("a", encoding="utf-8") as handle:
        handle.write("\n[surprise]\nx = 1\n")


def _bad_toml(folder: Path) -> None:
    (folder / "case.toml").write_text("[case\n", "utf-8")


def _same_state(folder: Path) -> None:
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8").replace('b = "BBB"', 'b = "AAA"', 1), "utf-8")


def _claims_without_argument(folder: Path) -> None:
    with (folder / "case.toml").open("a", encoding="utf-8") as handle:
        handle.write('\n[[claims]]\nid = "C1"\ntext = "It will."\nkind = "fact"\nsource = "made-up"\n')


def _markup_in_title(folder: Path) -> None:
    path = folder / "case.toml"
    path.write_text(path.read_text("utf-8").replace("(made up)", "<b>", 1), "utf-8")


FILES: list[tuple[Callable[[Path], None], str, str]] = [
    (_drop_column, "regimes.csv", "missing column"),
    (_misspell_column, "regimes.csv", "unknown column"),
    (_huge, "arms.csv", "size"),
    (_link_out, "arms.csv", "link"),
    (_latin, "arms.csv", "encoding"),
    (_utf16, "arms.csv", "encoding"),
    (_nul, "arms.csv", "encoding"),
    (_gone, "arms.csv", "missing file"),
    (_folder_instead, "arms.csv", "not a file"),
    (_empty, "arms.csv", "header"),
    (_ragged, "arms.csv", "row length"),
    (_open_quote, "arms.csv", "csv"),
    (_unknown_key, "case.toml", "extra forbidden"),
    (_unknown_section, "case.toml", "extra forbidden"),
    (_bad_toml, "case.toml", "toml"),
    (_same_state, "case.toml", "value error"),
    (_claims_without_argument, "case.toml", "value error"),
    (_markup_in_title, "case.toml", "markup"),
]


@pytest.mark.parametrize(("spoil", "file", "rule"), FILES, ids=lambda x: getattr(x, "__name__", x))
def test_a_bad_file_is_named(folder: Path, spoil: Callable[[Path], None], file: str, rule: str) -> None:
    spoil(folder)
    faults = check_case(folder)
    assert (file, rule) in {(f.file, f.rule) for f in faults}
    assert {f.file for f in faults} == {file}, "other files must not be blamed"
    with pytest.raises(CaseError, match=file):
        load_case(folder)


def test_a_byte_order_mark_and_dos_lines_are_accepted(folder: Path) -> None:
    path = folder / "arms.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_case(folder) == []


def test_a_link_inside_the_folder_is_accepted(folder: Path) -> None:
    (folder / "arms.csv").rename(folder / "arms_real.csv")
    os.symlink("arms_real.csv", folder / "arms.csv")
    assert check_case(folder) == []


def test_misspelt_words_get_a_suggestion(folder: Path) -> None:
    edit(folder, "capabilities.csv", 2, "measure", "milex_constnt")
    (fault,) = check_case(folder)
    assert "Did you mean 'milex_constant'?" in fault.message


def test_an_unknown_case_lists_the_built_in_ones() -> None:
    with pytest.raises(CaseError, match="armenia-azerbaijan") as raised:
        load_case("armenia-azerbajan")
    assert "Did you mean" in str(raised.value)


def test_names_with_paths_do_not_reach_outside_the_built_in_folder() -> None:
    with pytest.raises(CaseError):
        load_case("../../tests")


def test_the_size_limit_is_checked_before_reading(folder: Path) -> None:
    _huge(folder)
    (fault,) = check_case(folder)
    assert fault == Fault("arms.csv", "size", f"has 100 MB; the limit is {MAX_BYTES // 10**6} MB. Not read")


PRIZES = [
    ('since = 2007-01-01\ncore = "none"', 'since = 1990-01-01\ncore = "none"', "in order of time"),
    ('core = "whole"', 'core = "most"', "'whole', 'part' or 'none'"),
    ('core = "whole"', 'core = "whole"\nknown_from = 1990-01-01', "is before since"),
    ('rule = "Whoever stands on it holds it."\n', "", "required"),
    ('rule = "Whoever stands on it holds it."\nsource = "made-up"', 'rule = "Held."\nsource = "else"', "'else' is not"),
    ('source = "made-up"\nconfidence = "high"', 'source = "else"\nconfidence = "high"', "'else' is not in sources"),
]
SUPPLY = """
[[supply]]
recipient = "AAA"
supplier = "X"
state = "withheld"
since = 2000-01-01
source = "made-up"
confidence = "high"
"""
SUPPLIES = [
    ('recipient = "AAA"', 'recipient = "CCC"', "not in the dyad"),
    ('state = "withheld"', 'state = "closed"', "'open' or 'withheld'"),
    ("since = 2000-01-01", "since = 2000-01-01\nuntil = 1999-01-01", "is before since"),
    ('source = "made-up"\nconfidence', 'source = "else"\nconfidence', "'else' is not in sources"),
]


@pytest.mark.parametrize(("old", "new", "words"), PRIZES)
def test_a_faulty_prize_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = write_case(tmp_path / "made-up", game=True)
    assert check_case(folder) == []
    text = (folder / "case.toml").read_text("utf-8")
    assert old in text
    (folder / "case.toml").write_text(text.replace(old, new, 1), "utf-8")
    faults = check_case(folder)
    assert faults
    assert any(words in str(f) and f.file == "case.toml" for f in faults), faults


@pytest.mark.parametrize(("old", "new", "words"), SUPPLIES)
def test_a_faulty_supply_is_named(folder: Path, old: str, new: str, words: str) -> None:
    path = folder / "case.toml"
    sound = path.read_text("utf-8") + SUPPLY
    path.write_text(sound, "utf-8")
    assert check_case(folder) == []
    head, tail = sound.split("[[supply]]")
    assert old in tail
    path.write_text(head + "[[supply]]" + tail.replace(old, new, 1), "utf-8")
    assert any(words in str(f) for f in check_case(folder))
