"""What a host does to a room: the requests, and what is said when they are done.

The same acts for the subcommands of `backstop room` and for its screen; how they are typed there
is in `orders`. Pure but for `ask`; what is allowed the server says.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # For types alone, so that a command without a wire does not pay for it at its start.
    from client_cli.connection import Connection

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
    of_room: bool = False
    """Whether it is done to the room as a whole, never to one table."""


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
CLOSE = HostAct(
    "close_room", "closed", sure="end all tables and let nobody in any more", of_room=True
)


def start(empty: str = BOT) -> HostAct:
    """Start every table that waits, in a study its next session; who plays empty seats."""
    return HostAct("start", "started", {"empty_seats": empty}, of_room=True)


def extend(seconds: int) -> HostAct:
    """More time for the phase."""
    return HostAct("extend", f"has {seconds} s more", {"seconds": seconds})


def card(name: str) -> HostAct:
    """An event card of the scenario happens now."""
    return HostAct("play_card", f"saw {name} happen", {"card": name}, f"let {name} happen")


def announce(text: str) -> HostAct:
    """A message to everybody at one table, or at all; an empty one takes the last away."""
    said = "was told" if text.strip() else "has no message any more"
    return HostAct("announce", said, {"text": text})


def seat(seat: str, participant: str) -> HostAct:
    """A bot, nobody, or again a person in a seat; `bot` is the one that plays by default."""
    named = participant in (PERSON, NOBODY, BOT)
    plan = {"participant": participant} if named else {"participant": BOT, "bot": participant}
    return HostAct("set_seat", f"has {seat} played by {participant}", {"seat": seat, "plan": plan})


def reissue(seat: str) -> HostAct:
    """A new token and word for a seat; the old ones end."""
    sure = f"end the token and the word that {seat} has"
    return HostAct("reissue_seat", f"has {seat} anew", {"seat": seat}, sure)


def move(seat: str, to_session: str, to_seat: str) -> HostAct:
    """A person goes to a free seat, at this table or another one of the room."""
    content = {"seat": seat, "to_session": to_session, "to_seat": to_seat}
    return HostAct("move_person", f"has the person of {seat} moved to {to_seat}", content)


def let_in(label: str) -> HostAct:
    """A participant of a study plays who has not answered all control questions right."""
    return HostAct("let_in", f"has let {label} in", {"label": label}, of_room=True)
