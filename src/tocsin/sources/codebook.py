"""The codebook page and the citations, made from the declarations."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.sources.declaration import Source, source_of, sources


def cite(names: Sequence[str] = ()) -> str:
    """Return the BibTeX entries of tables, each source once.

    Parameters
    ----------
    names : sequence of str
        Tables or sources; default all.

    Examples
    --------
    >>> cite(["mie"]).startswith("@misc{mie2024")
    True
    """
    wanted = list(dict.fromkeys(source_of(n).table for n in names)) or list(sources())
    return "\n\n".join(sources()[t].bibtex.strip() for t in wanted) + "\n"


def page(names: Sequence[str] = ()) -> str:
    """Return the codebook of tables as Markdown."""
    wanted = list(dict.fromkeys(source_of(n).table for n in names)) or list(sources())
    return "\n".join(_section(sources()[t]) for t in wanted)


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
        lines.append(f"- Missing in {which}: {what}.")
    lines.append(f"- File `{s.file}`, {s.bytes:,} bytes, SHA-256 `{s.sha256}`.")
    if s.published:
        lines.append(f"- {s.published.conversion}")
        if s.published.sha256:
            lines.append(f"- As published: {s.published.bytes:,} bytes, SHA-256 `{s.published.sha256}`.")
    if s.page:
        lines.append(f"- Publisher's page: {s.page}")
    for table, rows in s.rows.items():
        columns = ", ".join(f"`{c}` ({t})" for c, t in s.columns.get(table, {}).items())
        lines += ["", f"Table `{table}`, {rows:,} rows: {columns}."]
    return "\n".join([*lines, ""])
