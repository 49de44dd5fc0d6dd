"""The wire: every message that crosses a socket, and nothing else.

Owns names, shapes and versions of messages; knows no rule of the game and no socket. The
browser, the terminal client and a bot in any language speak exactly these. Unknown fields
are ignored, so that a newer peer can say more; an unknown `kind` is answered `malformed`.
Amounts are whole US$ millions; `left_ms` is what is left on a clock when the message was
sent; every other time is session milliseconds.
"""

from __future__ import annotations

import enum
from dataclasses import fields
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from server.game import events
from server.game.actions import (
    Action,
    Address,
    AnswerPackage,
    Ballot,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Lobby,
    MarkReady,
    OfferFavour,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    Say,
    Supposition,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.cards import (
    AdvancedGap,
    AdvancedOwn,
    DealCard,
    DecisionMade,
    MessageCard,
    OwnCard,
    PackageCard,
    PromiseCard,
    ProposalCard,
    RoundCard,
    SeatCard,
    View,
)
from server.game.events import Ending, LaterEvent, Participant, Said
from server.game.refusals import RefusalCode
from server.game.scenario import Phase, Record, Role, SeatId
from server.schema import document

__all__ = [
    "PROTOCOL_VERSION",
    "SUBPROTOCOL",
    "Accepted",
    "Act",
    "Action",
    "Address",
    "AdvancedGap",
    "AdvancedOwn",
    "Announce",
    "AnswerControls",
    "AnswerPackage",
    "AskedItem",
    "AskedQuestion",
    "Ballot",
    "CheckScenario",
    "ChooseSeat",
    "CloseCode",
    "CloseRoom",
    "CloseSession",
    "DealCard",
    "DecideProgramme",
    "DecideTranche",
    "DecisionMade",
    "DeclareIntention",
    "Ended",
    "Extend",
    "FromClient",
    "FromHost",
    "FromServer",
    "GiveConsent",
    "HandIn",
    "Hello",
    "Leave",
    "LetIn",
    "ListActs",
    "ListRooms",
    "ListScenarios",
    "Lobby",
    "MarkReady",
    "MessageCard",
    "MovePerson",
    "NextPhase",
    "Notice",
    "OfferFavour",
    "OpenRoom",
    "OwnCard",
    "PackageCard",
    "Parked",
    "Participant",
    "Pause",
    "PaymentCard",
    "Phase",
    "PlayCard",
    "Pledge",
    "Press",
    "PromiseCard",
    "ProposalCard",
    "ProposeRegional",
    "ProposeTranche",
    "ReadDebrief",
    "ReadReplay",
    "ReadReport",
    "ReadScenario",
    "ReadStudy",
    "Record",
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
    "SeatCard",
    "SeatId",
    "SeatPlan",
    "SeatSettings",
    "SeatStatus",
    "SetSeat",
    "Start",
    "StudyMessage",
    "Supposition",
    "TableNow",
    "TablePackage",
    "TableStatus",
    "Update",
    "View",
    "ViewAt",
    "ViewMessage",
    "Vote",
    "Welcome",
    "WhatIf",
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
"""What tells requests apart."""
PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*$"
"""No control characters, line ends or changes of direction: they garble terminals and files."""
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=PRINTABLE)]


class CloseCode(enum.IntEnum):
    """Why the server closed a connection."""

    MESSAGE_TOO_BIG = 1009
    """A frame was larger than the server reads."""
    SERVER_RESTARTS = 1012
    """The server stops; running sessions are kept and go on when it is back."""
    HELLO_MISSING = 4400
    """No hello was accepted in time."""
    BAD_TOKEN = 4401
    """The token is unknown, or the host gave the seat a new one."""
    SEAT_TAKEN_OVER = 4409
    """The seat's person came back over another connection; the newest counts."""
    ROOM_CLOSED = 4410
    """The host closed the room."""
    MOVED = 4412
    """The host moved the person to another seat; the token leads there."""

    @property
    def may_reconnect(self) -> bool:
        """Whether a client should come back by itself."""
        return self in (
            CloseCode.SERVER_RESTARTS,
            CloseCode.MESSAGE_TOO_BIG,
            CloseCode.MOVED,
        )


class _Message(BaseModel):
    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        ser_json_inf_nan="strings",
        json_schema_serialization_defaults_required=True,
    )


class _FromClient(_Message):
    model_config = ConfigDict(str_max_length=4_000)


# --- from the client ---------------------------------------------------------------------


