"""Whole sessions written at once: many to a transaction, their rows made wherever they ran.

For matches of bots, which are over before they are stored. The rows are those that the writer
makes event by event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Table, insert

from server.game.events import Event, SessionEnded
from server.store import tables
from server.store.codec import FIRST_HASH, encode
from server.store.derive import Position, Row, derive
from server.store.rows import MatchRow, SessionRow

_TABLES = (tables.sessions, tables.events, *tables.DERIVED)


@dataclass(frozen=True, slots=True)
class PlayedSession:
    """A session with all its rows, ready to be stored; can be sent between processes."""

    session: SessionRow
    rows: dict[str, list[Row]]
    """By table."""


def pack(session: SessionRow, events: Sequence[Event]) -> PlayedSession:
    """The rows of a session from its opening to its last event; `session` has none yet."""
    rows: dict[str, list[Row]] = {table.name: [] for table in _TABLES}
    position, head_hash = Position(1, 1), FIRST_HASH
    for stored, event in zip(encode(events, 0, FIRST_HASH), events, strict=True):
        rows["events"].append({"session": session.id, **_columns(stored)})
        position = position.after(event)
        for table, row in derive(session.id, stored.version, position, event):
            rows[table.name].append(row)
        head_hash = stored.hash
    last = events[-1]
    ended = replace(
        session,
        status="ended" if isinstance(last, SessionEnded) else "running",
        ending=last.ending if isinstance(last, SessionEnded) else None,
        head_version=len(events),
        head_hash=head_hash,
        crisis=position.crisis,
        round=position.round,
    )
    rows["sessions"] = [_columns(ended)]
    return PlayedSession(ended, rows)


def write_played(
    connection: Connection, played: Sequence[PlayedSession], matches: Sequence[MatchRow]
) -> None:
    """Write sessions, and which matches they were, inside the caller's transaction."""
    for table in _TABLES:
        _insert(connection, table, [row for one in played for row in one.rows[table.name]])
    _insert(connection, tables.matches, [_columns(match) for match in matches])


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _columns(row: object) -> Row:
    return {name: getattr(row, name) for name in row.__slots__}  # type: ignore[attr-defined]
