"""What happened, and what a word to the client asks for, as lines for people. Pure.

The same story in line mode and on the full screen: what comes over the wire goes in, lines
come out. Where they are written, and what is a complaint, is the clients' business.
"""

from __future__ import annotations

from client_cli import render
from client_cli.advanced import switches_of
from client_cli.amounts import Complaint
from client_cli.commands import Local
from client_cli.connection import Disconnected, Event, Lost
from client_cli.forms import help_lines
from client_cli.notices import notice_line, refusal_line
from client_cli.talk import heard, said_line
from client_cli.text import one_line
from server.protocol import (
    CloseCode,
    Ended,
    Parked,
    Phase,
    RefusedAnswer,
    Resumed,
    RoomMessage,
    SeatSettings,
    Update,
    View,
    ViewMessage,
    Welcome,
)
from server.protocol import events as happened

COMPLAINTS = RefusedAnswer | Parked | Disconnected | Lost
"""Events that tell of something wrong."""
MARKS_S = (300, 120, 60, 30, 10)
"""When the time left is said unasked."""

_GONE: dict[int | None, str] = {
    CloseCode.SEAT_TAKEN_OVER: "your seat is played from another place now",
    CloseCode.ROOM_CLOSED: "the host closed the room",
}
"""Why there is no way back, for people."""


def told(event: Event, view: View | None, left_ms: int | None, *, tables: bool = True) -> list[str]:
    """An event as lines.

    Args:
        event: what the connection yielded.
        view: as of that event.
        left_ms: likewise, what was left on the clock.
        tables: with ledgers, briefs, debrief and clock, for which a screen has places.
    """
    match event:
        case Welcome():
            return _welcome(event)
        case ViewMessage():
            return _whole(event.view, left_ms)
        case Resumed() if view is not None:
            return [render.clock_line(view, event.left_ms)]
        case Update() if view is not None:
            return _news(event, view, tables)
        case RoomMessage():
            return room_lines(event)
        case RefusedAnswer():
            return [refusal_line(event)]
        case SeatSettings():
            return [f"Your seat {event.seat} is now played by a {event.participant}."]
        case Ended():
            return ["End."]
        case Parked():
            return ["the session met a fault of the server and stands still"]
        case Lost():
            return ["connection lost; coming back by itself"]
        case Disconnected():
            return [f"disconnected: {_GONE.get(event.code, event)}"]
        case _:
            return []


def _welcome(welcome: Welcome) -> list[str]:
    lines = []
    if welcome.seat is not None:
        lines.append(f"You have the seat {welcome.seat} in room {welcome.room}.")
    if welcome.token is not None:
        lines.append(f"To come back: --token {welcome.token}")
        if welcome.word is not None:
            lines.append(f"From any device, on the page too: {welcome.room} --word {welcome.word}")
        lines.append("Type help for the words.")
    if not welcome.started and welcome.role == "player":
        lines.append("Waiting for the host to start.")
    return lines


def _whole(view: View, left_ms: int | None) -> list[str]:
    lines = [*render.brief(view), "", *render.status(view, left_ms)]
    return lines + (render.debrief_lines(view) if view.debrief is not None else [])


def room_lines(room: RoomMessage) -> list[str]:
    """Who sits at the tables that wait for their start."""
    lines = []
    for table in room.tables:
        if table.status != "lobby":
            continue
        seats = [
            f"{seat.seat} {one_line(seat.name or seat.participant)}"
            + (" (here)" if seat.present else "")
            for seat in table.seats
        ]
        lines.append(f"Table: {', '.join(seats)}")
    return lines


def announced(before: RoomMessage | None, now: RoomMessage) -> list[str]:
    """The host's word to the own table, where it is a new one."""
    word = now.tables[0].announcement if now.tables else ""
    known = before.tables[0].announcement if before is not None and before.tables else ""
    return [f"The host says: {one_line(word)}"] if word and word != known else []


def _news(update: Update, view: View, tables: bool) -> list[str]:
    lines: list[str] = []
    for notice in update.notices:
        if isinstance(notice, happened.RoundResolved):
            lines += _resolved(notice, view) if tables else _resolved(notice, view)[:1]
        elif isinstance(notice, happened.PhaseBegan):
            lines += _began(notice, view) if tables else _began(notice, view)[:1]
        else:
            line = notice_line(view, notice)
            lines += [line] if line is not None else []
    if tables and any(isinstance(one, happened.PhaseBegan) for one in update.notices):
        lines.append(render.clock_line(view, update.left_ms))
    if view.clock.ending is not None and tables:
        lines += render.debrief_lines(view)
    return lines


def _resolved(notice: happened.RoundResolved, view: View) -> list[str]:
    card = render.round_of(view, notice.crisis, notice.round)
    own = render.ledger_lines(notice.lines_musd) if view.own is not None else []
    return [*render.round_lines(view, card), *own]


def _began(notice: happened.PhaseBegan, view: View) -> list[str]:
    if notice.phase is Phase.RESOLVE:
        return []
    name = render.round_name(view, notice.crisis, notice.round)
    heading = f"-- {name}: {notice.phase} --"
    return [heading, *render.began(view, notice.crisis, notice.round, notice.phase)]


def answer(asked: Local, view: View | None, left_ms: int | None) -> list[str]:
    """What a word to the client itself, other than `quit`, asks to be shown.

    Raises:
        Complaint: it asks for something that there is not.
    """
    if asked.word == "help":
        return help_of(view)
    if view is None:
        return ["The session has not started."]
    match asked.word:
        case "brief":
            return render.brief(view)
        case "status":
            return render.status(view, left_ms)
        case "time":
            return [render.clock_line(view, left_ms)]
        case "talk":
            said = [said_line(message) for message in heard(view, asked.about)]
            return said or ["Nothing was said."]
        case "offers":
            offers = render.offer_lines(view) or ["Nothing is on the table."]
            return [*offers, *render.board_lines(view)]
        case "promises":
            return render.promise_lines(view)
        case "ledger":
            return render.ledger_lines(render.summed(view)) or ["Nothing yet."]
    raise Complaint(f"{asked.word} shows nothing")


def help_of(view: View | None) -> list[str]:
    """The words for what is open to this seat in this game."""
    if view is None or view.own is None:
        return help_lines()
    return help_lines(view.own.may, switches_of(view))
