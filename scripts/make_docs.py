"""Write the generated reference pages: the case format, the JSON Schema of an assessment, the API, and others."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tocsin.assessment.model import SCHEMA_VERSION, Assessment
from tocsin.case import claim_tests
from tocsin.case.config import CaseToml, SourceInfo
from tocsin.case.schemas import MEASURE_UNITS, TABLES
from tocsin.claims import evidence
from tocsin.report.claims import estimate_row
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


def claim_tests_page() -> str:
    """Return the codebook of the registered tests of claims."""
    return f"""# The registered tests of claims

Made by `scripts/make_docs.py` from the declarations in `tocsin.case.claim_tests`; `tocsin claims --tests` prints
the same. How to use them: [a claim of your own](../how-to/own-claim.md). A claim with several tests has the verdict
on which they agree, else `mixed`; untestable parts are left out; it is `pending` while one of them is. Where a rule
says 90 %, nine of ten, two thirds and the like, the number stands in `parameters.toml`, section `claims`.

{claim_tests.codebook()}"""


def evidence_page() -> str:
    """Return the estimates behind the test `regularity`, nulls included."""
    outcomes = "\n".join(f"- *{k}*: {v}." for k, v in evidence.meta()["outcomes"].items())
    parts = []
    for name in evidence.meta()["regularities"]:
        r = evidence.regularity(name, 9999)
        parts += [f"## {name}", "", f"Claimed: {r.about} Literature: {r.literature}.", ""]
        if r.missing:
            parts += [f"Unknown: {r.missing}", ""]
            continue
        ends = [(e.estimate.low, e.estimate.high) for e in r.estimates if e.estimate.low is not None]
        verdict, why = evidence.judged(ends, [(e.gain.low, e.gain.high) for e in r.estimates])  # type: ignore[arg-type]
        parts += [f"Effect of: {r.term}. **{verdict.capitalize()}**, by the rule of the test: {why}", ""]
        parts += [
            "| measure | outcome | sample | years | rows (events) | log odds ratio | gain, % |",
            "|---|---|---|---|---|---|---|",
        ]
        parts += [f"| {' | '.join(estimate_row(e))} |" for e in r.estimates]
        parts.append("")
    return f"""# Evidence on regularities across states

Made by `scripts/make_docs.py` from the tables that `scripts/make_evidence.py` estimates from the store. They are
re-estimations on the data at hand, with one set of controls, and not replications of the works named.

Rows are directed dyad-years from 1946 on, politically relevant (contiguous, or one a major power) or contiguous by
land, as of the year before. Outcomes of a year are set against what held the year before: the term; the actor's
share of the dyad's CINC and its own; either being a major power; a common border; a cubic of the years without an
incursion or worse. Outcomes:

{outcomes}

Estimates are log odds ratios with 90 % intervals robust to states being in many dyads (Fafchamps and Gubert 2007;
Aronow, Samii and Assenova 2015). The gain says by how many per cent the term lowers the log loss in the last two
fifths of the years, refitted every five years on earlier ones only, with a dyad bootstrap. Shifts are realised
ones, not what anybody expected. Regime types and rivalries were coded with hindsight. Association is not cause: a
regime type goes with region, wealth and rivals. With well over a hundred estimates some shine by chance; the rule
asks for agreement.

{chr(10).join(parts)}"""


def api_page() -> str:
    """Return the reference of the JSON API, from its OpenAPI document."""
    from tocsin.web.api import create_api
    from tocsin.web.api.describe import markdown

    return markdown(create_api(None).openapi())


PAGES = {
    "api.md": api_page,
    "case-format.md": case_format,
    "claim-tests.md": claim_tests_page,
    "evidence.md": evidence_page,
    "assessment.schema.json": assessment_schema,
    "data.md": data_page,
}


def main() -> None:
    """Write every page."""
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
