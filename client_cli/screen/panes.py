"""Where pages stand: one, two or three beside each other, by the width of the terminal."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Static

WIDE = 115
"""Columns from which the talk stands beside a page."""
BROAD = 190
"""Columns from which the table stands there too."""


def arranged(chosen: str, columns: int) -> list[str]:
    """The pages that are shown, from left to right; the chosen one is always among them."""
    if columns < WIDE:
        return [chosen]
    if columns < BROAD:
        return ["table" if chosen == "talk" else chosen, "talk"]
    return ["table", "offers" if chosen in ("table", "talk") else chosen, "talk"]


def put(place: Static, content: Content, *, layout: bool = True) -> None:
    """Show something in its place, if it is not there already: drawing is what costs time."""
    shown = place.content
    if not (isinstance(shown, Content) and content.is_same(shown)):
        place.update(content, layout=layout)


class Pane(Vertical):
    """A place for a page: its title, and below it what is scrolled."""

    def __init__(self) -> None:
        super().__init__()
        self.page = ""
        self._title = Static(classes="title", markup=False)
        self._text = Static(classes="text", markup=False)
        self.scrolled = Scrolled(self._text)
        self._shown = ("", "")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.scrolled

    def show(self, page: str, title: Content, lines: list[Content], *, from_end: bool) -> None:
        """Show a page, another one from its top, or a new state of the same one.

        Args:
            from_end: the newest is at the end, which stays in sight unless one scrolled up.
        """
        same = (page, title.plain) == self._shown
        stays = same and not (from_end and self.scrolled.is_vertical_scroll_end)
        put(self._title, title)
        put(self._text, Content("\n").join(lines))
        self.set_class(page == "talk", "talk")
        self.page, self._shown = page, (page, title.plain)
        if from_end and not stays:
            self.scrolled.scroll_end(animate=False)
        elif not stays:
            self.scrolled.scroll_home(animate=False)


class Scrolled(VerticalScroll):
    """Text that is scrolled; a letter typed here belongs to the command line."""

    class Typed(Message):
        """A letter was typed."""

        def __init__(self, letter: str) -> None:
            super().__init__()
            self.letter = letter

    def on_key(self, event: Key) -> None:
        """Give a letter away; keys that are none scroll."""
        if event.is_printable and event.character is not None:
            event.stop()
            self.post_message(self.Typed(event.character))
