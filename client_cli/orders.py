"""What a host types to run a room: how a line is read, and how it may go on. Pure.

What an order then asks for is in `hosting`; what is allowed the server says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from client_cli import hosting
from client_cli.amounts import Complaint
from client_cli.hosting import BOT, MORE_S, NOBODY, PERSON, HostAct

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from server.protocol import RoomMessage

WORDS = {
    "start": "start [nobody|person]     start the tables that wait; else bots play empty seats",
    "pause": "[3] pause                 stop the clock of all tables, or of table 3",
    "resume": "[3] resume                let it run again",
    "extend": "[3] extend [SECONDS]      give the phase more time, else 60 s",
    "next": "[3] next                  end the phase now",
    "say": "[3] say WORDS             a message to everybody",
    "unsay": "[3] unsay                 take the last message away",
    "card": "[3] card NAME             let an event card happen",
    "seat": "3 seat JP BOT             a bot in a seat of table 3; also: bot, person, nobody",
    "move": "3 move JP [4] US          a person to a free seat, here or at table 4",
    "reissue": "3 reissue JP              a seat's token and word again, for who has lost them",
    "let-in": "let-in LABEL              in a study: one plays who has not answered all right",
    "end": "[3] end                   end sessions before their time",
    "close": "close                     end all and let nobody in any more",
    "table": "3                         who sits at table 3; `all` goes back",
    "acts": "acts                      what hosts did in this room, and when",
    "study": "study                     who is where in a study, and is paid what",
    "help": "help, quit                this help; leave, while the room goes on",
}
"""What can be typed, each with what it does."""
OF_SEAT = ("seat", "reissue", "move")
LOOKS = ("all", "acts", "study", "help", "quit")


@dataclass(frozen=True, slots=True)
class Order:
    """A typed line: an act on one table or on all that it concerns."""

    act: HostAct
    number: int | None
    """Of the table; None for all."""
    session: str | None
    """That table's."""

    def content(self, room: str) -> dict[str, Any]:
        """The fields of the request."""
        one = {} if self.act.of_room else {"session": self.session}
        return {"room": room, **one, **self.act.content}

    @property
    def where(self) -> str:
        """What it is done to, for people."""
        return "The room" if self.number is None else f"Table {self.number}"


@dataclass(frozen=True, slots=True)
class Look:
    """A typed line that only wants to see something: one of `LOOKS`, or `table`."""

    word: str
    number: int | None = None


def parse(line: str, room: RoomMessage) -> Order | Look:
    """What a line asks for.

    Raises:
        Complaint: it cannot be understood; the text says the right form.
    """
    first, *rest = line.removeprefix("/").split() or ["help"]
    number = None
    if first.isdecimal():
        number, (first, *rest) = int(first), rest or ["table"]
    word = first.lower()
    if word in LOOKS:
        return Look(word)
    session = _session(room, number)
    if word == "table":
        if number is None and rest and rest[0].isdecimal():
            number = int(rest[0])
            _session(room, number)
        return Look("table", number or 1)
    if word not in ACTS:
        raise Complaint(f"no word {first}; {_near(word)}, or help for all")
    if word in OF_SEAT and number is None:
        if len(room.tables) != 1:
            raise Complaint(f"at which table? {_form(word)}")
        number, session = room.tables[0].number, room.tables[0].session
    act = _read_move(rest, room, session) if word == "move" else _READERS[word](rest)
    if act.of_room and number is not None:
        raise Complaint(f"{word} is for the whole room; type {word} alone")
    if act is hosting.NEXT:
        act = replace(act, content={"at": _phase_of(room, session)})
    return Order(act, number, session)


def _phase_of(room: RoomMessage, session: str | None) -> dict[str, Any] | None:
    """The phase in which a table, or each that runs, is seen: it may end by itself meanwhile."""
    seen = [
        {"crisis": table.now.crisis, "round": table.now.round, "phase": table.now.phase}
        for table in room.tables
        if table.now and table.status == "running" and session in (None, table.session)
    ]
    return seen[0] if seen and all(one == seen[0] for one in seen) else None


def _session(room: RoomMessage, number: int | None) -> str | None:
    if number is None:
        return None
    for table in room.tables:
        if table.number == number:
            return table.session
    there = f"the room has 1 to {len(room.tables)}" if room.tables else "the room has none yet"
    raise Complaint(f"there is no table {number}; {there}")