class Hello(_FromClient):
    """First message of every connection.

    With `token`: come back to a seat. With `code`: join a room under `name` as player, or watch
    it as observer. With `host_secret` and role `host`: be host, and with `code` as well watch
    that room.
    """

    kind: Literal["hello"] = "hello"
    versions: tuple[int, ...] = (PROTOCOL_VERSION,)
    """The protocol versions that the client speaks."""
    token: str | None = None
    """Of a seat that was taken before; also taken from an `Authorization: Bearer` header."""
    word: str | None = None
    """With `code`: the seat's word, to come back to a seat from another device."""
    share: bool = False
    """With `token` or `word`: sit beside whoever is in the seat, instead of taking over."""
    code: str | None = None
    """The room's join code."""
    name: Name | None = None
    """What the others call a new player; None for the seat's id."""
    role: Literal["player", "observer", "host"] = "player"
    """As what to come; a token's seat is a player's."""
    host_secret: str | None = None
    """For the host: what the server printed when it started."""
    seat: SeatId | None = None
    """A wish; refused `seat_taken` if somebody has it. Without it the first free seat."""
    session: str | None = None
    """The table, where a room has several; without it the first with a free seat."""
    epoch: str | None = None
    """With `last_seq`: what was seen before, to get exactly what was missed."""
    last_seq: int | None = None
    """The `seq` of the last update, view or resumed that was seen in that epoch."""


class _Request(_FromClient):
    id: RequestId
    """Chosen by the client, unique for its seat, or among hosts; repeated, it is done once."""


class Act(_Request):
    """A seat's action, meant for one crisis, round and phase."""

    kind: Literal["act"] = "act"
    at: Address
    """Refused `phase_over` if it is another one by the time it is decided."""
    action: Annotated[Action, Field(discriminator="kind")]
    """One of the actions."""


class ChooseSeat(_Request):
    """Take another free seat; only before the session starts.

    The answer's data holds `seat` and `session`.
    """

    kind: Literal["choose_seat"] = "choose_seat"
    seat: SeatId
    session: str | None = None
    """Another table of the room; None for the own one."""


class WhatIf(_Request):
    """What the own lines of this round would be; nothing is decided by asking.

    The answer's data names what is assumed of the others beside the lines; see
    `server.game.whatif`.
    """

    kind: Literal["what_if"] = "what_if"
    supposed: Supposition = Field(default_factory=Supposition)
    """What the seat would do."""


class GiveConsent(_Request):
    """Of a participant of a study: to take part, or not to; said once."""

    kind: Literal["give_consent"] = "give_consent"
    agreed: bool
    """Who does not agree takes no seat."""


class AnswerControls(_Request):
    """Of a participant: one attempt at the control questions.

    The answer's data holds `wrong`, the explanations of those answered wrong by their key.
    """

    kind: Literal["answer_controls"] = "answer_controls"
    answers: dict[str, str]
    """One of its choices for each question, by the question's key."""


class HandIn(_Request):
    """Of a participant: the closing questionnaire, once."""

    kind: Literal["hand_in"] = "hand_in"
    answers: dict[str, str]
    """By the item's key; a number or a point of a scale as its digits."""


class Leave(_Request):
    """Give the seat back; before the start it is free again, later a bot takes over."""

    kind: Literal["leave"] = "leave"


class SeatPlan(_FromClient):
    """Who is to sit in a seat: a person, a bot by name, or nobody."""

    participant: Participant = Participant.PERSON
    bot: str | None = None
    """The bot's name in the register; None for the default of the seat's role."""


class ForkFrom(_FromClient):
    """A stored session, and the event after which it goes another way."""

    session: str
    """Its id."""
    event: Annotated[int, Field(ge=1, le=10_000_000)]
    """Its number; where nobody could have acted there, the fork begins a few events later."""


