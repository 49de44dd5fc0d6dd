"""The store: one database with its log, its rooms, and what is derived.

Every other part of the server asks here and never sees SQL. Ids and times of day are handed
in. All failures of the database come out as `StoreFailed`.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, fields
from types import TracebackType
from typing import Any, Self, Unpack

from sqlalchemy import ColumnElement, Select, Table, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.game.events import Event, RoundResolved
from server.store import tables
from server.store.bulk import PlayedSession, write_played
from server.store.codec import FIRST_HASH, StoredEvent, decode
from server.store.derive import Position, Row, derive
from server.store.engine import create_engine, database_url, revisions
from server.store.promises import Promises
from server.store.rows import (
    Answer,
    Conflict,
    HostActRow,
    MatchRow,
    RoomRow,
    SeatRow,
    SessionRow,
    StoreFailed,
    Wanted,
)
from server.store.studies import Studies
from server.store.writer import Append, Writer, as_row

CHUNK = 1_000
"""Events of one session read at a time."""
BATCH_EVENTS = 10_000
"""Events read at a time where many sessions are read."""

Take = Callable[..., Awaitable[None]]


def _columns(row_type: type[Any], table: Any) -> list[Any]:
    return [table.c[part.name] for part in fields(row_type)]


_SESSION = _columns(SessionRow, tables.sessions)
_ROOM = _columns(RoomRow, tables.rooms)
_SEAT = _columns(SeatRow, tables.seats)
_ANSWER = _columns(Answer, tables.answers)
_MATCH = _columns(MatchRow, tables.matches)
_HOST_ACT = _columns(HostActRow, tables.host_acts)
_EVENT = _columns(StoredEvent, tables.events)


def _reason(error: Exception) -> str:
    # The driver's own words: SQLAlchemy adds the statement and a link to its manual.
    return str(error.orig if isinstance(error, DBAPIError) else error)


class Store:
    """An open database. Use `async with await Store.open(url)`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writer = Writer(engine)
        self.studies = Studies(self._reading, self._writing)

    @classmethod
    async def open(cls, database: str, *, upgraded: bool = True) -> Self:
        """Open a database, made or upgraded first unless `upgraded` is False.

        Args:
            database: a URL (`sqlite:///x.db`, `postgresql://…`) or the path of a file.
            upgraded: bring an older schema up to this version.

        Raises:
            ValueError: the URL is not one of ours.
            StoreFailed: it cannot be reached, or its schema is another version's.
        """
        engine = create_engine(database_url(database))
        try:
            here, needed = await revisions(engine)
            if upgraded and here != needed:
                from server.store import migrating

                await migrating.upgrade(engine)
                here, needed = await revisions(engine)
        except (SQLAlchemyError, OSError, ValueError) as error:
            await engine.dispose()
            raise StoreFailed(f"{database}: {_reason(error)}") from error
        if here != needed:
            await engine.dispose()
            raise StoreFailed(
                f"{database} has schema {here}, this program needs {needed}: "
                "run `backstop db upgrade`"
            )
        return cls(engine)

    async def close(self) -> None:
        """Write what waits and let go of the database."""
        await self._writer.close()
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.connect() as connection:
                yield await connection.execution_options(read_only=True)
        except (SQLAlchemyError, OSError) as error:
            raise StoreFailed(_reason(error)) from error

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StoreFailed(_reason(error)) from error

    # --- the log ---

    async def create_session(self, session: SessionRow, seats: Sequence[SeatRow] = ()) -> None:
        """A session without events yet, with its seats.

        Raises:
            StoreFailed: the id is taken, or the database failed.
        """
        async with self._writing() as connection:
            await connection.execute(insert(tables.sessions), [_new_session(session)])
            if seats:
                await connection.execute(insert(tables.seats), [asdict(seat) for seat in seats])

    async def append(
        self,
        session: str,
        expected_version: int,
        events: Sequence[Event],
        answers: Sequence[Answer] = (),
        *,
        fence: int = 0,
    ) -> int:
        """Append events after `expected_version`; returns the new version once durable.

        Events, answers, derived rows and the session's head are one transaction, shared
        with whatever else waits.

        Raises:
            Conflict: another writer was first, or `fence` is not the session's any more.
            StoreFailed: the database failed; nothing is kept.
        """
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        return await self._writer.append(
            Append(session, expected_version, events, answers, fence, done)
        )

    async def stored(self, session: str) -> list[StoredEvent]:
        """The session's events as they were written, in order."""
        return [event async for event in self.stream(session)]

    async def stream(self, session: str) -> AsyncIterator[StoredEvent]:
        """As `stored`, a thousand at a time."""
        seen = 0
        while True:
            query = (
                select(*_EVENT)
                .where(tables.events.c.session == session, tables.events.c.version > seen)
                .order_by(tables.events.c.version)
                .limit(CHUNK)
            )
            chunk = [StoredEvent(*row) for row in await self._all(query)]
            for event in chunk:
                yield event
            if len(chunk) < CHUNK:
                return
            seen = chunk[-1].version

    async def load_events(self, session: str) -> list[Event]:
        """The session's events, brought up to today's schema."""
        return [decode(stored) for stored in await self.stored(session)]

    async def answers(self, session: str) -> list[Answer]:
        """What was answered to whom, so that a repeated request is answered the same."""
        query = select(*_ANSWER).where(tables.answers.c.session == session)
        return [Answer(*row) for row in await self._all(query)]

    async def claim(self, session: str, owner: str) -> int:
        """Take the session's lease for `owner`; appends under older fences fail from now on.

        Raises:
            Conflict: there is no such session.
        """
        async with self._writing() as connection:
            row = await connection.execute(
                update(tables.sessions)
                .where(tables.sessions.c.id == session)
                .values(owner=owner, fence=tables.sessions.c.fence + 1)
                .returning(tables.sessions.c.fence)
            )
            fence = row.scalar_one_or_none()
        if fence is None:
            raise Conflict(f"there is no session {session}")
        return int(fence)

    async def park(self, session: str) -> None:
        """Mark a session as standing still after a fault."""
        async with self._writing() as connection:
            await connection.execute(
                update(tables.sessions)
                .where(tables.sessions.c.id == session)
                .values(status="parked")
            )

    async def import_log(
        self,
        session: SessionRow,
        stored: Sequence[StoredEvent],
        events: Sequence[Event],
        seats: Sequence[SeatRow] = (),
    ) -> None:
        """Take in a verified log with its rows as they are, all or nothing.

        Raises:
            StoreFailed: the session is here already, or the database failed.
        """
        async with self.importing() as take:
            await take(session, stored, events, seats)

    @asynccontextmanager
    async def importing(self) -> AsyncIterator[Take]:
        """One transaction for many logs: what it gives is called with each, as `import_log`.

        An exception inside leaves nothing of any of them.
        """
        async with self._writing() as connection:

            async def take(
                session: SessionRow,
                stored: Sequence[StoredEvent],
                events: Sequence[Event],
                seats: Sequence[SeatRow] = (),
            ) -> None:
                await connection.execute(insert(tables.sessions), [_new_session(session)])
                if seats:
                    await connection.execute(insert(tables.seats), [asdict(one) for one in seats])
                rows = [{"session": session.id, **as_row(one)} for one in stored]
                await connection.execute(insert(tables.events), rows)
                await _insert_derived(connection, session.id, events)

            yield take

    async def rebuild(self, session: str) -> None:
        """Make a session's derived rows again from its log."""
        events = await self.load_events(session)
        async with self._writing() as connection:
            for table in tables.DERIVED:
                await connection.execute(delete(table).where(table.c.session == session))
            await _insert_derived(connection, session, events)

    # --- matches ---

    async def add_matches(
        self, played: Sequence[PlayedSession], matches: Sequence[MatchRow]
    ) -> None:
        """Store sessions that were played elsewhere, and what matches they are, all or nothing.

        Raises:
            StoreFailed: a session or match is here already, or the database failed.
        """
        async with self._writing() as connection:
            await connection.run_sync(write_played, played, matches)

    async def matches(self, tournament: str) -> AsyncIterator[MatchRow]:
        """A tournament's matches by number, a thousand at a time."""
        columns, seen = tables.matches.c, 0
        while True:
            query = (
                select(*_MATCH)
                .where(columns.tournament == tournament, columns.number > seen)
                .order_by(columns.number)
                .limit(CHUNK)
            )
            chunk = [MatchRow(*row) for row in await self._all(query)]
            for match in chunk:
                yield match
            if len(chunk) < CHUNK:
                return
            seen = chunk[-1].number

    async def records(self, sessions: Sequence[str]) -> dict[str, str]:
        """The records of those sessions that are stored matches already."""
        columns = tables.matches.c
        query = select(columns.session, columns.record).where(columns.session.in_(sessions))
        return {row[0]: row[1] for row in await self._all(query)}

    async def forget_matches(self, tournament: str, numbers: Sequence[int]) -> None:
        """Let matches be played again; their sessions stay in the log."""
        columns = tables.matches.c
        async with self._writing() as connection:
            await connection.execute(
                delete(tables.matches).where(
                    columns.tournament == tournament, columns.number.in_(numbers)
                )
            )

    async def resolved_rounds(self, sessions: Sequence[str]) -> dict[str, list[RoundResolved]]:
        """The resolved rounds of some sessions, in order: all that results are made of."""
        columns = tables.events.c
        query = (
            select(columns.session, *_EVENT)
            .where(columns.session.in_(sessions), columns.kind == "round_resolved")
            .order_by(columns.session, columns.version)
        )
        found: dict[str, list[RoundResolved]] = {session: [] for session in sessions}
        for session, *row in await self._all(query):
            event = decode(StoredEvent(*row))
            assert isinstance(event, RoundResolved), "of this kind"
            found[session].append(event)
        return found

    async def promised_musd(
        self, sessions: Sequence[str]
    ) -> dict[str, dict[tuple[int, int], dict[str, int]]]:
        """By session, crisis and round, and seat: what it last declared, or signed, if more."""
        columns = tables.events.c
        kinds = ("phase_began", "intention_declared", "package_tabled", "package_stood")
        query = (
            select(columns.session, columns.kind, columns.payload)
            .where(columns.session.in_(sessions), columns.kind.in_(kinds))
            .order_by(columns.session, columns.version)
        )
        found = {session: Promises() for session in sessions}
        for session, kind, payload in await self._all(query):
            found[session].add(kind, json.loads(payload))
        return {session: promises.by_round() for session, promises in found.items()}

    # --- sessions, rooms, seats ---

    async def session(self, session: str) -> SessionRow | None:
        """One session."""
        rows = await self._all(select(*_SESSION).where(tables.sessions.c.id == session))
        return SessionRow(*rows[0]) if rows else None

    async def sessions(
        self, *, limit: int = 100, before: SessionRow | None = None, **wanted: Unpack[Wanted]
    ) -> list[SessionRow]:
        """Sessions, newest first; `before` continues after the last of the page before."""
        columns = tables.sessions.c
        query = select(*_SESSION).where(*_conditions(wanted))
        if before is not None:
            place = tuple_(columns.created_utc, columns.id)
            query = query.where(place < tuple_(before.created_utc, before.id))
        query = query.order_by(columns.created_utc.desc(), columns.id.desc()).limit(limit)
        return [SessionRow(*row) for row in await self._all(query)]

    async def count_sessions(self, **wanted: Unpack[Wanted]) -> int:
        """How many sessions there are of those wanted."""
        query = select(func.count()).select_from(tables.sessions).where(*_conditions(wanted))
        return int((await self._all(query))[0][0])

    async def sessions_called(self, beginning: str, limit: int = 6) -> list[SessionRow]:
        """Sessions whose id begins so, the shortest first."""
        column = tables.sessions.c.id
        query = select(*_SESSION).where(column.startswith(beginning, autoescape=True))
        query = query.order_by(func.length(column), column).limit(limit)
        return [SessionRow(*row) for row in await self._all(query)]

    async def logs(
        self, sessions: Sequence[SessionRow]
    ) -> AsyncIterator[tuple[SessionRow, list[StoredEvent]]]:
        """The logs of some sessions as of their rows, few in memory at a time."""
        waiting = deque(sessions)
        while waiting:
            batch = [waiting.popleft()]
            events = batch[0].head_version
            while waiting and events + waiting[0].head_version <= BATCH_EVENTS:
                events += waiting[0].head_version
                batch.append(waiting.popleft())
            query = select(tables.events.c.session, *_EVENT).where(
                tables.events.c.session.in_([session.id for session in batch])
            )
            query = query.order_by(tables.events.c.session, tables.events.c.version)
            found = dict[str, list[StoredEvent]]()
            for session, *row in await self._all(query):
                found.setdefault(session, []).append(StoredEvent(*row))
            for one in batch:
                # A session that is going on may be longer by now than its row said.
                yield one, found.get(one.id, [])[: one.head_version]

    async def create_room(
        self,
        room: RoomRow,
        tables_of: Sequence[tuple[SessionRow, Sequence[SeatRow]]],
        host_act: HostActRow | None = None,
    ) -> None:
        """A room with its tables and their seats, and who asked for it, all or nothing.

        Raises:
            StoreFailed: the code or an id is taken, or the database failed.
        """
        async with self._writing() as connection:
            await connection.execute(insert(tables.rooms), [asdict(room)])
            for session, seats in tables_of:
                await connection.execute(insert(tables.sessions), [_new_session(session)])
                await connection.execute(insert(tables.seats), [asdict(seat) for seat in seats])
            await _insert_host_act(connection, host_act)

    async def rooms(self) -> list[RoomRow]:
        """All rooms, newest first."""
        query = select(*_ROOM).order_by(tables.rooms.c.created_utc.desc(), tables.rooms.c.code)
        return [RoomRow(*row) for row in await self._all(query)]

    async def room(self, code: str) -> RoomRow | None:
        """One room."""
        rows = await self._all(select(*_ROOM).where(tables.rooms.c.code == code))
        return RoomRow(*rows[0]) if rows else None

    async def set_room_status(
        self, code: str, status: str, host_act: HostActRow | None = None
    ) -> None:
        """lobby, running or closed; with the act of the host that made it so."""
        async with self._writing() as connection:
            await connection.execute(
                update(tables.rooms).where(tables.rooms.c.code == code).values(status=status)
            )
            await _insert_host_act(connection, host_act)

    async def seats(self, session: str) -> list[SeatRow]:
        """Who sits where."""
        query = select(*_SEAT).where(tables.seats.c.session == session)
        return [SeatRow(*row) for row in await self._all(query)]

    async def set_seat(self, seat: SeatRow) -> None:
        """Another participant, name or token in a seat."""
        values = asdict(seat)
        async with self._writing() as connection:
            await connection.execute(
                update(tables.seats)
                .where(
                    tables.seats.c.session == values.pop("session"),
                    tables.seats.c.seat == values.pop("seat"),
                )
                .values(**values)
            )

    async def note_host_act(self, host_act: HostActRow) -> None:
        """Write one act of the host into the audit trail."""
        async with self._writing() as connection:
            await _insert_host_act(connection, host_act)

    async def host_acts(self, room: str) -> list[HostActRow]:
        """The audit trail of a room, oldest first."""
        columns = tables.host_acts.c
        query = select(*_HOST_ACT).where(columns.room == room).order_by(columns.id)
        return [_host_act(row) for row in await self._all(query)]

    async def host_act(self, request_id: str) -> HostActRow | None:
        """What a host had done by a request, if it was done."""
        query = select(*_HOST_ACT).where(tables.host_acts.c.request_id == request_id)
        rows = await self._all(query)
        return _host_act(rows[0]) if rows else None

    async def derived(self, session: str) -> dict[str, list[dict[str, Any]]]:
        """A session's derived rows by table, in order."""
        found = {}
        for table in tables.DERIVED:
            query = select(table).where(table.c.session == session).order_by(*table.primary_key)
            found[table.name] = [dict(row._mapping) for row in await self._all(query)]
        return found

    async def _all(self, query: Select[Any]) -> Sequence[Any]:
        async with self._reading() as connection:
            found: Sequence[Any] = (await connection.execute(query)).all()
            return found


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    columns = tables.sessions.c
    for name, value in wanted.items():
        if value is None:
            continue
        is_since = name == "since_utc"
        yield columns.created_utc >= value if is_since else columns[name] == value


def _new_session(session: SessionRow) -> Row:
    values = asdict(session)
    return values | {"head_hash": session.head_hash or FIRST_HASH}


def _host_act(row: Any) -> HostActRow:
    answer = json.loads(row.answer) if row.answer is not None else None
    return HostActRow(row.room, row.at_utc, json.loads(row.act), row.request_id, answer)


async def _insert_host_act(connection: AsyncConnection, host_act: HostActRow | None) -> None:
    if host_act is None:
        return
    answer = json.dumps(host_act.answer) if host_act.answer is not None else None
    values = {**asdict(host_act), "act": json.dumps(host_act.act), "answer": answer}
    await connection.execute(insert(tables.host_acts), [values])


async def _insert_derived(
    connection: AsyncConnection, session: str, events: Sequence[Event]
) -> None:
    position = Position(1, 1)
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    for version, event in enumerate(events, start=1):
        position = position.after(event)
        for table, row in derive(session, version, position, event):
            rows[table].append(row)
    for table, table_rows in rows.items():
        await connection.execute(insert(table), table_rows)
