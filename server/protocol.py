"""The wire: every message that crosses a socket, and nothing else.

Owns names, shapes and versions of messages; knows no rule of the game and no socket. The
browser, the terminal client and a bot in any language speak exactly these. Unknown fields
are ignored, so that a newer peer can say more; an unknown `kind` is answered `malformed`.
Amounts are whole US$ millions; `left_ms` is what is left on a clock when the message was
sent; every other time is session milliseconds.
"""

from __future__ import annotations

import enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from server.game import events
from server.game.actions import (
    Action,
    Address,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import DecisionMade, MessageCard, OwnCard, PackageCard, RoundCard, View
from server.game.events import Event, Participant, Said
from server.game.refusals import RefusalCode
from server.game.scenario import Phase, Role, SeatId

__all__ = [
    "PROTOCOL_VERSION",
    "SUBPROTOCOL",
    "Accepted",
    "Act",
    "Action",
    "Address",
    "AnswerPackage",
    "Ballot",
    "ChooseSeat",
    "CloseCode",
    "CloseRoom",
    "CloseSession",
    "DecideTranche",
    "DecisionMade",
    "DeclareIntention",
    "Ended",
    "Extend",
    "FromClient",
    "FromHost",
    "FromServer",
    "Hello",
    "Leave",
    "ListRooms",
    "MarkReady",
    "MessageCard",
    "NextPhase",
    "Notice",
    "OpenRoom",
    "OwnCard",
    "PackageCard",
    "Parked",
    "Participant",
    "Pause",
    "Phase",
    "Pledge",
    "ProposeTranche",
    "RefusalCode",
    "RefusedAnswer",
    "ReissueSeat",
    "Resume",
    "Resumed",
    "Role",
    "RoomMessage",
    "RoomStatus",
    "RoundCard",
    "Said",
    "Say",
    "SeatId",
    "SeatPlan",
    "SeatSettings",
    "SeatStatus",
    "SetSeat",
    "Start",
    "TablePackage",
    "TableStatus",
    "Update",
    "View",
    "ViewMessage",
    "Vote",
    "Welcome",
    "Withdraw",
    "dump",
    "events",
    "json_schema",
    "parse_from_client",
    "parse_from_server",
]

SUBPROTOCOL = "backstop.v1"
PROTOCOL_VERSION = 1
"""Steps when a message changes in a way that an older peer would misread."""
MAX_MESSAGE_BYTES = 65_536
"""Largest frame that the server reads."""

RequestId = Annotated[str, Field(min_length=1, max_length=64)]
"""Chosen by the client, unique per seat; a repeat is answered as before."""
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
"""No control characters, line ends or changes of direction: they garble terminals and files."""
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=PRINTABLE)]


class CloseCode(enum.IntEnum):
    """Why the server closed a connection."""

    SERVER_RESTARTS = 1012
    MESSAGE_TOO_BIG = 1009
    BAD_TOKEN = 4401
    HELLO_MISSING = 4400
    TOO_SLOW = 4408
    SEAT_TAKEN_OVER = 4409
    TOO_MANY_REQUESTS = 4429
    ROOM_CLOSED = 4410

    @property
    def may_reconnect(self) -> bool:
        """Whether a client should come back by itself."""
        return self in (
            CloseCode.SERVER_RESTARTS,
            CloseCode.MESSAGE_TOO_BIG,
            CloseCode.TOO_SLOW,
            CloseCode.TOO_MANY_REQUESTS,
        )


class _Message(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, ser_json_inf_nan="strings", str_max_length=4_000
    )


# --- from the client ---------------------------------------------------------------------


class Hello(_Message):
    """First message of every connection.

    With `token`: come back to a seat (or as host or observer with the token given then).
    With `code`: join a room under `name`, as player or observer. With `host_secret`: be host.
    """

    kind: Literal["hello"] = "hello"
    versions: tuple[int, ...] = (PROTOCOL_VERSION,)
    token: str | None = None
    code: str | None = None
    name: Name | None = None
    role: Literal["player", "observer", "host"] = "player"
    host_secret: str | None = None
    seat: SeatId | None = None
    """A wish; refused `seat_taken` if somebody has it. Without it the first free seat."""
    session: str | None = None
    """The table, where a room has several; without it the first with a free seat."""
    epoch: str | None = None
    """With `last_seq`: what was seen before, to get exactly what was missed."""
    last_seq: int | None = None


