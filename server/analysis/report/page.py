"""The page: a tree of elements, styles for both themes and for paper, no script.

Owns how a report looks and that nothing in it is markup but what the program made. The
colours are those of the game's own page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

if TYPE_CHECKING:
    from server.analysis.drawing import Figure

Child = Element | str | None

_DARK = {
    "#16202a": "#e8eef3",
    "#4b5966": "#aab8c4",
    "#d5dce2": "#2d3a46",
    "#6f7d8a": "#8495a3",
    "#e3e8ec": "#2a3641",
    "#005a8c": "#6fc1f0",
    "#9a3b00": "#ffb07a",
    "#00664f": "#6fdcc0",
}
"""What the colours of figures become in the dark theme."""


def el(tag: str, *children: Child, **attributes: str) -> Element:
    """An element. `class_` is `class`; underscores in names are hyphens; None is left out."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = Element(tag, named)
    for child in children:
        if isinstance(child, Element):
            element.append(child)
        elif child is not None:
            _append_text(element, child)
    return element


def _append_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    foot: Sequence[str] | None = None,
) -> Element:
    """A table whose first column names the row; it scrolls sideways where it must.

    Numbers stand to the right; columns that hold words stand to the left.
    """
    words = {
        place
        for place in range(1, len(head))
        if any(row[place][:1].isalpha() and row[place] not in ("yes", "no") for row in rows)
    }
    titles = (el("th", cell, scope="col", **_side(place, words)) for place, cell in enumerate(head))
    made = el(
        "table",
        el("caption", caption),
        el("thead", el("tr", *titles)),
        el("tbody", *(_table_row(row, words) for row in rows)),
    )
    if foot is not None:
        made.append(el("tfoot", _table_row(foot, words)))
    return el("div", made, class_="table", role="region", aria_label=caption, tabindex="0")


def _table_row(cells: Sequence[str], words: Set[int]) -> Element:
    first, *others = cells
    return el(
        "tr",
        el("th", first, scope="row"),
        *(el("td", cell, **_side(place, words)) for place, cell in enumerate(others, start=1)),
    )


def _side(place: int, words: Set[int]) -> dict[str, str]:
    return {"class_": "words"} if place in words else {}


class Figures:
    """Makes figures for a page, or says once that it cannot."""

    def __init__(self) -> None:
        self.missing = False
        """Whether the packages for figures are not installed."""
        self._made = 0
        try:
            import altair  # noqa: F401
            import vl_convert  # noqa: F401
        except ImportError:
            self.missing = True

    def of(self, maker: str, subject: Any, caption: str) -> Element | None:
        """A figure by its name in `figures`, with its caption; None where there is none."""
        if self.missing:
            return None
        from server.analysis import figures

        makers: dict[str, Any] = {**figures.OF_SESSION, **figures.OF_ROOM}
        return self.drawn(makers[maker](subject), caption)

    def drawn(self, figure: Figure | None, caption: str) -> Element | None:
        """A figure that was made elsewhere, with its caption; None where there is none."""
        if figure is None:
            return None
        from server.analysis import drawing

        self._made += 1
        image = _svg(drawing.svg(figure), caption, mark=f"d{self._made}")
        frame = el("div", image, class_="drawing", role="region", tabindex="0")
        frame.set("aria-label", caption)
        return el("figure", frame, el("figcaption", caption))


def _svg(text: str, name: str, mark: str) -> Element:
    """An SVG as a part of the page: named, and with ids that no other drawing has."""
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)
    text = re.sub(r'id="(\w+)"', rf'id="{mark}-\1"', text)
    text = re.sub(r"url\(#(\w+)\)", rf"url(#{mark}-\1)", text)
    root = ElementTree.fromstring(text.replace("xlink:", ""))
    for part in root.iter():
        for attribute in [one for one in part.attrib if one.startswith("aria-")]:
            del part.attrib[attribute]
        part.attrib.pop("role", None)
    root.set("role", "img")
    root.set("aria-label", name)
    return root


@cache
def _styles() -> str:
    css = resources.files("server.analysis.report").joinpath("report.css").read_text("utf-8")
    dark = "".join(
        f'.drawing [fill="{light}"]{{fill:{now}}}.drawing [stroke="{light}"]{{stroke:{now}}}'
        for light, now in _DARK.items()
    )
    return f"{css}\n@media screen and (prefers-color-scheme: dark) {{{dark}}}"


@dataclass(frozen=True, slots=True)
class Inset:
    """A page to be shown inside a report."""

    html: str
    script: str
    """The one script that may run in it, as a source of a Content-Security-Policy."""


def document(title: str, children: Iterable[Child], scripts: Sequence[str] = ()) -> str:
    """A whole HTML file; nothing runs in it but `scripts`, named by their hashes."""
    allowed = "".join(f" '{script}'" for script in scripts)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el(
            "meta",
            http_equiv="Content-Security-Policy",
            content=f"{policy}; script-src{allowed}" if scripts else policy,
        ),
        el("title", title),
        el("style", _styles()),
    )
    html = el("html", head, el("body", el("main", *children)), lang="en")
    text = ElementTree.tostring(html, encoding="unicode", method="html")
    return f"<!doctype html>\n{text}\n"
