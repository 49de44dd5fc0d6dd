"""What was said and what happened: one room at a time, and in which ones something is unread.

The first room is the whole story: words and events as they came. Pure but for what it
remembers of what was read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from textual.content import Content

from client_cli.talk import heard, room_of, rooms, said_line
from server.protocol import MessageCard, View

STORY = "all"
"""The room in which everything is told."""
KEPT = 500
"""How many lines of a room are shown."""


class TalkPage:
    """The rooms of one seat, the one that is looked at, and what was read in each."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin anew, as at another seat."""
        self.room = STORY
        self._story: deque[Content] = deque(maxlen=KEPT)
        self._read: dict[str, int] = {}
        self._begun = False

    def tell(self, lines: Iterable[str], style: str = "") -> None:
        """Add to the story."""
        self._story.extend(Content.styled(line, style) for line in lines)

    def catch_up(self, view: View) -> None:
        """Begin the story with what was said before one came; it counts as read."""
        if self._begun:
            return
        self._begun = True
        self.tell(said_line(message) for message in view.messages[-KEPT:])
        self._read = _counts(view.messages, view)

    def turn(self, view: View, by: int) -> None:
        """Go to another room."""
        names = [STORY, *rooms(view)]
        here = names.index(self.room) if self.room in names else 0
        self.room = names[(here + by) % len(names)]

    def enter(self, view: View, room: str) -> None:
        """Go to a room by its name; the story without one.

        Raises:
            Complaint: there is no such room for the viewer.
        """
        heard(view, room)
        names = {name.lower(): name for name in (*(card.id for card in view.seats), *rooms(view))}
        self.room = names[room.lower()] if room else STORY

    def read(self, view: View) -> None:
        """What is in the room that is looked at has been read."""
        counts = _counts(view.messages, view)
        if self.room == STORY:
            self._read = counts
        else:
            self._read[self.room] = counts.get(self.room, 0)

    def unread(self, view: View) -> dict[str, int]:
        """How much is unread, by room; none where nothing is."""
        counts = _counts(view.messages, view)
        news = {room: count - self._read.get(room, 0) for room, count in counts.items()}
        return {room: count for room, count in news.items() if count > 0}

    def title(self, view: View) -> Content:
        """The rooms, the one that is looked at marked, and what is unread."""
        unread = self.unread(view)
        names = [STORY, *rooms(view)]
        parts = []
        for name in names if self.room in names else [*names, self.room]:
            count = f" ({unread[name]} new)" if name in unread else ""
            shown = f"[{name}]" if name == self.room else f" {name}{count} "
            parts.append(Content.styled(shown, "bold" if name == self.room or count else ""))
        return Content("").join(parts)

    def lines(self, view: View | None) -> list[Content]:
        """What the room holds, the newest last."""
        if self.room == STORY or view is None:
            return list(self._story)
        said = [Content(said_line(message)) for message in heard(view, self.room)[-KEPT:]]
        word = _word_for(view, self.room)
        return said or [Content(f"Nothing was said here yet; type {word} and your words.")]


def _word_for(view: View, room: str) -> str:
    """What one types before words for a room."""
    if any(group.name == room for group in view.scenario.groups):
        return f"in {room}"
    return f"to {room}" if any(card.id == room for card in view.seats) else "say"


def _counts(messages: Iterable[MessageCard], view: View) -> dict[str, int]:
    """How much others said, by room."""
    own = view.own.seat if view.own is not None else None
    counts: dict[str, int] = {}
    for message in messages:
        if message.seat != own:
            room = room_of(view, message)
            counts[room] = counts.get(room, 0) + 1
    return counts
