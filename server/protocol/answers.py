"""What the server tells: answers, views, news, who is here."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from server.game.cards import DecisionMade, View
from server.game.events import Ending, LaterEvent, Participant
from server.game.refusals import RefusalCode
from server.game.scenario import Phase, Role, SeatId
from server.protocol.common import Message

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


class Welcome(Message):
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


class ViewMessage(Message):
    """Everything that the viewer may see, now."""

    kind: Literal["view"] = "view"
    epoch: str
    seq: int
    left_ms: int | None
    view: View


class Update(Message):
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


class Resumed(Message):
    """All that was missed has been sent; here is the view as of now."""

    kind: Literal["resumed"] = "resumed"
    epoch: str
    seq: int
    left_ms: int | None
    view: View


class Accepted(Message):
    """The request was done and is durable."""

    kind: Literal["accepted"] = "accepted"
    id: str
    """The request's."""
    version: int | None = None
    """For actions: the session's version as of the last event recorded for it."""
    data: dict[str, Any] | None = None
    """What the request asked for, where it asked for something."""


class RefusedAnswer(Message):
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


class SeatStatus(Message):
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


class TableNow(Message):
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


class TableStatus(Message):
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


class RoomMessage(Message):
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


class AskedQuestion(Message):
    """A control question."""

    key: str
    """Its name in answers."""
    text: str
    """For people."""
    choices: tuple[str, ...]
    """One of them is the answer."""


class AskedItem(Message):
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


class PaymentCard(Message):
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


class StudyMessage(Message):
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
    neutral: bool = False
    """Whether labels are neutral: words for governments and banks are to be so too."""
    text: str = ""
    """What participants are asked to agree to."""
    questions: tuple[AskedQuestion, ...] = ()
    """At the step of that name."""
    items: tuple[AskedItem, ...] = ()
    """Of the questionnaire, at its step."""
    payment: PaymentCard | None = None
    """At the end."""


class Ended(Message):
    """The session is over; nothing follows but the debrief already in the view."""

    kind: Literal["ended"] = "ended"
    session: str
    ending: Ending


class Parked(Message):
    """The session met a fault of the program and stands still; what was accepted is safe."""

    kind: Literal["parked"] = "parked"
    session: str


class SeatSettings(Message):
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
