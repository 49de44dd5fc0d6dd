"""The keys, and the words that are open; then every word that there is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from client_cli.forms import help_lines
from client_cli.screen.pages import heading
from client_cli.story import help_of
from server.protocol import View

KEYS = (
    "F1              this help; Esc closes it",
    "F2 to F7        the pages; their words do the same: status, talk, offers, ...",
    "F3 again        the next room of the talk, as Ctrl+N; Ctrl+P: the one before",
    "PgUp, PgDn      scroll the page",
    "Enter           do what is typed; what is refused stays, to be mended",
    "Up, Down        what was typed before",
    "Tab             complete; on an empty line: to a page, for the arrow keys",
    "Right           take the suggestion behind the cursor",
    "Esc             empty the line; from a page: back to the line",
    "F9              colours: dark, light, or the terminal's own",
    "Ctrl+C twice    leave; your seat is kept",
)
"""None of them is a letter: a key never does anything while one types."""


WATCHING_KEYS = (
    "F1              this help; Esc closes it",
    "F2 to F7        the pages",
    "F3 again        the next group of the talk, as Ctrl+N; Ctrl+P: the one before",
    "arrows, PgDn    scroll the page; Tab: the page beside it",
    "F9              colours: dark, light, or the terminal's own",
    "Ctrl+C          leave",
)
"""For those who only watch."""


class Lines(ModalScreen[None]):
    """Lines over everything else, to be scrolled and closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q,enter", "dismiss", "Close"),
    ]

    def __init__(self, lines: list[Content]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines), markup=False)
        yield Static("Esc closes; arrows and PgDn scroll", classes="foot", markup=False)


class Help(Lines):
    """Help over the table.

    Args:
        view: of the seat; None before the start.
        plays: whether there is a line to type in.
    """

    def __init__(self, view: View | None, *, plays: bool = True) -> None:
        super().__init__(_words(view) if plays else _on(WATCHING_KEYS))


def _on(keys: tuple[str, ...]) -> list[Content]:
    return [heading("Keys"), *map(Content, keys)]


def _words(view: View | None) -> list[Content]:
    lines = [*_on(KEYS), Content()]
    if view is not None and view.own is not None:
        lines += [heading("What you can type now"), *map(Content, help_of(view)), Content()]
    return [*lines, heading("All words of all games"), *map(Content, help_lines())]
