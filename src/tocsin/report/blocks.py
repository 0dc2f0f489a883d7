"""The report page as blocks for paper: headings, paragraphs, tables, pictures; so that every section is written once.

Only what the report's own templates emit is understood. Texts come out as plain strings, never as markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

Block = dict[str, Any]
Run = dict[str, Any]

VOID = {"meta", "br", "link", "hr"}
INLINE = {"a", "b", "br", "code", "span", "sup", "summary"}
HEADINGS = {"h2": 1, "h3": 2, "h4": 3}
# A word longer than a column may break, as it may on the page; addresses and code stay whole, to be copied.
ENDLESS = re.compile(r"(\S{40})(?=\S{20})")
SPACE = re.compile(r"[ \t\r\n\f]+")
PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# Characters: a table of this width fits without help; a cell that stays in one line; a cell that may break over pages.
LINE, SHORT, LONG = 105, 22, 1200
# Told by the wide table's head, or by the picture in its other width.
LEFT_OUT = {"label", "narrow"}


@dataclass
class Node:
    """An element of the page."""

    tag: str
    attrs: dict[str, str]
    children: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The classes of the element."""
        return set(self.attrs.get("class", "").split())

    def elements(self) -> list[Node]:
        """Return the children that are elements."""
        return [c for c in self.children if isinstance(c, Node)]

    def find(self, *tags: str) -> list[Node]:
        """Return all elements below with one of the tags, in order."""
        out = []
        for c in self.elements():
            out += ([c] if c.tag in tags else []) + c.find(*tags)
        return out


