"""Stored sessions as analysis reads them, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import pytest

from server.analysis.measures import measures
from server.store import RoomRow, SeatRow, SessionRow, Store
from server.store.codec import FIRST_HASH, encode
from server.store.played import played
from tests.server.analysis.sessions import A, B, by_hand
from tests.server.analysis.sessions import played as in_memory

NOW = "2026-11-24T10:00:00.000+00:00"


async def stored(store: Store) -> SessionRow:
    """The session of `by_hand` at table 3 of a room, A played by Ann."""
    log = by_hand().log
    row = SessionRow("s1", "small", NOW, room="KITE7", table_number=3)
    seats = [SeatRow("s1", A, "person", name="Ann"), SeatRow("s1", B, "bot", bot="leader")]
    room = RoomRow("KITE7", "Class", "small", "{}", "running", NOW)
    await store.create_room(room, [(row, seats)])
    await store.append("s1", 0, log)
    found = await store.session("s1")
    assert found is not None
    return found


async def test_a_stored_session_is_read_as_it_was_played(store: Store) -> None:
    row = await stored(store)
    session = await played(store, row)
    assert [one.event for one in session.log] == by_hand().log
    assert [one.hash for one in session.log] == [
        one.hash for one in encode(by_hand().log, 0, FIRST_HASH)
    ]
    assert measures(session) == measures(in_memory(by_hand().log))
    about = session.about
    assert (about.room, about.table_number, about.status) == ("KITE7", 3, "ended")
    assert about.created_utc == NOW
    assert about.names == {}
    assert (await played(store, row, named=True)).about.names == {A: "Ann"}


async def test_a_session_without_events_is_none(store: Store) -> None:
    await store.create_session(SessionRow("empty", "small", NOW))
    row = await store.session("empty")
    assert row is not None
    with pytest.raises(ValueError, match="empty does not begin with its opening"):
        await played(store, row)


async def test_sessions_are_counted_as_they_are_listed(store: Store) -> None:
    await stored(store)
    await store.create_session(SessionRow("s2", "vcm", NOW))
    for wanted, ids in (
        ({}, ["s2", "s1"]),
        ({"room": "KITE7"}, ["s1"]),
        ({"scenario": "vcm"}, ["s2"]),
        ({"status": "ended"}, ["s1"]),
        ({"scenario": "vcm", "status": "ended"}, []),
    ):
        assert [row.id for row in await store.sessions(**wanted)] == ids
        assert await store.count_sessions(**wanted) == len(ids)
