"""A manifest says what its table was made from; any flipped bit of it shows, and a new source file renews it."""

from __future__ import annotations

import gzip
import hashlib
from contextlib import suppress
from pathlib import Path

import pytest

from tests.sources.made_up import BODY, source
from tocsin.errors import SourceError
from tocsin.sources.readers import read_source
from tocsin.store import Store
from tocsin.store.build import repair, verify
from tocsin.store.manifest import is_whole

PACKED = gzip.compress(BODY, mtime=0)
MADE = source(
    body=PACKED,
    file="made/made_up.csv.gz",
    published={"sha256": hashlib.sha256(BODY).hexdigest(), "bytes": len(BODY), "conversion": "gzip"},
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr("tocsin.store.build.chosen", lambda _: [MADE])
    monkeypatch.setattr("tocsin.store.store.table_sources", lambda: {"made_up": MADE})
    path = tmp_path / "x.csv"
    path.write_bytes(BODY)
    made = Store(tmp_path / "store")
    made.write(MADE, MADE.sha256, read_source(MADE, path))
    return made


def test_every_single_flipped_bit_of_a_manifest_shows(store: Store) -> None:
    path = store.path("made_up").with_name("manifest.json")
    sound = path.read_bytes()
    assert is_whole(path)
    for bit in range(8 * len(sound)):
        spoilt = bytearray(sound)
        spoilt[bit // 8] ^= 1 << bit % 8
        path.write_bytes(spoilt)
        with suppress(ValueError):  # no longer JSON, or no longer UTF-8
            assert not is_whole(path), f"bit {bit} went unseen"


def test_verify_reports_a_changed_manifest(store: Store) -> None:
    assert [v.problems for v in verify(store)] == [()]
    path = store.path("made_up").with_name("manifest.json")
    path.write_text(path.read_text("utf-8").replace('"title": "Made up"', '"title": "Made us"'), "utf-8")
    assert [v.problems for v in verify(store)] == [("table made_up: its manifest is not the one written",)]


def test_the_same_table_from_another_file_renews_the_manifest(store: Store, tmp_path: Path) -> None:
    published = hashlib.sha256(BODY).hexdigest()
    before = store.path("made_up").read_bytes()
    store.write(MADE, published, read_source(MADE, tmp_path / "x.csv"))
    assert store.manifest("made_up")["source_sha256"] == published
    assert store.is_current(MADE, published)
    assert store.path("made_up").read_bytes() == before
    assert [v.problems for v in verify(store)] == [()]


def test_a_store_of_an_older_form_is_built_anew(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tocsin.store.build as build
    import tocsin.store.store as module

    now = module.FORMAT
    for where in (module, build):
        monkeypatch.setattr(where, "FORMAT", now - 1)
    store.write(MADE, MADE.sha256, read_source(MADE, tmp_path / "x.csv"))
    for where in (module, build):
        monkeypatch.setattr(where, "FORMAT", now)
    assert not store.is_current(MADE, MADE.sha256)
    assert "older form of the store" in verify(store)[0].problems[0]
    store.write(MADE, MADE.sha256, read_source(MADE, tmp_path / "x.csv"))
    assert store.is_current(MADE, MADE.sha256)
    assert [v.problems for v in verify(store)] == [()]


def test_a_new_code_for_missing_builds_the_table_anew(store: Store, tmp_path: Path) -> None:
    """Rows and columns stay the same; only the values change."""
    assert store.is_current(MADE, MADE.sha256)
    ruled = source(
        body=PACKED,
        file=MADE.file,
        published=MADE.published.model_dump() if MADE.published else None,
        missing=[{"columns": ["value"], "codes": [7]}],
    )
    assert not store.is_current(ruled, MADE.sha256)
    store.write(ruled, MADE.sha256, read_source(ruled, tmp_path / "x.csv"))
    assert store.is_current(ruled, MADE.sha256)
    assert store.table("made_up").collect()["value"].null_count() == 1
    # What only describes the source does not.
    assert store.is_current(ruled.model_copy(update={"title": "Another title"}), MADE.sha256)


def test_a_damaged_manifest_is_not_current(store: Store) -> None:
    path = store.path("made_up").with_name("manifest.json")
    path.write_text(path.read_text("utf-8").replace('"table"', '"tabke"'), "utf-8")
    assert not store.is_current(MADE, MADE.sha256)


def test_a_missing_data_file_is_named(store: Store) -> None:
    store.path("made_up").unlink()
    assert "data.parquet" in verify(store)[0].problems[0]


def test_repair_does_not_hide_what_it_cannot_drop(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    store.path("made_up").write_bytes(b"spoilt")
    monkeypatch.setattr("shutil.rmtree", refuse)
    with pytest.raises(SourceError, match=r"made_up: cannot be dropped.*Permission denied"):
        repair(store, ["made_up"])


def test_a_damaged_source_file_is_one_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.store.build.chosen", lambda _: [source()])
    made = Store(tmp_path)
    (made.raw / "made").mkdir(parents=True)
    (made.raw / "made" / "made_up.csv").write_bytes(b"spoilt")
    (verdict,) = verify(made)
    assert verdict.problems == ("made_up.csv: its bytes are not those declared", "table made_up: is missing")


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="cannot write into the store"), Store(tmp_path / "file" / "x").lock():
        pass


def test_an_unreadable_file_is_a_problem_and_no_crash(store: Store, tmp_path: Path) -> None:
    (store.raw / "made").mkdir(parents=True, exist_ok=True)
    raw = store.raw / "made" / "made_up.csv"
    raw.write_bytes(BODY)

    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tocsin.store.build.file_sha256", refuse)
        (verdict,) = verify(store)
    assert verdict.problems == (
        "made_up.csv: cannot be read (Permission denied)",
        f"table made_up: cannot be read ([Errno 13] Permission denied: '{store.path('made_up')}')",
    )
