"""Stored sessions as analysis reads them."""

from __future__ import annotations

from server.analysis.played import About, Logged, Played
from server.store.codec import decode
from server.store.rows import SessionRow
from server.store.store import Store


async def played(store: Store, row: SessionRow, *, named: bool = False) -> Played:
    """A session with its whole log.

    Args:
        store: where it is.
        row: which.
        named: with the names of the people in its seats.

    Raises:
        ValueError: it has no events, or they cannot be read.
    """
    seats = await store.seats(row.id) if named else []
    about = About(
        row.id,
        row.created_utc,
        row.room,
        row.table_number,
        row.status,
        row.imported,
        row.parent,
        row.parent_event,
        {seat.seat: seat.name for seat in seats if seat.name},
    )
    stored = await store.stored(row.id)
    return Played(about, [Logged(decode(one), one.schema, one.payload, one.hash) for one in stored])
