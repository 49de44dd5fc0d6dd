"""What a host does to a room: the requests, what is said when they are done, and typed lines.

The same acts for the subcommands of `backstop room` and for its screen. Pure but for `ask`;
what is allowed the server says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from client_cli.amounts import Complaint

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from client_cli.connection import Connection
    from server.protocol import RoomMessage

NOBODY, PERSON, BOT = "nobody", "person", "bot"
MORE_S = 60
"""Seconds that `extend` gives where it is not said how many."""
EVERY_S = 1.0
"""How often who watches a room asks how it stands."""


@dataclass(frozen=True, slots=True)
class HostAct:
    """A request of the host."""

    kind: str
    """Its name on the wire."""
    said: str
    """What is said when it is done."""
    content: dict[str, Any] = field(default_factory=dict)
    """Its fields, but for the room, the table and the id."""
    sure: str = ""
    """What it would do, where that cannot be undone and is worth a question; else nothing."""


async def ask(host: Connection, kind: str, **content: Any) -> dict[str, Any]:
    """Ask for something as host; the answer's data.

    Raises:
        pydantic.ValidationError: a field is not of the form that the wire allows.
        Refusal: it was refused.
        Disconnected: the connection is over.
    """
    from server.protocol import parse_from_client

    text = json.dumps({"kind": kind, "id": host.new_id(), **content})
    return (await host.ask(parse_from_client(text))).data or {}


PAUSE = HostAct("pause", "paused")
RESUME = HostAct("resume", "goes on")
NEXT = HostAct("next_phase", "is in its next phase", sure="end the phase now")
END = HostAct("close_session", "ended", sure="end before the time")
CLOSE = HostAct("close_room", "closed", sure="end all tables and let nobody in any more")


def start(empty: str = BOT) -> HostAct:
    """Start every table that waits; who plays empty seats."""
    return HostAct("start", "started", {"empty_seats": empty})


def extend(seconds: int) -> HostAct:
    """More time for the phase."""
    return HostAct("extend", f"has {seconds} s more", {"seconds": seconds})


def card(name: str) -> HostAct:
    """An event card of the scenario happens now."""
    return HostAct("play_card", f"saw {name} happen", {"card": name}, f"let {name} happen")


def announce(text: str) -> HostAct:
    """A message to everybody at one table, or at all."""
    return HostAct("announce", "was told", {"text": text})


def seat(seat: str, participant: str) -> HostAct:
    """A bot, nobody, or again a person in a seat; `bot` is the one that plays by default."""
    named = participant in (PERSON, NOBODY, BOT)
    plan = {"participant": participant} if named else {"participant": BOT, "bot": participant}
    return HostAct("set_seat", f"has {seat} played by {participant}", {"seat": seat, "plan": plan})


def reissue(seat: str) -> HostAct:
    """A new token and word for a seat; the old ones end."""
    sure = f"end the token and the word that {seat} has"
    return HostAct("reissue_seat", f"has {seat} anew", {"seat": seat}, sure)


# --- typed lines ---

WORDS = {
    "start": "start [nobody|person]     start the tables that wait; else bots play empty seats",
    "pause": "[3] pause                 stop the clock of all tables, or of table 3",
    "resume": "[3] resume                let it run again",
    "extend": "[3] extend [SECONDS]      give the phase more time, else 60 s",
    "next": "[3] next                  end the phase now",
    "say": "[3] say WORDS             a message to everybody",
    "card": "[3] card NAME             let an event card happen",
    "seat": "3 seat JP BOT             a bot in a seat of table 3; also: bot, person, nobody",
    "reissue": "3 reissue JP              a seat's token and word again, for who has lost them",
    "end": "[3] end                   end sessions before their time",
    "close": "close                     end all and let nobody in any more",
    "table": "3                         who sits at table 3; `all` goes back",
    "help": "help, quit                this help; leave, while the room goes on",
}
"""What can be typed, each with what it does."""
OF_ROOM = ("start", "close")
OF_SEAT = ("seat", "reissue")


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
        one = {} if self.act.kind in ("start", "close_room") else {"session": self.session}
        return {"room": room, **one, **self.act.content}

    @property
    def where(self) -> str:
        """What it is done to, for people."""
        return "The room" if self.number is None else f"Table {self.number}"


@dataclass(frozen=True, slots=True)
class Look:
    """A typed line that only wants to see something: `all`, `table`, `help` or `quit`."""

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
    if word in ("all", "help", "quit"):
        return Look(word)
    session = _session(room, number)
    if word == "table":
        if number is None and rest and rest[0].isdecimal():
            number = int(rest[0])
            _session(room, number)
        return Look("table", number or 1)
    if word not in _ACTS:
        raise Complaint(f"no word {first}; {_near(word)}, or help for all")
    if word in OF_ROOM and number is not None:
        raise Complaint(f"{word} is for the whole room; type {word} alone")
    if word in OF_SEAT and number is None:
        if len(room.tables) != 1:
            raise Complaint(f"at which table? {_form(word)}")
        number, session = room.tables[0].number, room.tables[0].session
    act = _ACTS[word](rest)
    if act is NEXT:
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
    raise Complaint(f"there is no table {number}; the room has 1 to {len(room.tables)}")


def _form(word: str) -> str:
    return f"type {WORDS[word].partition('  ')[0]}"


def _near(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(WORDS), 1)
    return _form(near[0]) if near else f"there is {', '.join(_ACTS)}"


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
    return start(empty)


def _read_extend(rest: list[str]) -> HostAct:
    if not rest:
        return extend(MORE_S)
    if len(rest) > 1 or not rest[0].removeprefix("-").isdecimal():
        raise Complaint(f"{' '.join(rest)} is no number of seconds; {_form('extend')}")
    return extend(int(rest[0]))


def _read_card(rest: list[str]) -> HostAct:
    if len(rest) != 1:
        raise Complaint(f"which card? {_form('card')}")
    return card(rest[0])


def _read_say(rest: list[str]) -> HostAct:
    if not rest:
        raise Complaint(f"say what? {_form('say')}")
    return announce(" ".join(rest))


def _read_seat(rest: list[str]) -> HostAct:
    if len(rest) != 2:
        raise Complaint(f"which seat, and who plays it? {_form('seat')}")
    return seat(rest[0], rest[1])


def _read_reissue(rest: list[str]) -> HostAct:
    if len(rest) != 1:
        raise Complaint(f"which seat? {_form('reissue')}")
    return reissue(rest[0])


_ACTS: dict[str, Callable[[list[str]], HostAct]] = {
    "start": _read_start,
    "pause": _alone(PAUSE, "pause"),
    "resume": _alone(RESUME, "resume"),
    "extend": _read_extend,
    "next": _alone(NEXT, "next"),
    "say": _read_say,
    "card": _read_card,
    "seat": _read_seat,
    "reissue": _read_reissue,
    "end": _alone(END, "end"),
    "close": _alone(CLOSE, "close"),
}


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
            return [*_ACTS, "all", "help", "quit"]
        case ["start"]:
            return [NOBODY, PERSON]
        case ["card"]:
            return cards
        case ["seat" | "reissue"]:
            return list(seats)
        case ["seat", _]:
            return [PERSON, NOBODY, BOT, *bots]
        case _:
            return []
