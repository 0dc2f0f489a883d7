"""One declaration file per release: what it is, who published it, on which terms, how to know the right file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.errors import SourceError, suggest

Reader = Literal["r", "stata", "csv", "parquet", "sipri-milex", "sipri-register", "wide-months"]


class Strict(BaseModel):
    """Base: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(Strict):
    """The file as published, where the mirror holds something made from it."""

    sha256: str | None = None
    bytes: int | None = None
    conversion: str


class MissingRule(Strict):
    """Cells that stand for missing: by code, or by lying outside what the column can hold."""

    columns: list[str] = Field(description="Column names; '*' is every number column.")
    codes: list[float] = Field(default_factory=list)
    outside: tuple[float, float] | None = None
    keep: list[str] = Field(
        default_factory=list, description="Not empty: a row with such a cell is damaged and keeps only these columns."
    )


class Source(Strict):
    """One release of a data set.

    Parameters
    ----------
    table : str
        Name of the (main) table it becomes.
    rows : dict of str to int
        Tables made from it and their rows.
    addresses : list of str
        Public addresses in order of preference, the first pinned to a commit; empty where there is none.
    file, sha256, bytes
        Path in a mirror, and what the file there must be.
    columns : dict of str to dict of str to str
        Declared columns of each table and their types.
    """

    table: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str
    publisher: str
    version: str
    about: str
    row: str
    coverage: str
    unit: str
    citation: str
    bibtex: str
    terms: str
    redistribute: bool
    addresses: list[str]
    page: str
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(gt=0)
    reader: Reader
    rows: dict[str, int]
    keys: dict[str, list[str]] = Field(default_factory=dict, description="Table -> columns that tell its rows apart.")
    nulls: list[str] = Field(default_factory=lambda: [""])
    oddities: str = ""
    published: Published | None = None
    missing: list[MissingRule] = Field(default_factory=list)
    columns: dict[str, dict[str, str]] = Field(default_factory=dict, description="Table -> column -> type.")

    @model_validator(mode="after")
    def _plain(self) -> Source:
        if self.file.startswith("/") or ".." in self.file.split("/"):
            raise ValueError(f"file '{self.file}' must be a plain relative path")
        if self.table not in self.rows:
            raise ValueError(f"rows must name the main table '{self.table}'")
        known = {c for columns in self.columns.values() for c in columns}
        for rule in self.missing:
            if lost := [c for c in (*rule.columns, *rule.keep) if c != "*" and c not in known]:
                raise ValueError(f"missing: {', '.join(lost)} is no column of '{self.table}'")
        for table, key in self.keys.items():
            if lost := [c for c in key if c not in self.columns.get(table, {})]:
                raise ValueError(f"key of '{table}': {', '.join(lost)} is no column")
        return self

    @property
    def hashes(self) -> dict[str, int]:
        """SHA-256 of each file that is trusted as this source, and its size."""
        out = {self.sha256: self.bytes}
        if self.published is not None and self.published.sha256 is not None:
            out[self.published.sha256] = self.published.bytes or self.bytes
        return out


class Meaning(Strict):
    """What a column means in every table that has it."""

    about: str
    unit: str = ""


@cache
def meanings() -> dict[str, Meaning]:
    """Return what the columns mean that several tables share; others keep the meaning of the publisher's codebook.

    Examples
    --------
    >>> meanings()["ccode"].about
    'Correlates of War number of the state'
    """
    raw = tomllib.loads(files("tocsin.sources").joinpath("columns.toml").read_text("utf-8"))
    return {name: Meaning.model_validate(entry) for name, entry in raw.items()}


@cache
def sources() -> dict[str, Source]:
    """Return every declared source by the name of its main table.

    Examples
    --------
    >>> len(sources())
    95
    >>> sources()["nmc"].rows
    {'nmc': 17121}
    """
    out: dict[str, Source] = {}
    for path in sorted(files("tocsin.sources").joinpath("declared").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            source = Source.model_validate(tomllib.loads(path.read_text("utf-8")))
            if path.name != f"{source.table}.toml":
                raise ValueError(f"{path.name} declares table '{source.table}'")
            out[source.table] = source
    return out


@cache
def table_sources() -> dict[str, Source]:
    """Return the source of every table, including second tables of a source."""
    return {table: s for s in sources().values() for table in s.rows}


def source_of(name: str) -> Source:
    """Return the source of a table.

    Raises
    ------
    SourceError
        If no source makes a table of that name.
    """
    known = table_sources()
    if name not in known:
        raise SourceError(f"there is no source '{name}'.{suggest(name, known)} See: tocsin data list")
    return known[name]


def chosen(names: Iterable[str]) -> list[Source]:
    """Return the sources of tables, each once; every declared source if none is named.

    Examples
    --------
    >>> [s.table for s in chosen(["arms_deliveries", "nmc", "arms"])]
    ['arms', 'nmc']
    """
    return list({s.table: s for s in map(source_of, names)}.values()) or list(sources().values())
