"""Group commit: one task takes everything that waits into one transaction.

Many sessions share the cost of one flush, and nobody is told before it is durable. One
append that cannot be done fails alone. Knows how an append is written, not who asks.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from server.game.events import Event, SessionEnded
from server.store import tables
from server.store.codec import StoredEvent, encode
from server.store.derive import Position, Row, derive
from server.store.engine import create_thread_engine
from server.store.rows import Answer, Conflict, SessionRow, StoreFailed

QUEUE_LIMIT = 10_000
"""Appends that may wait for the writer."""
BATCH_LIMIT = 500
"""Appends that share one transaction."""


@dataclass(frozen=True, slots=True)
class Append:
    """Events that are to follow a session's version, with the answers they decide."""

    session: str
    expected_version: int
    events: Sequence[Event]
    answers: Sequence[Answer]
    fence: int
    done: asyncio.Future[int] = field(repr=False)

    def fail(self, error: Exception) -> None:
        """Tell whoever waits, if it still does."""
        if not self.done.done():
            self.done.set_exception(error)


class Writer:
    """The one writer of a database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._thread_engine = create_thread_engine(engine.url)
        self._waiting: asyncio.Queue[Append | None] = asyncio.Queue(QUEUE_LIMIT)
        self._task = asyncio.create_task(self._run(), name="store writer")

    async def append(self, append: Append) -> int:
        """Queue an append and wait until it is durable.

        Raises:
            Conflict: the session is not at the expected version, or the fence is stale.
            StoreFailed: the database failed.
        """
        if self._task.done():
            raise StoreFailed("the store is closed")
        await self._waiting.put(append)
        return await append.done

    async def close(self) -> None:
        """Write what waits, then stop."""
        if not self._task.done():
            await self._waiting.put(None)
            await self._task
        if self._thread_engine is not None:
            self._thread_engine.dispose()

    async def _run(self) -> None:
        closing = False
        while not closing:
            batch: list[Append] = []
            item = await self._waiting.get()
            while item is not None:
                batch.append(item)
                if len(batch) >= BATCH_LIMIT or self._waiting.empty():
                    break
                item = self._waiting.get_nowait()
            closing = item is None
            if batch:
                await self._write(batch)

    async def _write(self, batch: Sequence[Append]) -> None:
        # Of two appends to one session only the first can be right; the second would hide
        # it from the check, so it waits for a transaction of its own.
        first: dict[str, Append] = {}
        later: list[Append] = []
        for append in batch:
            if append.session in first:
                later.append(append)
            else:
                first[append.session] = append
        await self._commit(list(first.values()))
        for append in later:
            await self._commit([append])

    async def _commit(self, batch: Sequence[Append]) -> None:
        try:
            written = await self._transact(batch)
        except IntegrityError:
            await self._alone(batch)
        except (SQLAlchemyError, OSError) as error:
            for append in batch:
                append.fail(StoreFailed(type(error).__name__))
        else:
            for append in batch:
                version = written.get(append.session)
                if version is None:
                    append.fail(Conflict(f"session {append.session} has moved on"))
                elif not append.done.done():
                    append.done.set_result(version)

    async def _transact(self, batch: Sequence[Append]) -> dict[str, int]:
        if self._thread_engine is not None:
            return await asyncio.to_thread(_write_in, self._thread_engine, batch)
        async with self._engine.begin() as connection:
            return await connection.run_sync(write, batch)

    async def _alone(self, batch: Sequence[Append]) -> None:
        if len(batch) == 1:
            batch[0].fail(Conflict(f"session {batch[0].session}: a row was there already"))
            return
        for append in batch:
            await self._commit([append])


def _write_in(engine: Engine, batch: Sequence[Append]) -> dict[str, int]:
    with engine.begin() as connection:
        return write(connection, batch)


def write(connection: Connection, batch: Sequence[Append]) -> dict[str, int]:
    """Write a batch inside the caller's transaction.

    Returns:
        The new version by session; a session that was not as expected is missing.
    """
    heads = _heads(connection, [append.session for append in batch])
    written: dict[str, int] = {}
    updates: list[Row] = []
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    for append in batch:
        head = heads.get(append.session)
        if head is None or (head.head_version, head.fence) != (
            append.expected_version,
            append.fence,
        ):
            continue
        updates.append(_collect(head, append, rows))
        written[append.session] = head.head_version + len(append.events)
    if updates:
        connection.execute(_UPDATE_HEAD, updates)
        for table, table_rows in rows.items():
            connection.execute(insert(table), table_rows)
    return written


def as_row(one: StoredEvent | Answer) -> Row:
    """The columns of a flat row; `asdict` would copy every value in depth."""
    return {name: getattr(one, name) for name in one.__slots__}


_UPDATE_HEAD = (
    update(tables.sessions)
    .where(tables.sessions.c.id == bindparam("session"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("head_version", "head_hash", "crisis", "round", "status", "ending")
        }
    )
)


def _heads(connection: Connection, ids: Iterable[str]) -> dict[str, SessionRow]:
    columns = [tables.sessions.c[part.name] for part in fields(SessionRow)]
    # SQLite has the whole database locked already; PostgreSQL locks the rows, in one order.
    found = connection.execute(
        select(*columns)
        .where(tables.sessions.c.id.in_(list(ids)))
        .order_by(tables.sessions.c.id)
        .with_for_update()
    )
    return {row.id: SessionRow(*row) for row in found}


def _collect(head: SessionRow, append: Append, rows: defaultdict[Table, list[Row]]) -> Row:
    """Add an append's rows; the new head is returned."""
    position, head_hash, status, ending = (
        Position(head.crisis, head.round),
        head.head_hash,
        "running",
        head.ending,
    )
    stored_events = encode(append.events, head.head_version, head.head_hash)
    for stored, event in zip(stored_events, append.events, strict=True):
        rows[tables.events].append({"session": append.session, **as_row(stored)})
        position = position.after(event)
        for table, row in derive(append.session, stored.version, position, event):
            rows[table].append(row)
        head_hash = stored.hash
        if isinstance(event, SessionEnded):
            status, ending = "ended", event.ending
    for answer in append.answers:
        rows[tables.answers].append({"session": append.session, **as_row(answer)})
    return {
        "session": append.session,
        "new_head_version": head.head_version + len(append.events),
        "new_head_hash": head_hash,
        "new_crisis": position.crisis,
        "new_round": position.round,
        "new_status": status,
        "new_ending": ending,
    }
