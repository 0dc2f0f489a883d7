"""The codebook page and the citations, made from the declarations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tocsin.sources.declaration import Source, chosen, meanings

_ENTRY = re.compile(r"@\w+\{([^,]+),.*?\n\}", re.DOTALL)


def cite(names: Sequence[str] = ()) -> str:
    """Return the BibTeX entries of the works behind tables, each work once.

    Parameters
    ----------
    names : sequence of str
        Tables or sources; default all.

    Examples
    --------
    >>> cite(["mie"]).startswith("@article{gibler2024")
    True
    >>> cite(["mida", "midb"]).count("@article")
    1
    """
    entries: dict[str, str] = {}
    for source in chosen(names):
        for entry in _ENTRY.finditer(source.bibtex):
            entries.setdefault(entry[1], entry[0])
    return "\n\n".join(entries.values()) + "\n"


def page(names: Sequence[str] = ()) -> str:
    """Return the codebook of tables as Markdown."""
    return "\n".join(_section(s) for s in chosen(names))


def _section(s: Source) -> str:
    lines = [f"## {s.table}", "", f"{s.title}, {s.version}. {s.publisher}.", "", s.about, ""]
    lines += [f"- One row per {s.row}; years {s.coverage}.", f"- Cite: {s.citation}", f"- Terms: {s.terms}."]
    if s.unit:
        lines.append(f"- Unit: {s.unit}.")
    if s.oddities:
        lines.append(f"- Mind: {s.oddities}")
    for rule in s.missing:
        which = "every number column" if rule.columns == ["*"] else ", ".join(f"`{c}`" for c in rule.columns)
        what = f"codes {', '.join(f'{c:g}' for c in rule.codes)}" if rule.codes else ""
        if rule.outside:
            what = f"values outside {rule.outside[0]:g} to {rule.outside[1]:g}"
        row = f"; such a row keeps only {', '.join(f'`{c}`' for c in rule.keep)}" if rule.keep else ""
        lines.append(f"- Missing in {which}: {what}{row}.")
    lines.append(f"- File `{s.file}`, {s.bytes:,} bytes, SHA-256 `{s.sha256}`.")
    if s.published:
        lines.append(f"- {s.published.conversion}")
        if s.published.sha256:
            lines.append(f"- As published: {s.published.bytes:,} bytes, SHA-256 `{s.published.sha256}`.")
    if s.page:
        lines.append(f"- Publisher's page: {s.page}")
    for table, rows in s.rows.items():
        key = ", ".join(f"`{c}`" for c in s.keys.get(table, []))
        lines += [
            "",
            f"Table `{table}`, {rows:,} rows; {f'key {key}' if key else 'no key that the source keeps to'}.",
            "",
        ]
        lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
        for column, kind in s.columns.get(table, {}).items():
            known = meanings().get(column)
            unit, about = (known.unit, known.about) if known else ("", "")
            lines.append(f"| `{column}` | {kind} | {unit} | {about} |")
    return "\n".join([*lines, ""])
