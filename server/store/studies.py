"""What the store keeps of studies: participants, their answers, which session is which.

Made by `Store` over the same database; fails as it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store import tables
from server.store.codec import FIRST_HASH
from server.store.rows import (
    ControlAnswerRow,
    ItemAnswerRow,
    ParticipantRow,
    SeatRow,
    SessionRow,
    StudySeatRow,
    StudySessionRow,
)

Changes = Mapping[str, Any]
"""Columns of a participant, and what they are now."""
Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session of a study that is to be played."""

    session: SessionRow
    study: StudySessionRow
    seats: Sequence[SeatRow]
    """Those of participants with their token."""
    players: Sequence[StudySeatRow]


class Studies:
    """The studies of one database. Every method raises `StoreFailed` where it fails."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    async def participants(self, room: str) -> list[ParticipantRow]:
        """Those of a study, in the order in which they came."""
        columns = tables.participants.c
        query = _select(ParticipantRow, tables.participants).where(columns.room == room)
        found = await self._all(query.order_by(columns.joined_utc, columns.label))
        return [ParticipantRow(*row) for row in found]

    async def add_participant(self, row: ParticipantRow) -> None:
        """Somebody new."""
        await self._insert(tables.participants, [row])

    async def set_participant(self, room: str, label: str, changes: Changes) -> None:
        """What has changed of somebody, by the names of `ParticipantRow`."""
        async with self._writing() as connection:
            await _update_participant(connection, room, label, changes)

    async def add_attempt(
        self, room: str, label: str, answers: Sequence[ControlAnswerRow], changes: Changes
    ) -> None:
        """One attempt at the control questions, and what it changes of somebody."""
        async with self._writing() as connection:
            rows = [asdict(one) for one in answers]
            await connection.execute(insert(tables.control_answers), rows)
            if changes:
                await _update_participant(connection, room, label, changes)

    async def control_answers(self, room: str) -> list[ControlAnswerRow]:
        """All answers to control questions, oldest first."""
        columns = tables.control_answers.c
        query = _select(ControlAnswerRow, tables.control_answers).where(columns.room == room)
        return [ControlAnswerRow(*row) for row in await self._all(query.order_by(columns.id))]

    async def hand_in(
        self, room: str, label: str, answers: Sequence[ItemAnswerRow], changes: Changes
    ) -> None:
        """The closing questionnaire of somebody, and what it changes."""
        async with self._writing() as connection:
            if answers:
                rows = [asdict(one) for one in answers]
                await connection.execute(insert(tables.item_answers), rows)
            await _update_participant(connection, room, label, changes)

    async def item_answers(self, room: str) -> list[ItemAnswerRow]:
        """All answers of closing questionnaires."""
        columns = tables.item_answers.c
        query = _select(ItemAnswerRow, tables.item_answers).where(columns.room == room)
        found = await self._all(query.order_by(columns.label, columns.item))
        return [ItemAnswerRow(*row) for row in found]

    async def open_sessions(
        self, room: str, new: Sequence[NewSession], places: Mapping[str, int]
    ) -> None:
        """The next session of every group, with the participants' seats in it, all or nothing.

        A participant's token leads to the new seat alone. `places` are those that were drawn for
        it, by label.
        """
        tokens = [seat.token_hash for one in new for seat in one.seats if seat.token_hash]
        async with self._writing() as connection:
            await connection.execute(
                update(tables.seats)
                .where(tables.seats.c.token_hash.in_(tokens))
                .values(token_hash=None)
            )
            for one in new:
                session = {**asdict(one.session), "head_hash": FIRST_HASH}
                await connection.execute(insert(tables.sessions), [session])
                await connection.execute(insert(tables.seats), [asdict(seat) for seat in one.seats])
                await connection.execute(insert(tables.study_sessions), [asdict(one.study)])
                if one.players:
                    rows = [asdict(player) for player in one.players]
                    await connection.execute(insert(tables.study_seats), rows)
            for label, place in places.items():
                await _update_participant(connection, room, label, {"place": place})

    async def sessions(self, room: str) -> list[StudySessionRow]:
        """Which session is which, in the order of play."""
        columns = tables.study_sessions.c
        query = _select(StudySessionRow, tables.study_sessions).where(columns.room == room)
        found = await self._all(query.order_by(columns.number, columns.group))
        return [StudySessionRow(*row) for row in found]

    async def players(self, room: str) -> list[StudySeatRow]:
        """Who played which seat of a study's sessions."""
        sessions = tables.study_sessions
        query = _select(StudySeatRow, tables.study_seats).join_from(
            tables.study_seats, sessions, tables.study_seats.c.session == sessions.c.session
        )
        found = await self._all(query.where(sessions.c.room == room))
        return [StudySeatRow(*row) for row in found]

    async def payoffs_musd(self, room: str) -> dict[str, dict[str, int]]:
        """By session and seat the sum of all lines of the ledger, so far."""
        ledger, sessions = tables.ledger, tables.study_sessions
        query = (
            select(ledger.c.session, ledger.c.seat, func.sum(ledger.c.amount_musd))
            .join_from(ledger, sessions, ledger.c.session == sessions.c.session)
            .where(sessions.c.room == room)
            .group_by(ledger.c.session, ledger.c.seat)
        )
        found = dict[str, dict[str, int]]()
        for session, seat, amount_musd in await self._all(query):
            found.setdefault(session, {})[seat] = int(amount_musd)
        return found

    async def _insert(self, table: Any, rows: Sequence[Any]) -> None:
        async with self._writing() as connection:
            await connection.execute(insert(table), [asdict(row) for row in rows])

    async def _all(self, query: Select[Any]) -> Sequence[Any]:
        async with self._reading() as connection:
            found: Sequence[Any] = (await connection.execute(query)).all()
            return found


def _select(row_type: type[Any], table: Any) -> Select[Any]:
    return select(*(table.c[one.name] for one in fields(row_type)))


async def _update_participant(
    connection: AsyncConnection, room: str, label: str, changes: Changes
) -> None:
    columns = tables.participants.c
    await connection.execute(
        update(tables.participants)
        .where(columns.room == room, columns.label == label)
        .values(**changes)
    )
