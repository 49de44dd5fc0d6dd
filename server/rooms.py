"""What a room is: its tables, who is to sit where, and which seat is free.

Holds data and the checks on it; changes nothing in the database and knows no clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel, Field

from server.bots import MakeBot, default_bot, make
from server.bots.plain import plainly
from server.experiment.neutral import Words
from server.experiment.settings import Experiment
from server.game import standing
from server.game.events import Participant
from server.game.open_cards import gap_card, seat_cards
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.game.state import State
from server.game.views import Viewer
from server.protocol import (
    CloseCode,
    ForkFrom,
    RoomMessage,
    SeatPlan,
    SeatStatus,
    TableNow,
    TableStatus,
)
from server.session import Session
from server.store import RoomRow, SeatRow, SessionRow
from server.tokens import new_key


class Link(Protocol):
    """One connection, as far as the lobby needs it."""

    def deliver(self, message: BaseModel) -> None:
        """Queue a message; never blocks."""

    def close(self, code: CloseCode) -> None:
        """Close the connection once what is queued was sent; never blocks."""


@dataclass(slots=True)
class Table:
    """One table of a room: a session with its seats and the connections for them."""

    row: SessionRow
    scenario: Scenario
    seats: dict[SeatId, SeatRow]
    session: Session | None = None
    links: dict[SeatId, Link] = field(default_factory=dict)
    watchers: dict[int, tuple[Link, Viewer]] = field(default_factory=dict)
    """Observers and hosts, by the identity of their link."""
    takeovers: dict[SeatId, asyncio.TimerHandle] = field(default_factory=dict)
    sharing: dict[int, tuple[SeatId, Link]] = field(default_factory=dict)
    """Who sits beside somebody in a seat, by the identity of their link."""
    announcement: str = ""
    """The host's last word to this table."""

    def links_of(self, seat: SeatId) -> list[Link]:
        """The connections for a seat."""
        first = [self.links[seat]] if seat in self.links else []
        return first + [link for beside, link in self.sharing.values() if beside == seat]

    def everybody(self) -> list[Link]:
        """All connections that are shown this table."""
        beside = [link for _, link in self.sharing.values()]
        return [*self.links.values(), *beside, *(link for link, _ in self.watchers.values())]

    @property
    def status(self) -> str:
        """lobby, running, ended or parked."""
        if self.session is None:
            return self.row.status
        if self.session.parked:
            return "parked"
        return "running" if self.session.state.ending is None else "ended"


TOLD_TOGETHER_S = 0.1
"""Who comes and goes within this time is told of in one message."""
SHARED = " & "
"""Between the names of those who share a seat."""


class RoomSettings(BaseModel):
    """What the host chose when the room was opened; stored as JSON."""

    timed: bool
    takeover_after_s: int | None
    seed: int | None
    minutes: int | None = None
    """Of the lesson for which the clocks are made."""
    key: str = Field(default_factory=new_key)
    """From which the tokens of its seats are made."""
    document: dict[str, Any] | None = None
    """The host's own scenario."""
    fork: ForkFrom | None = None
    """Where its tables go on from, instead of a beginning."""
    roster: tuple[str, ...] = ()
    more_tables: bool = False
    experiment: Experiment | None = None
    """Set where the room is a study."""
    most_groups: int | None = None
    """Of a study; None for as many as needed."""
    seats: dict[SeatId, SeatPlan] = Field(default_factory=dict)
    """Who is to sit where, at every table."""


@dataclass(slots=True)
class Room:
    """A room and its tables."""

    row: RoomRow
    settings: RoomSettings
    scenario: Scenario
    tables: list[Table]
    variants: Mapping[str, Scenario] = field(default_factory=dict)
    """Of a study: the scenario of each treatment."""
    telling: asyncio.TimerHandle | None = None
    """Until everybody is told who is here."""

    @property
    def words(self) -> Words | None:
        """What stands for the names of the game where participants see neutral ones."""
        language = self._neutral_language
        return None if language is None else Words(self.scenario, language)

    @property
    def bots(self) -> MakeBot:
        """What makes the bots of its sessions."""
        language = self._neutral_language
        return make if language is None else plainly(language)

    @property
    def _neutral_language(self) -> str | None:
        """Of the neutral names of a study that has them."""
        experiment = self.settings.experiment
        return experiment.language if experiment is not None and experiment.neutral else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Who is on the roster and not in the room."""
        here = {
            name.casefold()
            for table in self.tables
            for row in table.seats.values()
            for name in (row.name or "").split(SHARED)
        }
        return tuple(name for name in self.settings.roster if name.casefold() not in here)

    def table(self, session: str) -> Table:
        """One of the room's tables.

        Raises:
            Refused: ``unknown_session``.
        """
        for table in self.tables:
            if table.row.id == session:
                return table
        raise Refused(
            RefusalCode.UNKNOWN_SESSION,
            f"room {self.row.code} has no session {session}",
            field="session",
            allowed=", ".join(table.row.id for table in self.tables),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sits."""

    room: Room
    table: Table
    seat: SeatId


