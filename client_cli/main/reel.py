"""A stored session as a reel: the state at any of its events, and how that is shown.

Pure: knows no terminal and no database. States share what did not move between them, so that
all of them are kept, and going to any event is only a look-up.
"""

from __future__ import annotations

from collections.abc import Sequence

from client_cli import render
from client_cli.notices import notice_line
from server.game import events as happened
from server.game.cards import View
from server.game.events import Event
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
from server.protocol import DecisionMade

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

    def told(self, number: int, viewer: Viewer) -> list[str]:
        """An event in words, as `viewer` was told of it; nothing if it was not."""
        notice = self.notice(number, viewer)
        if notice is None:
            return []
        view = self.view(number, viewer)
        if isinstance(notice, happened.RoundResolved):
            return render.round_lines(view, view.rounds[-1])
        when = _at(self.events[number - 1].at_ms)
        lines = [f"{number:>5} {when}  {line}" for line in _sentences(view, notice)]
        if isinstance(notice, happened.PhaseBegan):
            lines += render.began(view, notice.crisis, notice.round, notice.phase)
        return lines

    def standing(self, number: int, viewer: Viewer) -> list[str]:
        """How things stood after an event: gap and promises, then those of earlier rounds."""
        view = self.view(number, viewer)
        lines = render.status(view, None)
        if view.rounds:
            lines += ["", "Said, signed, pledged and paid (US$ bn)", *render.promise_lines(view)]
        return lines

    def ledger(self, number: int, viewer: Viewer) -> list[str]:
        """The ledger as of an event, as far as `viewer` may see it."""
        view = self.view(number, viewer)
        lines = render.ledger_lines(render.summed(view))
        return ["Ledger so far (US$ bn)", "", *lines] if lines else []


def _sentences(view: View, notice: Event | DecisionMade) -> list[str]:
    if isinstance(notice, happened.PhaseBegan):
        return [f"-- {render.round_name(view, notice.crisis, notice.round)}: {notice.phase} --"]
    if isinstance(notice, happened.SessionOpened):
        return _opened(notice)
    line = notice_line(view, notice)
    if line is None:
        return []
    by = f" [{notice.by}]" if hasattr(notice, "by") else ""
    default = " (by default)" if getattr(notice, "is_default", False) else ""
    return [f"{line}{by}{default}"]


def _opened(notice: happened.SessionOpened) -> list[str]:
    lines = [f"{notice.scenario.title}, seed {notice.draws.seed}"]
    if notice.parent is not None:
        parent = notice.parent
        changed = "; ".join(parent.changes) or "nothing but who plays"
        lines.append(f"a fork of {parent.session} after event {parent.event}: {changed}")
        reacting = "may react" if parent.others_react else "do again what they did"
        lines.append(f"the others {reacting}")
    return lines


def _at(at_ms: int) -> str:
    return f"{at_ms // 60_000:>3}:{at_ms // 1000 % 60:02}"