class _Tree(HTMLParser):
    """Builds the tree; an element left open is a fault of a template."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {k: v or "" for k, v in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open.pop().tag != tag:
            raise ValueError(f"line {self.getpos()[0]}: </{tag}> closes what it did not open")

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def document(page: str) -> dict[str, Any]:
    """Return a report page as title, language and blocks.

    Parameters
    ----------
    page : str
        From ``tocsin.report.html.render``.

    Returns
    -------
    dict
        ``title``, ``lang``, ``blocks`` and ``pictures`` (SVG), ready for JSON.

    Raises
    ------
    ValueError
        If the page is not well formed.

    Examples
    --------
    >>> found = document('<html lang="en"><title>T</title><body><h2 id="x">A &lt;b&gt;</h2></body></html>')
    >>> found["blocks"]
    [{'kind': 'heading', 'level': 1, 'id': 'x', 'runs': [{'text': 'A <b>'}]}]
    """
    pictures: list[str] = []

    def keep(found: re.Match[str]) -> str:
        pictures.append(found.group())
        return f'<svg id="{len(pictures) - 1}"/>'

    tree = _Tree()
    tree.feed(PICTURE.sub(keep, page))
    tree.close()
    (html,) = tree.root.find("html")
    (title,) = html.find("title")
    (body,) = html.find("body")
    found = blocks(body.children)
    _settle_links(found)
    return {
        "title": "".join(c for c in title.children if isinstance(c, str)),
        "lang": html.attrs["lang"],
        "blocks": found,
        "pictures": pictures,
    }


def blocks(children: Iterable[Node | str], alt: str = "") -> list[Block]:
    """Return elements as blocks; words between them become paragraphs of their own."""
    out: list[Block] = []
    loose: list[Node | str] = []

    def settle() -> None:
        if found := runs(loose):
            out.append({"kind": "text", "style": "", "runs": found})
        loose.clear()

    for c in children:
        if isinstance(c, str) or c.tag in INLINE or "inline" in c.classes:
            loose.append(c)
        else:
            settle()
            out += _block(c, alt)
    settle()
    for b, following in pairwise(out):
        if b["kind"] == "text" and following["kind"] in {"table", "figure", "picture"}:
            b["sticky"] = True
    return out


def _block(n: Node, alt: str) -> list[Block]:
    here = n.attrs.get("id")
    if n.tag in {"head", "style"} or n.classes & LEFT_OUT:
        return []
    if n.tag == "h1":
        return [{"kind": "title", "runs": runs(n.children)}]
    if n.tag in HEADINGS:
        return [{"kind": "heading", "level": HEADINGS[n.tag], "id": here, "runs": runs(n.children)}]
    if n.tag == "nav":
        return [{"kind": "contents"}]
    if n.tag == "p":
        style = next((s for s in ("meta", "lead", "sure", "big") if s in n.classes), "")
        found = runs(n.children)
        return [{"kind": "text", "style": style, "runs": found}] if found else []
    if n.tag in {"ul", "ol"}:
        style = next((s for s in ("judgments", "sources", "key") if s in n.classes), "")
        items = [{"id": c.attrs.get("id"), "blocks": blocks(c.children)} for c in n.elements()]
        return [{"kind": "list", "ordered": n.tag == "ol", "style": style, "items": items}]
    if n.tag == "dl":
        return [_answers(n)]
    if n.tag == "table":
        return [_table(n)]
    if n.tag == "svg":
        return [{"kind": "picture", "number": int(n.attrs["id"]), "alt": alt}]
    if n.tag == "figure":
        # The rows behind a figure stand in the page and in assessment.json; on paper they would fill most of it.
        inner = blocks(c for c in n.children if not (isinstance(c, Node) and c.tag == "details"))
        return [{"kind": "figure", "id": here, "blocks": inner}]
    if n.tag == "blockquote" or "box" in n.classes:
        return [{"kind": "box" if "box" in n.classes else "quote", "blocks": blocks(n.children)}]
    if n.tag == "details":
        head, *rest = n.elements()
        return [{"kind": "text", "style": "summary", "runs": runs(head.children)}, *blocks(rest)]
    found = blocks(n.children, n.attrs.get("aria-label", "") if n.attrs.get("role") == "img" else alt)
    if "meta" in n.classes or n.tag == "footer":
        found = [b | {"style": "meta"} if b["kind"] == "text" else b for b in found]
    if here and found:
        found[0] = found[0] | {"id": here}
    return found


def _answers(n: Node) -> Block:
    items: list[Block] = []
    for c in n.elements():
        if c.tag == "dt":
            items.append({"term": runs(c.children), "blocks": []})
        else:
            items[-1]["blocks"] += blocks(c.children)
    return {"kind": "answers", "items": items}


def _table(n: Node) -> Block:
    head = [_row(r) for part in n.find("thead") for r in part.find("tr")]
    body = [_row(r) for part in n.find("tbody") for r in part.find("tr")]
    columns = max((sum(c["colspan"] for c in r) for r in [*head[:1], *body]), default=0)
    for r in body:
        # A row that says there is nothing goes across.
        r[-1]["colspan"] += columns - sum(c["colspan"] for c in r)
    caption = [runs(c.children) for c in n.find("caption")]
    style = "matrix" if "matrix" in n.classes else ""
    return {
        "kind": "table",
        "style": style,
        "widths": _widths(body, columns),
        "caption": caption[0] if caption else [],
        "head": head,
        "rows": body,
    }


def _row(n: Node) -> list[Block]:
    return [
        {
            "id": n.attrs.get("id") if i == 0 else None,
            "runs": runs(c.children),
            "colspan": int(c.attrs.get("colspan", 1)),
            "rowspan": int(c.attrs.get("rowspan", 1)),
            "right": "num" in c.classes,
            "whole": bool(c.classes & {"day", "no"}),
            "bold": c.tag == "th",
            "long": len(_plain(c)) > LONG,
        }
        for i, c in enumerate(n.elements())
    ]


def _widths(rows: list[list[Block]], columns: int) -> list[float]:
    """Return the shares of the columns of running text in a wide table; 0 is a column as wide as its words."""
    lengths: list[list[int]] = [[0] for _ in range(columns)]
    for r in rows:
        if len(r) == columns:
            for found, c in zip(lengths, r, strict=True):
                found.append(sum(len(x.get("text", "")) for x in c["runs"]))
    if sum(max(found) for found in lengths) < LINE:
        return [0.0] * columns
    # Between the mean and the longest cell; its root, so that no column starves.
    return [
        0.0 if max(found) <= SHORT else round(math.sqrt(max(found) + 3 * sum(found) / len(found)), 1)
        for found in lengths
    ]


def _plain(n: Node) -> str:
    return "".join(c if isinstance(c, str) else _plain(c) for c in n.children)


def runs(children: Iterable[Node | str]) -> list[Run]:
    """Return text as runs of one look each; white space is collapsed as on the page."""
    out: list[Run] = []
    _collect(children, {}, out)
    clean: list[Run] = []
    for r in out:
        text = SPACE.sub(" ", r["text"]) if "text" in r else ""
        if not clean or "break" in clean[-1] or clean[-1]["text"].endswith(" "):
            text = text.lstrip(" ")
        if not r.keys() & {"href", "code"}:
            text = ENDLESS.sub("\\1\u200b", text)
        if text:
            clean.append(r | {"text": text})
        elif "break" in r and clean:
            clean.append(r)
    while clean and ("break" in clean[-1] or not clean[-1]["text"].rstrip(" ")):
        clean.pop()
    if clean:
        clean[-1] = clean[-1] | {"text": clean[-1]["text"].rstrip(" ")}
    return clean


def _collect(children: Iterable[Node | str], look: Run, out: list[Run]) -> None:
    for c in children:
        if isinstance(c, str):
            out.append({"text": c} | look)
            continue
        if c.classes & LEFT_OUT:
            continue
        if c.tag == "br":
            out.append({"break": True})
            continue
        own: Run = {"b": {"bold": True}, "code": {"code": True}, "sup": {"raised": True}}.get(c.tag, {})
        if c.tag == "a":
            own = {"href": c.attrs["href"]}
        if c.classes & {"ends", "meta", "tag"}:
            own = own | {"muted": True}
        if "tag" in c.classes:
            own = own | {"tag": True}
        _collect(c.children, look | own, out)
        if c.tag == "summary":
            out.append({"text": ": "})


def _settle_links(found: list[Block]) -> None:
    """Leave each target once, and no link that leads to what is not on paper."""
    ids: set[str] = set()
    links: list[Run] = []

    def walk(x: Any) -> None:
        if isinstance(x, list):
            for y in x:
                walk(y)
        elif isinstance(x, dict):
            if x.get("id") in ids:
                x["id"] = None
            elif x.get("id"):
                ids.add(x["id"])
            if "href" in x:
                links.append(x)
            for y in x.values():
                walk(y)

    walk(found)
    for r in links:
        if r["href"].startswith("#") and r["href"][1:] not in ids:
            del r["href"]