def _form(word: str) -> str:
    return f"type {WORDS[word].partition('  ')[0]}"


def _near(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(WORDS), 1)
    return _form(near[0]) if near else f"there is {', '.join(ACTS)}"


def _alone(act: HostAct, word: str) -> Callable[[list[str]], HostAct]:
    def read(rest: list[str]) -> HostAct:
        if rest:
            raise Complaint(f"{' '.join(rest)} is too much; {_form(word)}")
        return act

    return read


def _read_start(rest: list[str]) -> HostAct:
    empty = rest[0].lower() if rest else BOT
    if empty not in (BOT, NOBODY, PERSON) or len(rest) > 1:
        raise Complaint(f"{' '.join(rest)} plays no seats; {_form('start')}")
    return hosting.start(empty)


def _read_extend(rest: list[str]) -> HostAct:
    if not rest:
        return hosting.extend(MORE_S)
    if len(rest) > 1 or not rest[0].removeprefix("-").isdecimal():
        raise Complaint(f"{' '.join(rest)} is no number of seconds; {_form('extend')}")
    return hosting.extend(int(rest[0]))


def _read_card(rest: list[str]) -> HostAct:
    if len(rest) != 1:
        raise Complaint(f"which card? {_form('card')}")
    return hosting.card(rest[0])


def _read_say(rest: list[str]) -> HostAct:
    if not rest:
        raise Complaint(f"say what? {_form('say')}")
    return hosting.announce(" ".join(rest))


def _read_seat(rest: list[str]) -> HostAct:
    if len(rest) != 2:
        raise Complaint(f"which seat, and who plays it? {_form('seat')}")
    return hosting.seat(rest[0], rest[1])


def _read_move(rest: list[str], room: RoomMessage, session: str | None) -> HostAct:
    """As `3 move JP US` or `3 move JP 4 US`; `session` is where the person sits."""
    match rest:
        case [seat, to_seat]:
            to_session = session
        case [seat, number, to_seat] if number.isdecimal():
            to_session = _session(room, int(number))
        case _:
            raise Complaint(f"who, and to which seat? {_form('move')}")
    assert to_session is not None, "a word of one seat has its table"
    return hosting.move(seat, to_session, to_seat)


def _read_let_in(rest: list[str]) -> HostAct:
    if not rest:
        raise Complaint(f"whom? {_form('let-in')}")
    return hosting.let_in(" ".join(rest))


def _read_reissue(rest: list[str]) -> HostAct:
    if len(rest) != 1:
        raise Complaint(f"which seat? {_form('reissue')}")
    return hosting.reissue(rest[0])


_READERS: dict[str, Callable[[list[str]], HostAct]] = {
    "start": _read_start,
    "pause": _alone(hosting.PAUSE, "pause"),
    "resume": _alone(hosting.RESUME, "resume"),
    "extend": _read_extend,
    "next": _alone(hosting.NEXT, "next"),
    "say": _read_say,
    "unsay": _alone(hosting.announce(""), "unsay"),
    "card": _read_card,
    "seat": _read_seat,
    "reissue": _read_reissue,
    "let-in": _read_let_in,
    "end": _alone(hosting.END, "end"),
    "close": _alone(hosting.CLOSE, "close"),
}
ACTS = (*_READERS, "move")
"""The words that do something."""


def completions(
    line: str, room: RoomMessage | None, cards: list[str], bots: list[str]
) -> list[str]:
    """The lines that `line` may become by the rest of its last word."""
    *words, begun = line.split(" ")
    head = line[: len(line) - len(begun)]
    said = words[1:] if words and words[0].isdecimal() else words
    return [head + one for one in _next(said, room, cards, bots) if one.startswith(begun)]


def _next(
    said: list[str], room: RoomMessage | None, cards: list[str], bots: list[str]
) -> list[str]:
    seats = [one.seat for one in room.tables[0].seats] if room is not None and room.tables else []
    match said:
        case []:
            return [*ACTS, *LOOKS]
        case ["start"]:
            return [NOBODY, PERSON]
        case ["card"]:
            return cards
        case ["seat" | "reissue" | "move"] | ["move", _]:
            return list(seats)
        case ["seat", _]:
            return [PERSON, NOBODY, BOT, *bots]
        case _:
            return []