class _Request(_Message):
    id: RequestId


class Act(_Request):
    """A seat's action, meant for one crisis, round and phase."""

    kind: Literal["act"] = "act"
    at: Address
    action: Annotated[Action, Field(discriminator="kind")]


class ChooseSeat(_Request):
    """Take another free seat; only before the session starts."""

    kind: Literal["choose_seat"] = "choose_seat"
    seat: SeatId
    session: str | None = None


class Leave(_Request):
    """Give the seat back; before the start it is free again, later a bot takes over."""

    kind: Literal["leave"] = "leave"


class SeatPlan(_Message):
    """Who is to sit in a seat: a person, a bot by name, or nobody."""

    participant: Participant = Participant.PERSON
    bot: str | None = None


class OpenRoom(_Request):
    """The host opens a room with one or many tables of one scenario."""

    kind: Literal["open_room"] = "open_room"
    scenario: str
    title: Annotated[str, Field(max_length=120, pattern=PRINTABLE)] = ""
    tables: Annotated[int, Field(ge=1, le=200)] = 1
    seats: dict[SeatId, SeatPlan] = Field(default_factory=dict)
    """Seats left out are for people."""
    timed: bool = True
    takeover_after_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A bot takes over the seat of a person absent for so long; None never."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    """Of the first table, the others count up; without it drawn by the server."""


class _OfRoom(_Request):
    room: str
    """The room's code."""


class ListRooms(_Request):
    """The host's rooms; the answer's data holds them under `rooms`."""

    kind: Literal["list_rooms"] = "list_rooms"


class RoomStatus(_OfRoom):
    """A room's tables and seats now; the answer's data is a `room` message's content."""

    kind: Literal["room_status"] = "room_status"


class Start(_OfRoom):
    """Start all tables of a room; empty seats are played as `empty_seats` says."""

    kind: Literal["start"] = "start"
    empty_seats: Participant = Participant.BOT


class CloseRoom(_OfRoom):
    """End the room's sessions and let nobody join any more."""

    kind: Literal["close_room"] = "close_room"


class _OfSession(_Request):
    room: str
    session: str | None = None
    """One table; None for every running table of the room."""


class Pause(_OfSession):
    """Stop the clock."""

    kind: Literal["pause"] = "pause"


class Resume(_OfSession):
    """Let the clock run again."""

    kind: Literal["resume"] = "resume"


class Extend(_OfSession):
    """Give the phase more time."""

    kind: Literal["extend"] = "extend"
    seconds: int


class NextPhase(_OfSession):
    """End the phase now."""

    kind: Literal["next_phase"] = "next_phase"


class CloseSession(_OfSession):
    """End a session before its time."""

    kind: Literal["close_session"] = "close_session"


class SetSeat(_Request):
    """Put a bot, nobody or (back) the person into a seat."""

    kind: Literal["set_seat"] = "set_seat"
    room: str
    session: str
    seat: SeatId
    plan: SeatPlan


class ReissueSeat(_Request):
    """A new token for a seat; the old one ends. The answer's data holds `token`."""

    kind: Literal["reissue_seat"] = "reissue_seat"
    room: str
    session: str
    seat: SeatId


FromHost = (
    OpenRoom
    | ListRooms
    | RoomStatus
    | Start
    | CloseRoom
    | Pause
    | Resume
    | Extend
    | NextPhase
    | CloseSession
    | SetSeat
    | ReissueSeat
)
"""What only the host may ask."""

FromClient = Annotated[
    Hello
    | Act
    | ChooseSeat
    | Leave
    | OpenRoom
    | ListRooms
    | RoomStatus
    | Start
    | CloseRoom
    | Pause
    | Resume
    | Extend
    | NextPhase
    | CloseSession
    | SetSeat
    | ReissueSeat,
    Field(discriminator="kind"),
]

# --- from the server ---------------------------------------------------------------------

Notice = Annotated[Event | DecisionMade, Field(discriminator="kind")]
"""What a viewer is told of an event."""


