"""The report as PDF (extra: pip install 'tocsin[pdf]'): the same sections, words and charts as the page, on A4.

The file is tagged and meets PDF/UA-1, so that a screen reader can read it. It uses only the fonts that Typst brings.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from tocsin.assessment.words import day
from tocsin.errors import UsageError
from tocsin.report.blocks import document

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
STANDARD = "ua-1"
KNOWN = ((" ", "~"), ("\u00a0", "\u017f"), ("\u2010", "\u2027"))


def require() -> None:
    """Fail before any work is done where the extra is not installed.

    Raises
    ------
    UsageError
        If Typst is not installed.
    """
    if find_spec("typst") is None:
        raise UsageError("the PDF needs Typst. Install it with: pip install 'tocsin[pdf]'")


def render(page: str, issued: date) -> bytes:
    """Return a report page as PDF.

    Parameters
    ----------
    page : str
        The page, from ``tocsin.report.html.render``: what is on it is on paper, in the same order.
    issued : datetime.date
        Day of issue; stands as the date of the document, so that the same page gives the same bytes.

    Returns
    -------
    bytes
        A PDF/UA-1 file. A character that none of its fonts has stands as its Unicode number, ``[U+4E2D]``.

    Raises
    ------
    UsageError
        If Typst is not installed.
    """
    require()
    # Neither HTML nor SVG gives the characters of a number in brackets a meaning.
    found = document(_drawable(page))
    found["issued"] = [issued.year, issued.month, issued.day]
    found["issued_day"] = day(issued)
    found["pictures"] = [picture(s) for s in found["pictures"]]
    return _compile(_template(), {"data": json.dumps(found)}, issued)


def picture(svg: str) -> str:
    """Return a chart of the page as an SVG file of its own, in a font that Typst has.

    Examples
    --------
    >>> picture('<svg viewBox="0 0 1 1" aria-hidden="true" focusable="false"><g/></svg>').split("xlink")[-1]
    '" viewBox="0 0 1 1"><g/></svg>'
    """
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:aria-hidden|focusable)="[^"]*"', "", head).replace("<svg", f"<svg {NAMESPACES}", 1)
    return f"{head}>{rest}".replace('font-family="Helvetica, Arial, sans-serif"', 'font-family="Libertinus Serif"')


def _drawable(text: str) -> str:
    """Put numbers in the place of characters that no font has."""
    return text.translate({ord(c): f"[U+{ord(c):04X}]" for c in sorted(set(text)) if not _drawn(c)})


@cache
def _drawn(character: str) -> bool:
    import typst

    # White space, the letters of Western and Central Europe, dashes and quotation marks: no need to try.
    if character in "\t\n\r" or any(first <= character <= last for first, last in KNOWN):
        return True
    probe = b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#json(bytes(sys.inputs.data))'
    try:
        _compile(probe, {"data": json.dumps(character)}, date(2000, 1, 1))
    except typst.TypstError as error:
        if "could not be displayed" in str(error.message):
            return False
        raise
    return True


def _compile(source: bytes, inputs: dict[str, str], issued: date) -> bytes:
    import typst

    # Its types read differently with and without the extra.
    run: Any = typst.compile
    made = run(
        source,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=[STANDARD],
        timestamp=datetime(issued.year, issued.month, issued.day, tzinfo=UTC),
    )
    return bytes(made)


def _template() -> bytes:
    return (files("tocsin.report") / "templates" / "report.typ").read_bytes()