class OpenRoom(_Request):
    """The host opens a room with one or many tables of one scenario.

    The answer's data holds `room`, the join code, and `sessions`, the ids of its tables.
    """

    kind: Literal["open_room"] = "open_room"
    scenario: str
    """The name of a scenario that the server has, or of the `document`."""
    document: dict[str, Any] | None = None
    """The host's own scenario, with the fields of a scenario file."""
    title: Annotated[str, Field(max_length=120, pattern=PRINTABLE)] = ""
    """Empty for the scenario's own."""
    tables: Annotated[int, Field(ge=1, le=200)] = 1
    """How many sessions are played side by side."""
    more_tables: bool = False
    """Whether another table is opened when somebody comes and all seats are taken."""
    roster: Annotated[tuple[Name, ...], Field(max_length=1_000)] = ()
    """Names of those who are expected, to see who is missing."""
    seats: dict[SeatId, SeatPlan] = Field(default_factory=dict)
    """Seats left out are for people."""
    timed: bool = True
    """Whether the phases' clocks run."""
    minutes: Annotated[int, Field(ge=5, le=600)] | None = None
    """The lesson's length: clocks are scaled to fit it; None leaves them as the scenario has
    them."""
    takeover_after_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """A bot takes over the seat of a person absent for so long; None never."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    """Of the first table, the others count up; without it drawn by the server."""
    experiment: dict[str, Any] | None = None
    """The room is a study with these settings, the fields of a settings file; `tables` is then
    how many groups there are at most, unless `more_tables`."""
    fork: ForkFrom | None = None
    """Each table goes on from there: it is a fork of that session, in the scenario of which it
    is. Without a `seed` what was not yet seen stays as it was drawn there."""


class ListScenarios(_Request):
    """The scenarios and bots that the server has; the answer's data holds a summary of each."""

    kind: Literal["list_scenarios"] = "list_scenarios"


class ReadScenario(_Request):
    """A scenario as a document to be changed; the answer's data holds it and its JSON Schema."""

    kind: Literal["read_scenario"] = "read_scenario"
    name: str
    """In the list."""


class CheckScenario(_Request):
    """What is wrong with a host's own scenario; the answer's data holds `problems`."""

    kind: Literal["check_scenario"] = "check_scenario"
    document: dict[str, Any]
    """With the fields of a scenario file."""


class _OfRoom(_Request):
    room: str
    """The room's code."""


class ListRooms(_Request):
    """The host's rooms; the answer's data holds them under `rooms`."""

    kind: Literal["list_rooms"] = "list_rooms"


class RoomStatus(_OfRoom):
    """A room's tables and seats now, also for who watches it; the data is a `room` message."""

    kind: Literal["room_status"] = "room_status"


class ListActs(_OfRoom):
    """The audit trail: the answer's data holds `acts`, what hosts did in this room and when."""

    kind: Literal["list_acts"] = "list_acts"


class ReadReplay(_Request):
    """What a viewer was told of a session, event by event.

    The host may ask at any time, others of the room once the session has ended. The answer's
    data holds `session`, its `room` and `number` there, `scenario` and `title`; whether it has
    `ended`; `viewers`: the names that `seen_by` may have; and `events`. Each of them has its
    number `event`, `at_ms`, the `crisis`, `round` and `phase` after it, and the `notice`, null
    where the viewer was told nothing. While a session runs it ends for all but board and host
    with the last round that is resolved: what is sealed stays sealed.
    """

    kind: Literal["read_replay"] = "read_replay"
    session: str
    seen_by: str = "board"
    """A seat's id, `board`, `host` or `everything`."""


class ViewAt(_Request):
    """What a viewer saw after an event of a session; who may ask: as of `read_replay`.

    The answer's data holds `event` and `view`, as in a `view` message.
    """

    kind: Literal["view_at"] = "view_at"
    session: str
    event: Annotated[int, Field(ge=1, le=10_000_000)]
    """Its number."""
    seen_by: str = "board"
    """As in `read_replay`."""


class _OfPast(_Request):
    room: str | None = None
    """Without a session: its code; None for the own room."""
    session: str | None = None
    """One table; None for the class, all tables of the room."""


class ReadDebrief(_OfPast):
    """What came of a session, or of all tables of a room, in numbers.

    The host may ask at any time, others as of `read_replay`, and for the class when no table
    plays any more. The answer's data holds `table` or `class`, with the parts of
    `server.analysis.debrief`. No name of a person is in it.
    """

    kind: Literal["read_debrief"] = "read_debrief"


class ReadReport(_OfPast):
    """The same as one HTML file that opens from disk without a network, without names.

    The answer's data holds its `name` and its text under `html`.
    """

    kind: Literal["read_report"] = "read_report"
    seat: SeatId | None = None
    """With a session: the report for who sat there."""


class Start(_OfRoom):
    """Start all tables of a room that have not started.

    In a study: begin the next session. A group waits for those of it who may not play yet;
    asked again, it begins with bots in their seats until they may.
    """

    kind: Literal["start"] = "start"
    empty_seats: Participant = Participant.BOT
    """Who plays the seats for people that nobody has taken."""


class ReadStudy(_OfRoom):
    """A study's sessions and participants, what they did and are paid; the data holds both."""

    kind: Literal["read_study"] = "read_study"