class Welcome(_Message):
    """Answer to `hello`: who you are now."""

    kind: Literal["welcome"] = "welcome"
    version: int
    role: Literal["player", "observer", "host"]
    room: str | None = None
    session: str | None = None
    seat: SeatId | None = None
    name: str | None = None
    token: str | None = None
    """Newly issued: keep it to come back."""
    epoch: str | None = None
    seq: int = 0
    """The viewer's sequence number as of now; 0 before the start."""
    started: bool = False


class ViewMessage(_Message):
    """Everything that the viewer may see, now."""

    kind: Literal["view"] = "view"
    epoch: str
    seq: int
    left_ms: int | None
    view: View


class Update(_Message):
    """What happened since, for this viewer, without gaps.

    Notices are numbered `first_seq` to `seq`. `changed` holds the sections of the view that
    are different now, whole, under their names; `messages` is never among them: append from
    the `said` notices.
    """

    kind: Literal["update"] = "update"
    epoch: str
    first_seq: int
    seq: int
    left_ms: int | None
    notices: tuple[Notice, ...]
    changed: dict[str, Any] = Field(default_factory=dict)


class Resumed(_Message):
    """All that was missed has been sent; here is the view as of now."""

    kind: Literal["resumed"] = "resumed"
    epoch: str
    seq: int
    left_ms: int | None
    view: View


class Accepted(_Message):
    """The request was done and is durable."""

    kind: Literal["accepted"] = "accepted"
    id: str
    version: int | None = None
    """For actions: the session's version as of the last event recorded for it."""
    data: dict[str, Any] | None = None


class RefusedAnswer(_Message):
    """The request was not done; nothing was recorded."""

    kind: Literal["refused"] = "refused"
    id: str | None
    """None where the message was too broken to have one."""
    code: RefusalCode
    message: str
    field: str | None = None
    allowed: str | None = None
    retryable: bool = False


class SeatStatus(_Message):
    """A seat of a table, as the lobby shows it."""

    seat: SeatId
    seat_name: str
    role: Role
    participant: Participant
    name: str | None = None
    """The person's name."""
    present: bool = False
    """Whether somebody is connected for it now."""


class TableStatus(_Message):
    """A table of a room."""

    session: str
    status: Literal["lobby", "running", "ended", "parked"]
    seats: tuple[SeatStatus, ...]


class RoomMessage(_Message):
    """Who is here and who is missing; sent whenever that changes. Not in the sequence."""

    kind: Literal["room"] = "room"
    room: str
    title: str
    scenario: str
    tables: tuple[TableStatus, ...]
    """All tables for the host, else one's own."""


class Ended(_Message):
    """The session is over; nothing follows but the debrief already in the view."""

    kind: Literal["ended"] = "ended"
    session: str
    ending: str


class Parked(_Message):
    """The session met a fault of the program and stands still; what was accepted is safe."""

    kind: Literal["parked"] = "parked"
    session: str


class SeatSettings(_Message):
    """Sent when another participant takes the viewer's own seat, or gives it back."""

    kind: Literal["seat"] = "seat"
    seat: SeatId
    participant: Participant


FromServer = Annotated[
    Welcome
    | ViewMessage
    | Update
    | Resumed
    | Accepted
    | RefusedAnswer
    | RoomMessage
    | Ended
    | Parked
    | SeatSettings,
    Field(discriminator="kind"),
]

_from_client: TypeAdapter[FromClient] = TypeAdapter(FromClient)
_from_server: TypeAdapter[FromServer] = TypeAdapter(FromServer)


def parse_from_client(text: str | bytes) -> FromClient:
    """A client's message.

    Raises:
        pydantic.ValidationError: it is not one; the errors name field and value.
    """
    return _from_client.validate_json(text, strict=True)


def parse_from_server(text: str | bytes) -> FromServer:
    """A server's message.

    Raises:
        pydantic.ValidationError: it is not one.
    """
    return _from_server.validate_json(text)


def dump(message: BaseModel) -> str:
    """A message as it goes on the wire."""
    return message.model_dump_json()


def json_schema() -> dict[str, Any]:
    """JSON Schema of both directions, under `from_client` and `from_server`."""
    return {
        "title": f"Backstop wire protocol {SUBPROTOCOL}",
        "version": PROTOCOL_VERSION,
        "from_client": _from_client.json_schema(),
        "from_server": _from_server.json_schema(mode="serialization"),
    }
