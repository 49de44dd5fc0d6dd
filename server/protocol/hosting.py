"""What only the host asks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from server.game.actions import Address
from server.game.events import Participant
from server.game.scenario import SeatId
from server.protocol.common import PRINTABLE, ClientMessage, Name, Request


class SeatPlan(ClientMessage):
    """Who is to sit in a seat: a person, a bot by name, or nobody."""

    participant: Participant = Participant.PERSON
    bot: str | None = None
    """The bot's name in the register; None for the default of the seat's role."""


class ForkFrom(ClientMessage):
    """A stored session, and the event after which it goes another way."""

    session: str
    """Its id."""
    event: Annotated[int, Field(ge=1, le=10_000_000)]
    """Its number; where nobody could have acted there, the fork begins a few events later."""


class OpenRoom(Request):
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


class ListScenarios(Request):
    """The scenarios and bots that the server has; the answer's data holds a summary of each."""

    kind: Literal["list_scenarios"] = "list_scenarios"


class ReadScenario(Request):
    """A scenario as a document to be changed; the answer's data holds it and its JSON Schema."""

    kind: Literal["read_scenario"] = "read_scenario"
    name: str
    """In the list."""


class CheckScenario(Request):
    """What is wrong with a host's own scenario; the answer's data holds `problems`."""

    kind: Literal["check_scenario"] = "check_scenario"
    document: dict[str, Any]
    """With the fields of a scenario file."""


class OfRoom(Request):
    room: str
    """The room's code."""


class ListRooms(Request):
    """The host's rooms; the answer's data holds them under `rooms`."""

    kind: Literal["list_rooms"] = "list_rooms"


class ListSessions(Request):
    """What was played and is stored, also in rooms that are closed, newest first.

    The answer's data holds `sessions`, a hundred at most that have begun, and `before`: where
    there are more, what to ask for next.
    """

    kind: Literal["list_sessions"] = "list_sessions"
    before: str | None = None
    """A session's id: only those from before it."""


class RoomStatus(OfRoom):
    """A room's tables and seats now, also for who watches it; the data is a `room` message."""

    kind: Literal["room_status"] = "room_status"


class ListActs(OfRoom):
    """The audit trail: the answer's data holds `acts`, what hosts did in this room and when."""

    kind: Literal["list_acts"] = "list_acts"


class Start(OfRoom):
    """Start all tables of a room that have not started.

    In a study: begin the next session. A group waits for those of it who may not play yet;
    asked again, it begins with bots in their seats until they may.
    """

    kind: Literal["start"] = "start"
    empty_seats: Participant = Participant.BOT
    """Who plays the seats for people that nobody has taken."""


class ReadStudy(OfRoom):
    """A study's sessions and participants, what they did and are paid; the data holds both."""

    kind: Literal["read_study"] = "read_study"


class LetIn(OfRoom):
    """Let a participant play who has not answered all control questions right."""

    kind: Literal["let_in"] = "let_in"
    label: str
    """Whom."""


class CloseRoom(OfRoom):
    """End the room's sessions and let nobody join any more."""

    kind: Literal["close_room"] = "close_room"


class OfSession(Request):
    room: str
    session: str | None = None
    """One table; None for every running table of the room."""


class Pause(OfSession):
    """Stop the clock."""

    kind: Literal["pause"] = "pause"


class Resume(OfSession):
    """Let the clock run again."""

    kind: Literal["resume"] = "resume"


class Extend(OfSession):
    """Give the phase more time."""

    kind: Literal["extend"] = "extend"
    seconds: int
    """How much more."""


class NextPhase(OfSession):
    """End the phase now."""

    kind: Literal["next_phase"] = "next_phase"
    at: Address | None = None
    """The phase that is meant, so that one which ends by itself meanwhile takes no other with
    it: a table in another phase refuses `phase_over`. None for whichever runs."""


class PlayCard(OfSession):
    """Let an event card of the crisis happen now."""

    kind: Literal["play_card"] = "play_card"
    card: str
    """Its name in the scenario."""


class Announce(OfSession):
    """A word of the host to everybody at one table, or at all; it stands until the next."""

    kind: Literal["announce"] = "announce"
    text: Annotated[str, Field(max_length=500)]
    """Empty takes the last one away."""


class CloseSession(OfSession):
    """End a session before its time."""

    kind: Literal["close_session"] = "close_session"


class SetSeat(Request):
    """Put a bot, nobody or (back) the person into a seat."""

    kind: Literal["set_seat"] = "set_seat"
    room: str
    session: str
    seat: SeatId
    plan: SeatPlan
    """Who is to sit there."""


class ReissueSeat(Request):
    """A new token and word for a seat; the old ones end. The answer's data holds both.

    Repeated, it gives others: no token is kept.
    """

    kind: Literal["reissue_seat"] = "reissue_seat"
    room: str
    session: str
    seat: SeatId


class MovePerson(Request):
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
    | ListSessions
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
