"""The pages side by side: which stand where, and what fills them.

What a page shows of a view is in `pages`, where a page stands in `panes`.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from client_cli import story
from client_cli.screen import pages
from client_cli.screen.outlook import Outlook
from client_cli.screen.panes import Pane, Scrolled, arranged
from client_cli.screen.talk_page import TalkPage
from server.protocol import RoomMessage, View

KEYS = {
    "f2": ("Table", "table"),
    "f3": ("Talk", "talk"),
    "f4": ("Offers", "offers"),
    "f5": ("Ledger", "ledger"),
    "f6": ("Promises", "promises"),
    "f7": ("Brief", "brief"),
}
"""The key of each page, with its title."""
LAST = 5
"""How many events a board has below the table."""


class Spread(Horizontal):
    """As many pages as the terminal is wide enough for, the chosen one among them.

    Args:
        talk: what is shown of the talk.
        plays: whether somebody plays here; a board has more below its table.
    """

    def __init__(self, talk: TalkPage, *, plays: bool) -> None:
        super().__init__(id="pages")
        self._talk = talk
        self._plays = plays
        self._panes = [Pane(), Pane(), Pane()]
        self.chosen = "table"
        """The page that was asked for."""

    def compose(self) -> ComposeResult:
        yield from self._panes

    def show(
        self, view: View | None, room: RoomMessage | None, outlook: Outlook | None, columns: int
    ) -> None:
        """Show the pages as they are now; before the start who is here.

        Args:
            view: None before the start.
            room: who is here, where it is known.
            outlook: what the round would bring, where it is known.
            columns: of the terminal.
        """
        shown = arranged(self.chosen, columns)
        if view is not None and "talk" in shown:
            self._talk.read(view)
        for place, pane in enumerate(self._panes):
            pane.display = place < len(shown)
            pane.set_class(place == 1, "second")
            if not pane.display:
                continue
            page = shown[place]
            title = next(title for title, name in KEYS.values() if name == page)
            if page == "talk":
                rooms = self._talk.title(view) if view is not None else Content(title)
                pane.show(page, rooms, self._talk.lines(view), self._talk.room)
            elif view is None:
                pane.show(page, pages.heading(title), _lobby(room, columns - 1))
            else:
                lines = self._page(page, view, outlook, columns)
                pane.show(page, pages.heading(title), lines)

    def _page(self, page: str, view: View, outlook: Outlook | None, columns: int) -> list[Content]:
        width = min(pages.PAGE_WIDTH, columns - 1)
        lines = pages.PAGES[page](view, outlook, width)
        if page == "table" and not self._plays:
            lines += self._on_board(view, width, arranged(self.chosen, columns))
        return lines

    def _on_board(self, view: View, width: int, shown: list[str]) -> list[Content]:
        """What a board has below the table, unless it stands beside it."""
        lines: list[Content] = []
        if "offers" not in shown:
            offers = pages.offers(view, None, width)
            lines += [Content(), pages.heading("Offers and votes"), *offers]
        if "talk" not in shown:
            last = self._talk.lines(None)[-LAST:]
            lines += [Content(), pages.heading("What happened last"), *last]
        return lines

    def scroll_chosen(self, by: int) -> None:
        """Scroll the chosen page by a page, up or down."""
        for pane in self._panes:
            if pane.display and pane.page == self.chosen:
                pane.scroll_page(by)

    @property
    def first(self) -> Scrolled:
        """What is scrolled of the page on the left."""
        return self._panes[0].scrolled


def _lobby(room: RoomMessage | None, width: int) -> list[Content]:
    lines = story.room_lines(room) if room is not None else []
    return pages.plain([*lines, "Waiting for the host to start."], width)
