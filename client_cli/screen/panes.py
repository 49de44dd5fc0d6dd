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
        self._title = Static(classes="title", markup=False)
        self._text = Static(classes="text", markup=False)
        self.scrolled = Scrolled(self._text)
        self._shown = ("", "")

    def compose(self) -> ComposeResult:
        yield self._title
        yield self.scrolled

    def show(self, page: str, title: Content, lines: list[Content], room: str = "") -> None:
        """Show a page, or a new state of the same one, which stays where one has scrolled it.

        Args:
            page: its name; the newest of the talk is at its end, which stays in sight.
            title: above it.
            lines: to be scrolled.
            room: of the talk.
        """
        put(self._title, title)
        put(self._text, Content("\n").join(lines))
        if (page, room) == self._shown:
            return
        self._shown = (page, room)
        self.set_class(page == "talk", "talk")
        self.scrolled.anchor(page == "talk")
        if page != "talk":
            self.scrolled.scroll_home(animate=False)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._shown[0]

    def scroll_page(self, by: int) -> None:
        """Scroll by a page, up or down."""
        if by > 0:
            self.scrolled.scroll_page_down(animate=False)
        else:
            self.scrolled.release_anchor()
            self.scrolled.scroll_page_up(animate=False)


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