class LetIn(_OfRoom):
    """Let a participant play who has not answered all control questions right."""

    kind: Literal["let_in"] = "let_in"
    label: str
    """Whom."""


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
    """How much more."""


class NextPhase(_OfSession):
    """End the phase now."""

    kind: Literal["next_phase"] = "next_phase"


class PlayCard(_OfSession):
    """Let an event card of the crisis happen now."""

    kind: Literal["play_card"] = "play_card"
    card: str
    """Its name in the scenario."""


class Announce(_OfSession):
    """A word of the host to everybody at one table, or at all; it stands until the next."""

    kind: Literal["announce"] = "announce"
    text: Annotated[str, Field(max_length=500)]
    """Empty takes the last one away."""


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
    """Who is to sit there."""


class ReissueSeat(_Request):
    """A new token and word for a seat; the old ones end. The answer's data holds both.

    Repeated, it gives others: no token is kept.
    """

    kind: Literal["reissue_seat"] = "reissue_seat"
    room: str
    session: str
    seat: SeatId


class MovePerson(_Request):
    """Give a person another free seat, at this table or another one of the room."""

    kind: Literal["move_person"] = "move_person"
    room: str
    session: str
    seat: SeatId
    """Where the person sits."""
    to_session: str
    """This table, or another one of the room."""
    to_seat: SeatId
    """Where nobody does but a bot; the seat that is left goes to one if its table runs."""


FromHost = (
    OpenRoom
    | ListScenarios
    | ReadScenario
    | CheckScenario
    | ListRooms
    | ListActs
    | RoomStatus
    | ReadStudy
    | LetIn
    | Start
    | CloseRoom
    | Pause
    | Resume
    | Extend
    | NextPhase
    | PlayCard
    | Announce
    | CloseSession
    | SetSeat
    | ReissueSeat
    | MovePerson
)
"""What only the host may ask."""

FromClient = Annotated[
    Hello
    | Act
    | WhatIf
    | ChooseSeat
    | Leave
    | ReadReplay
    | ViewAt
    | ReadDebrief
    | ReadReport
    | GiveConsent
    | AnswerControls
    | HandIn
    | FromHost,
    Field(discriminator="kind"),
]

# --- from the server ---------------------------------------------------------------------

Notice = Annotated[LaterEvent | DecisionMade, Field(discriminator="kind")]
"""What a viewer is told of an event."""
_NOTICE_KINDS = {
    field.default
    for notice in (*get_args(LaterEvent), DecisionMade)
    for field in fields(notice)
    if field.name == "kind"
}


def _known(notices: object) -> object:
    """Without the kinds that only a newer server tells of; their numbers still count."""
    if not isinstance(notices, list):
        return notices
    return [
        notice
        for notice in notices
        if not isinstance(notice, dict) or notice.get("kind") in _NOTICE_KINDS
    ]


class Welcome(_Message):
    """Answer to `hello`: who you are now."""

    kind: Literal["welcome"] = "welcome"
    version: int
    """The protocol version that the server speaks with this client."""
    role: Literal["player", "observer", "host"]
    """As what the client is here."""
    room: str | None = None
    """The room's code; None for a host who watches none."""
    session: str | None = None
    seat: SeatId | None = None
    """None for hosts and observers."""
    name: str | None = None
    """What the others call the player."""
    token: str | None = None
    """Newly issued: keep it to come back."""
    word: str | None = None
    """With a token that is newly issued: what brings the person back on any device."""
    epoch: str | None = None
    """None before the start."""
    started: bool = False
    """Whether a view, or what was missed, follows at once."""


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
    """The number of the first notice: one more than the `seq` before."""
    seq: int
    """The number of the last notice."""
    left_ms: int | None
    notices: Annotated[tuple[Notice, ...], BeforeValidator(_known)]
    """What this viewer may know of what happened, in order."""
    changed: dict[str, Any] = Field(default_factory=dict)
    """Sections of the view, by name; an unknown one is for a newer client."""


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
    """The request's."""
    version: int | None = None
    """For actions: the session's version as of the last event recorded for it."""
    data: dict[str, Any] | None = None
    """What the request asked for, where it asked for something."""


class RefusedAnswer(_Message):
    """The request was not done; nothing was recorded."""

    kind: Literal["refused"] = "refused"
    id: str | None
    """None where the message was too broken to have one."""
    code: RefusalCode
    """From the closed list."""
    message: str
    """For people; names the value seen."""
    field: str | None = None
    """The field of the request that is at fault, if one is."""
    allowed: str | None = None
    """What would be accepted, in words or as a range, where that helps."""
    retryable: bool = False
    """Whether the same request may succeed later."""


