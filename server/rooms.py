"""What a room is: its tables, who is to sit where, and which seat is free.

Holds data and the checks on it; changes nothing in the database and knows no clock.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel

from server.bots import default_bot, make
from server.game.events import Participant
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Scenario, SeatId
from server.game.views import Viewer
from server.protocol import (
    CloseCode,
    ForkFrom,
    SeatPlan,
    SeatStatus,
    TableStatus,
)
from server.session import Session
from server.store import RoomRow, SeatRow, SessionRow


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

    @property
    def status(self) -> str:
        """lobby, running, ended or parked."""
        if self.session is None:
            return self.row.status
        if self.session.parked:
            return "parked"
        return "running" if self.session.state.ending is None else "ended"


@dataclass(slots=True)
class Room:
    """A room and its tables."""

    row: RoomRow
    timed: bool
    takeover_after_s: int | None
    seed: int | None
    tables: list[Table]
    fork: ForkFrom | None = None
    """Where its tables go on from."""

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


def table_status(table: Table) -> TableStatus:
    return TableStatus(
        session=table.row.id,
        status=table.status,  # type: ignore[arg-type]
        seats=tuple(
            SeatStatus(
                seat=seat.id,
                seat_name=seat.name,
                role=seat.role,
                participant=_sitting(table, seat.id),
                name=table.seats[seat.id].name,
                present=seat.id in table.links,
            )
            for seat in table.scenario.seats
        ),
    )


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
