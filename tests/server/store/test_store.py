"""The log's promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Unpack

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

import server.store.store
from server.game.events import Event, Said
from server.scenarios import load
from server.store import (
    Answer,
    Conflict,
    HostActRow,
    RoomRow,
    SeatRow,
    SessionRow,
    Store,
    StoreFailed,
    Wanted,
    decode,
)
from server.store.codec import FIRST_HASH, encode
from server.store.engine import create_engine, database_url
from server.store.verify import verify
from server.tournament import play

NOW = "2026-11-24T10:00:00.000+00:00"


@pytest.fixture(scope="module")
def log() -> list[Event]:
    """The log of a whole match."""
    scenario = load("korea-1997")
    return play(
        scenario, {seat.id: "leader" for seat in scenario.seats if seat.id != "JP-banks"}, 3
    ).events


async def new(store: Store, session: str = "s1") -> str:
    await store.create_session(SessionRow(session, "korea-1997", NOW))
    return session


async def test_what_was_appended_is_read_back_whole_and_verified(
    store: Store, log: list[Event]
) -> None:
    await new(store)
    assert await store.append("s1", 0, log[:7]) == 7
    assert await store.append("s1", 7, log[7:]) == len(log)
    assert await store.load_events("s1") == log
    row = await store.session("s1")
    assert row is not None
    assert (row.head_version, row.status, row.ending, row.round) == (
        len(log),
        "ended",
        "completed",
        3,
    )
    verdict = verify(await store.stored("s1"), count=row.head_version, head_hash=row.head_hash)
    assert str(verdict) == f"verified: {len(log)} events, chain ok, ledger equal"


async def test_of_two_writers_at_one_version_the_second_loses(
    store: Store, log: list[Event]
) -> None:
    await new(store)
    results = await asyncio.gather(
        store.append("s1", 0, log[:3]), store.append("s1", 0, log[:5]), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    with pytest.raises(Conflict):
        await store.append("s1", 1, log[1:2])
    assert len(await store.stored("s1")) in (3, 5)


async def test_two_programs_on_one_database_cannot_both_append(
    store: Store, database: str, log: list[Event]
) -> None:
    await new(store)
    async with await Store.open(database) as other:
        results = await asyncio.gather(
            store.append("s1", 0, log[:3]), other.append("s1", 0, log[:3]), return_exceptions=True
        )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    assert verify(await store.stored("s1")).events == 3


async def test_a_stale_lease_cannot_append(store: Store, log: list[Event]) -> None:
    await new(store)
    old = await store.claim("s1", "first server")
    new_fence = await store.claim("s1", "second server")
    with pytest.raises(Conflict):
        await store.append("s1", 0, log[:3], fence=old)
    assert await store.append("s1", 0, log[:3], fence=new_fence) == 3
    with pytest.raises(Conflict, match="no session"):
        await store.claim("nowhere", "first server")


async def test_two_hundred_sessions_share_commits_and_each_log_is_whole(
    store: Store, log: list[Event]
) -> None:
    names = [await new(store, f"s{number}") for number in range(200)]
    commits = count_commits(store)

    async def write(session: str) -> None:
        for version, one in enumerate(log[:5]):
            await store.append(session, version, [one])

    await asyncio.gather(*(write(session) for session in names))
    assert commits() < 200
    for session in names[::20]:
        assert verify(await store.stored(session)).ok


def appending(store: Store) -> Engine:
    """The engine whose commits make appends durable."""
    return store._writer._thread_engine or store._engine.sync_engine


def count_commits(store: Store) -> Callable[[], int]:
    seen = []
    event.listen(appending(store), "commit", seen.append)
    return lambda: len(seen)


async def test_one_conflict_does_not_fail_the_others_of_its_commit(
    store: Store, log: list[Event]
) -> None:
    for session in ("a", "b", "c"):
        await new(store, session)
    results = await asyncio.gather(
        store.append("a", 0, log[:2]),
        store.append("b", 9, log[:2]),
        store.append("c", 0, log[:2]),
        return_exceptions=True,
    )
    assert results[0] == results[2] == 2
    assert isinstance(results[1], Conflict)


async def test_an_answer_is_kept_with_its_events_and_a_second_of_the_same_id_fails(
    store: Store, log: list[Event]
) -> None:
    await new(store)
    answer = Answer("JP", "r1", "d1", 4)
    await store.append("s1", 0, log[:4], [answer])
    assert await store.answers("s1") == [answer]
    with pytest.raises(Conflict):
        await store.append("s1", 4, log[4:5], [replace(answer, version=5)])
    assert len(await store.stored("s1")) == 4


class FailingCommit:
    """Makes the database fail at the commits of chosen numbers, from 1."""

    def __init__(self, store: Store, *numbers: int) -> None:
        self.numbers, self.count = numbers, 0
        event.listen(appending(store), "commit", self)

    def __call__(self, connection: object) -> None:
        self.count += 1
        if self.count in self.numbers:
            raise OperationalError("COMMIT", {}, Exception("the disk is full"))


async def test_a_commit_that_fails_leaves_nothing_and_later_ones_work(
    store: Store, log: list[Event]
) -> None:
    await new(store)
    await store.append("s1", 0, log[:3])
    FailingCommit(store, 1)
    with pytest.raises(StoreFailed):
        await store.append("s1", 3, log[3:9], [Answer("JP", "r1", "d", 9)])
    assert len(await store.stored("s1")) == 3
    assert await store.answers("s1") == []
    assert await store.append("s1", 3, log[3:9], [Answer("JP", "r1", "d", 9)]) == 9


async def test_derived_rows_are_written_with_the_events_and_made_again_the_same(
    store: Store, log: list[Event]
) -> None:
    await new(store)
    await store.append("s1", 0, log[:50])
    await store.append("s1", 50, log[50:])
    derived = await store.derived("s1")
    assert [row["text"] for row in derived["messages"]] == [
        one.text for one in log if isinstance(one, Said)
    ]
    assert {row["round"] for row in derived["pledges"]} == {1, 2, 3}
    ledger = {
        (row["round"], row["seat"], row["line"]): row["amount_musd"] for row in derived["ledger"]
    }
    resolved = [one for one in log if one.kind == "round_resolved"]
    assert ledger == {
        (one.round, seat, line): amount
        for one in resolved
        for seat, lines in one.lines_musd.items()
        for line, amount in lines.items()
    }
    async with store._engine.begin() as connection:
        await connection.execute(text("DELETE FROM ledger"))
        await connection.execute(text("UPDATE pledges SET pledge_musd = 1"))
    await store.rebuild("s1")
    assert await store.derived("s1") == derived


async def test_an_append_to_a_session_that_is_not_there_is_a_conflict(
    store: Store, log: list[Event]
) -> None:
    with pytest.raises(Conflict):
        await store.append("nowhere", 0, log[:1])


async def test_rooms_seats_and_the_audit_trail_are_kept(store: Store) -> None:
    room = RoomRow("KITE7", "Class", "korea-1997", "{}", "lobby", NOW)
    session = SessionRow("s1", "korea-1997", NOW, room="KITE7")
    seats = [SeatRow("s1", "JP", "person"), SeatRow("s1", "US", "bot", "leader")]
    await store.create_room(room, [(session, seats)])
    with pytest.raises(StoreFailed):
        await store.create_room(room, [])
    taken = SeatRow("s1", "JP", "person", name="Ada", token_hash="f" * 64)
    await store.set_seat(taken)
    await store.set_room_status("KITE7", "running")
    assert await store.rooms() == [replace(room, status="running")]
    assert sorted(await store.seats("s1"), key=lambda seat: seat.seat) == [taken, seats[1]]
    paused = HostActRow("KITE7", NOW, {"kind": "pause"}, "host-1")
    reissued = HostActRow("KITE7", NOW, {"kind": "reissue_seat"})
    for host_act in (paused, reissued, reissued):
        await store.note_host_act(host_act)
    assert await store.host_acts("KITE7") == [paused, reissued, reissued]
    assert await store.host_act("host-1") == paused
    assert await store.host_act("host-2") is None
    with pytest.raises(StoreFailed):
        await store.note_host_act(replace(paused, act={"kind": "resume"}))


async def test_sessions_are_listed_newest_first_page_by_page(store: Store) -> None:
    for number in range(7):
        created = f"2026-11-2{number // 2}T10:00:00"
        await store.create_session(SessionRow(f"s{number}", "vcm", created))
    seen: list[str] = []
    page = await store.sessions(limit=3)
    while page:
        seen += [row.id for row in page]
        page = await store.sessions(limit=3, before=page[-1])
    assert seen == ["s6", "s5", "s4", "s3", "s2", "s1", "s0"]
    assert [row.id for row in await store.sessions(status="ended")] == []


async def test_the_listing_is_filtered_and_paged_together(store: Store) -> None:
    room = RoomRow("KITE7", "Class", "vcm", "{}", "lobby", NOW)
    await store.create_room(room, [])
    for number in range(12):
        await store.create_session(
            SessionRow(
                f"s{number:02}",
                "vcm" if number % 2 else "korea-1997",
                f"2026-11-2{number // 4}T10:00:00",
                room="KITE7" if number % 3 == 0 else None,
                status="ended" if number < 6 else "running",
                imported=number in (1, 5),
                parent="s01" if number in (7, 9) else None,
                parent_event=40 if number in (7, 9) else None,
            )
        )

    async def listed(**wanted: Unpack[Wanted]) -> list[str]:
        seen: list[str] = []
        page = await store.sessions(limit=2, **wanted)
        while page:
            seen += [row.id for row in page]
            page = await store.sessions(limit=2, before=page[-1], **wanted)
        assert await store.count_sessions(**wanted) == len(seen)
        return seen

    assert await listed(scenario="vcm", status="ended") == ["s05", "s03", "s01"]
    assert await listed(room="KITE7") == ["s09", "s06", "s03", "s00"]
    assert await listed(imported=True) == ["s05", "s01"]
    assert await listed(parent="s01") == ["s09", "s07"]
    assert await listed(since_utc="2026-11-22") == ["s11", "s10", "s09", "s08"]
    assert await listed(since_utc="2026-11-22", scenario="vcm", room="KITE7") == ["s09"]
    assert len(await listed()) == 12
    assert [row.id for row in await store.sessions_called("s0", 3)] == ["s00", "s01", "s02"]
    assert await store.sessions_called("%") == []


async def test_the_logs_of_many_sessions_are_read_together_and_each_whole(
    store: Store, log: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.store.store, "BATCH_EVENTS", 2 * len(log))
    for number in range(7):
        await new(store, f"s{number}")
        await store.append(f"s{number}", 0, log[: len(log) - number])
    rows = await store.sessions()
    # One of them goes on after it was listed.
    await store.append("s6", len(log) - 6, log[len(log) - 6 :])
    found = [(row.id, [decode(one) for one in stored]) async for row, stored in store.logs(rows)]
    assert found == [(f"s{number}", log[: len(log) - number]) for number in range(6, -1, -1)]


async def test_many_logs_are_taken_in_together_or_not_at_all(
    store: Store, log: list[Event]
) -> None:
    stored = list(encode(log, 0, FIRST_HASH))
    head = {"head_version": len(stored), "head_hash": stored[-1].hash, "imported": True}
    rows = [SessionRow(f"s{number}", "korea-1997", NOW, **head) for number in range(3)]

    async def two_and_a_wrong_one() -> None:
        async with store.importing() as take:
            for row in rows[:2]:
                await take(row, stored, log)
            raise ValueError("the third is wrong")

    with pytest.raises(ValueError, match="the third is wrong"):
        await two_and_a_wrong_one()
    assert await store.count_sessions() == 0
    async with store.importing() as take:
        for row in rows:
            await take(row, stored, log, [SeatRow(row.id, "JP", "person", name="Ada")])
    assert await store.load_events("s2") == log
    assert (await store.seats("s1"))[0].name == "Ada"
    await new(store, "own")
    await store.append("own", 0, log)
    imported, own = await store.derived("s0"), await store.derived("own")
    assert {name: len(table) for name, table in imported.items()} == {
        name: len(table) for name, table in own.items()
    }


async def test_text_of_any_language_survives(store: Store, log: list[Event]) -> None:
    await new(store)
    said = Said("JP", "plenary", None, 'Grüße, 日本 🙂 "\\\n', 9)  # type: ignore[arg-type]
    await store.append("s1", 0, [log[0], said])
    assert (await store.load_events("s1"))[1] == said
    assert (await store.derived("s1"))["messages"][0]["text"] == said.text


async def test_a_database_of_another_version_is_refused_unless_upgraded(database: str) -> None:
    with pytest.raises(StoreFailed, match="backstop db upgrade"):
        await Store.open(database, upgraded=False)
    async with await Store.open(database):
        pass
    async with await Store.open(database, upgraded=False):
        pass


@pytest.mark.parametrize(
    ("given", "told"),
    [("mysql://x/y", "mysql is not supported"), ("://", "is not a database URL")],
)
async def test_a_url_that_is_not_ours_is_refused_in_words(given: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        await Store.open(given)


async def test_sqlite_keeps_acknowledged_commits_through_a_power_cut(tmp_path: object) -> None:
    engine = create_engine(database_url(f"{tmp_path}/x.db"))
    async with engine.connect() as connection:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
            assert found.scalar() == value
    await engine.dispose()
