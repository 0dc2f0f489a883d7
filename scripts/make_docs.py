"""Write the generated reference pages: the case format and the JSON Schema of an assessment."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tocsin.assessment.model import SCHEMA_VERSION, Assessment
from tocsin.case.config import CaseToml, SourceInfo
from tocsin.case.schemas import MEASURE_UNITS, TABLES
from tocsin.scenarios import keys
from tocsin.schema import codebook
from tocsin.sources.codebook import page
from tocsin.sources.declaration import table_sources

DOCS = Path(__file__).resolve().parents[1] / "docs" / "reference"


def case_format() -> str:
    """Return the reference page of the case format."""
    measures = "\n".join(f"| `{m}` | {u} |" for m, u in MEASURE_UNITS.items())
    return f"""# The case format

Made by `scripts/make_docs.py` from the declarations in `tocsin.case.schemas`; `tocsin case schema` prints the tables.

A case is a folder with `case.toml`, `sources.toml` and the tables below. Text is plain UTF-8 without markup. Unknown
values stay empty: an empty cell is unknown, never zero. Dates are written year-month-day. Every row names its sources;
a row is used from the day in `known_from` on (or, where that is empty, from the day of the event).

{codebook(TABLES)}
## Units of `measure` in capabilities.csv

| measure | unit |
|---|---|
{measures}

## case.toml

```json
{json.dumps(CaseToml.model_json_schema(), indent=1)}
```

## Keys of a scenario

A table `[scenarios.set]` below an entry of `[[scenarios]]` lists what changes ([how](../how-to/scenario.md)). A part in
capitals stands for a name of the case: a state of the dyad, a supplier (as in arms.csv, or by code), a commitment
(identifier, or a word of its name), a parameter of the game. Days may be relative to the as-of date: `as-of`,
`as-of-7`.

{keys.ORDER}

{keys.page()}
## sources.toml: one section per key

```json
{json.dumps(SourceInfo.model_json_schema(), indent=1)}
```
"""


def assessment_schema() -> str:
    """Return the JSON Schema of assessment.json."""
    schema = Assessment.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Tocsin assessment, version {SCHEMA_VERSION}",
    }
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


def data_page() -> str:
    """Return the codebook of every table of the store."""
    listed = "\n".join(
        f"| [`{t}`](#{s.table}) | {s.title} | {s.coverage} | {s.rows[t]:,} |" for t, s in table_sources().items()
    )
    return f"""# The data sets

Made by `scripts/make_docs.py` from the declarations in `tocsin/sources/declared`. Bring them with `tocsin data fetch`
(or `--from DIR` from a local mirror); read them with `tocsin.store.open_store().table(NAME)`. Join keys are `ccode`
(Correlates of War) and `gwcode` (Gleditsch-Ward) with `year`; for sources keyed by names see `tocsin.states`.

| table | title | years | rows |
|---|---|---|---|
{listed}

{page()}"""


PAGES = {"case-format.md": case_format, "assessment.schema.json": assessment_schema, "data.md": data_page}


def main() -> None:
    """Write every page."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