class SeatStatus(_Message):
    """A seat of a table, as the lobby shows it."""

    seat: SeatId
    seat_name: str
    """What the scenario calls it."""
    role: Role
    participant: Participant
    name: str | None = None
    """The person's name."""
    present: bool = False
    """Whether somebody is connected for it now."""


class TableNow(_Message):
    """Where a table stands, as anybody may know it."""

    crisis: int
    round: int
    rounds: int | None
    """None where the ending is random and hidden."""
    phase: Phase
    left_ms: int | None
    paused: bool
    """Whether the host has stopped the clock."""
    need_musd: int
    """Of this round; after the reveal with what the banks took out."""
    money_musd: int
    """Promised so far, the Fund's tranche included; after the reveal what was drawn."""
    revealed: bool
    """Whether the round's decisions are open."""
    undecided: tuple[SeatId, ...]
    """Seats that are not done with the phase."""
    ending: Ending | None


class TableStatus(_Message):
    """A table of a room."""

    session: str
    number: int = 1
    """Within the room, from 1."""
    status: Literal["lobby", "running", "ended", "parked"]
    """`parked` stands still after a fault of the program."""
    seats: tuple[SeatStatus, ...]
    """In the scenario's order."""
    announcement: str = ""
    """The host's last word to this table."""
    now: TableNow | None = None
    """None before the start."""


class RoomMessage(_Message):
    """Who is here and who is missing; sent whenever that changes. Not in the sequence."""

    kind: Literal["room"] = "room"
    room: str
    title: str
    """For people."""
    scenario: str
    """The scenario's name."""
    tables: tuple[TableStatus, ...]
    """All tables for the host, else one's own."""
    missing: tuple[str, ...] = ()
    """Names of the roster that nobody in the room has."""
    study: bool = False
    """Whether the room is a study."""


class AskedQuestion(_Message):
    """A control question."""

    key: str
    """Its name in answers."""
    text: str
    """For people."""
    choices: tuple[str, ...]
    """One of them is the answer."""


class AskedItem(_Message):
    """A question of the closing questionnaire."""

    key: str
    """Its name in answers."""
    text: str
    """For people."""
    item: Literal["text", "number", "choice", "likert"]
    """What is asked for; `likert` is a scale from 1."""
    choices: tuple[str, ...]
    """Of a `choice`; of a `likert` scale its two ends in words, or none."""
    points: int
    """Of a `likert` scale."""
    least: float | None
    """Of a `number`; None for any."""
    most: float | None
    """Of a `number`; None for any."""
    required: bool
    """Whether it must be answered."""


class PaymentCard(_Message):
    """What a participant is paid."""

    points: int
    """Earned in the paid sessions."""
    amount: str
    """Of money, as a decimal number."""
    currency: str
    """Its name or sign."""
    fixed_fee: str
    """Paid in any case."""
    per_point: str
    """Paid for each point."""
    minimum: str
    """Nobody gets less."""
    session: int | None
    """The one session that is paid; None where all are."""


class StudyMessage(_Message):
    """Where a participant of a study is, and what is asked there; sent whenever that changes."""

    kind: Literal["study"] = "study"
    step: Literal["consent", "declined", "questions", "wait", "play", "questionnaire", "end"]
    """What the participant is to do now."""
    label: str
    """The participant's."""
    session: int | None
    """The one that is played or was last; 0 is the practice, None before the first."""
    sessions: int
    """How many there are, the practice not counted."""
    text: str = ""
    """What participants are asked to agree to."""
    questions: tuple[AskedQuestion, ...] = ()
    """At the step of that name."""
    items: tuple[AskedItem, ...] = ()
    """Of the questionnaire, at its step."""
    payment: PaymentCard | None = None
    """At the end."""


class Ended(_Message):
    """The session is over; nothing follows but the debrief already in the view."""

    kind: Literal["ended"] = "ended"
    session: str
    ending: Ending


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
    | SeatSettings
    | StudyMessage,
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
    """JSON Schema of a message; `$defs` tells `from_client` and `from_server` apart."""
    return document(
        f"Backstop wire protocol {SUBPROTOCOL}",
        PROTOCOL_VERSION,
        {
            "from_client": (_from_client, "validation"),
            "from_server": (_from_server, "serialization"),
        },
        ["from_client", "from_server"],
    )