def room_message(room: Room, only: Table | None = None, *, to_host: bool = False) -> RoomMessage:
    """Who is here and who is missing, at one table or at all."""
    tables = [only] if only is not None else room.tables
    study = room.settings.experiment is not None
    # In a study nobody is told who the others are, nor who is missing.
    anonymous = study and not to_host
    return RoomMessage(
        room=room.row.code,
        title=room.row.title,
        scenario=room.row.scenario,
        tables=tuple(_table_status(table, anonymous=anonymous) for table in tables),
        missing=() if study else room.missing,
        study=study,
    )


def tell(room: Room) -> None:
    """Tell everybody at each table who is here; when a class comes, not once for each."""
    if room.telling is None:
        loop = asyncio.get_running_loop()
        room.telling = loop.call_later(TOLD_TOGETHER_S, _tell_now, room)


def _tell_now(room: Room) -> None:
    room.telling = None
    for table in room.tables:
        message = room_message(room, table)
        for link in table.everybody():
            link.deliver(message)


def _table_status(table: Table, *, anonymous: bool) -> TableStatus:
    return TableStatus(
        session=table.row.id,
        number=table.row.table_number,
        announcement=table.announcement,
        now=_now(table.session) if table.session else None,
        status=table.status,  # type: ignore[arg-type]
        seats=tuple(
            SeatStatus(
                seat=seat.id,
                seat_name=seat.name,
                role=seat.role,
                participant=_sitting(table, seat.id),
                name=None if anonymous else table.seats[seat.id].name,
                present=bool(table.links_of(seat.id)),
            )
            for seat in table.scenario.seats
        ),
    )


def _now(session: Session) -> TableNow:
    state = session.state
    need_musd, money_musd, revealed = _money(state)
    return TableNow(
        crisis=state.crisis,
        round=state.round,
        rounds=None if state.scenario.continue_probability else state.scenario.rounds,
        phase=state.phase,
        left_ms=session.left_ms(),
        paused=state.paused,
        need_musd=need_musd,
        money_musd=money_musd,
        revealed=revealed,
        undecided=tuple(card.id for card in seat_cards(state) if not card.done),
        ending=state.ending,
    )


def _money(state: State) -> tuple[int, int, bool]:
    """Need and money of the round, and whether it is resolved."""
    last = state.last_round
    if last is not None and last.round == state.round:
        return last.need_musd, last.effective_musd, True
    return gap_card(state).scheduled_need_musd, standing.open_money_musd(state), False


def _sitting(table: Table, seat: SeatId) -> Participant:
    if table.session is not None:
        return table.session.state.participants[seat]
    return Participant(table.seats[seat].participant)


def plans_for(scenario: Scenario, given: dict[SeatId, SeatPlan]) -> dict[SeatId, SeatPlan]:
    for seat in given:
        if seat not in scenario.seat_by_id:
            raise no_such_seat(scenario, seat)
    return {
        seat: plan_for(scenario, seat, given.get(seat, SeatPlan())) for seat in scenario.seat_by_id
    }


def plan_for(scenario: Scenario, seat: SeatId, plan: SeatPlan) -> SeatPlan:
    """A plan with its bot named and known."""
    if seat not in scenario.seat_by_id:
        raise no_such_seat(scenario, seat)
    if plan.participant is not Participant.BOT:
        return SeatPlan(participant=plan.participant)
    role = scenario.seat_by_id[seat].role
    name = plan.bot or default_bot(role)
    make(name, role, scenario.seat_by_id)
    return SeatPlan(participant=Participant.BOT, bot=name)


def no_such_seat(scenario: Scenario, seat: SeatId) -> Refused:
    return Refused(
        RefusalCode.UNKNOWN_SEAT,
        f"there is no seat {seat}",
        field="seat",
        allowed=", ".join(scenario.seat_by_id),
    )


def free_seat(tables: list[Table], wish: SeatId | None) -> tuple[Table, SeatId]:
    """The first seat that nobody has a claim to: planned for people, or left to a bot."""
    open_tables = [table for table in tables if table.status in ("lobby", "running")]
    if not open_tables:
        raise Refused(RefusalCode.ROOM_STATE, "the session has ended")
    if wish is not None and wish not in open_tables[0].seats:
        raise no_such_seat(open_tables[0].scenario, wish)
    for table in open_tables:
        for seat, row in table.seats.items():
            asked = seat == wish if wish else row.participant == Participant.PERSON
            if asked and row.name is None:
                return table, seat
    if wish is not None:
        raise Refused(RefusalCode.SEAT_TAKEN, f"somebody has the seat {wish}", field="seat")
    raise Refused(RefusalCode.NO_SEAT_LEFT, "every seat is taken")
