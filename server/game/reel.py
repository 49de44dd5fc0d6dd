"""A log as a reel: the state after any of its events, and what anybody saw of it then.

States share what did not move between them, so that all of them are kept, and going to any
event is only a look-up.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.game.cards import DecisionMade, View
from server.game.events import Event, RoundResolved
from server.game.scenario import SeatId
from server.game.state import State, evolve
from server.game.views import (
    BOARD,
    EVERYTHING,
    HOST,
    Viewer,
    ViewerKind,
    notice_for,
    view_for,
)

VIEWERS = {"board": BOARD, "host": HOST, "everything": EVERYTHING}
"""Those that are no seats, by the names under which people know them."""


class Reel:
    """A log with the state after each of its events; events are numbered from 1.

    Raises:
        ValueError: the log does not begin with its opening.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self._states: list[State] = []
        state: State | None = None
        for event in events:
            state = evolve(state, event)
            self._states.append(state)

    def __len__(self) -> int:
        return len(self.events)

    def state(self, number: int) -> State:
        """The state after an event."""
        return self._states[number - 1]

    def view(self, number: int, viewer: Viewer) -> View:
        """What `viewer` saw after an event."""
        return view_for(self.state(number), viewer)

    @property
    def seats(self) -> list[SeatId]:
        """Of the session, in seat order."""
        return list(self._states[0].scenario.seat_by_id)

    @property
    def last_resolved(self) -> int:
        """The number of the last event up to which every sealed decision is open; 0 for none."""
        resolved = [n for n, one in enumerate(self.events, 1) if isinstance(one, RoundResolved)]
        return resolved[-1] if resolved else 0

    def viewer(self, name: str) -> Viewer:
        """The viewer of a name typed by a person.

        Raises:
            ValueError: nobody is called so; says who can look.
        """
        if name in VIEWERS:
            return VIEWERS[name]
        if name in self.seats:
            return Viewer(ViewerKind.SEAT, SeatId(name))
        raise ValueError(f"nobody called {name}; use {', '.join([*self.seats, *VIEWERS])}")

    def notice(self, number: int, viewer: Viewer) -> Event | DecisionMade | None:
        """What `viewer` was told of an event; None for nothing."""
        return notice_for(self.events[number - 1], viewer, self.state(number).scenario)
