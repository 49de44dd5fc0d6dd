"""What it costs to bring a stored session back: reading, checking, folding, waking.

    .venv/bin/python -m benchmarks.replay                   # SQLite in a temporary folder
    .venv/bin/python -m benchmarks.replay --postgres        # a PostgreSQL of its own
    .venv/bin/python -m benchmarks.replay --tables 40

A database is filled with one room of `--tables` sessions of `korea-1997`, each the log of a
match of `leader` bots written down as people's. Events a second are by CPU second of this
process (a PostgreSQL is another): ``read`` takes the rows, ``decode`` makes events of them,
``fold`` makes the state, ``verify`` checks the hash chain and computes the ledger again.

``wake`` is what a server does at its start for each session that runs, ``open`` what it does
for a finished one when somebody comes back for its debrief, both in wall milliseconds.
``start`` is a whole `backstop serve`, from the command to the line that says that it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import uvloop

from benchmarks.engine import played
from benchmarks.load import database, serving
from server.app import monotonic_ms, utc_now
from server.game.events import Event, Participant, SeatOccupied
from server.game.scenario import Scenario
from server.game.state import replay
from server.lobby import Lobby
from server.scenarios import load
from server.store import RoomRow, SeatRow, SessionRow, Store
from server.store.codec import decode
from server.store.verify import verify

SCENARIO = "korea-1997"
SETTINGS = json.dumps({"timed": False, "takeover_after_s": None, "seed": 1})


def people_log(scenario: Scenario) -> list[Event]:
    """A match's log with people in the seats: a woken session of bots would play on."""
    _, events = played(scenario, 1, "leader")
    return [
        replace(event, participant=Participant.PERSON, bot=None)
        if isinstance(event, SeatOccupied)
        else event
        for event in events
    ]


async def fill(
    store: Store, scenario: Scenario, code: str, tables: int, events: Sequence[Event]
) -> None:
    """A room with the same log at every table."""
    now = utc_now()
    sessions = [
        SessionRow(f"{code}-{number}", scenario.name, now, room=code, table_number=number)
        for number in range(1, tables + 1)
    ]
    seats = {
        session.id: [SeatRow(session.id, seat.id, Participant.PERSON) for seat in scenario.seats]
        for session in sessions
    }
    room = RoomRow(code, scenario.title, SCENARIO, SETTINGS, "running", now)
    await store.create_room(room, [(session, seats[session.id]) for session in sessions])
    await asyncio.gather(*(store.append(session.id, 0, events) for session in sessions))


async def rate(
    title: str, events: int, seconds: float, step: Callable[[], Awaitable[object]]
) -> None:
    """Do it for some CPU seconds and print how many events came of it in each."""
    times, began = 0, time.process_time()
    while (took := time.process_time() - began) < seconds:
        await step()
        times += 1
    print(f"{title:<34}{times * events / took:>12,.0f} events/s", flush=True)


async def measure_rates(store: Store, session: str, seconds: float) -> None:
    """The rows of one session, in memory and from the database."""
    stored = await store.stored(session)
    events = [decode(row) for row in stored]

    async def again(work: Callable[[], object]) -> None:
        work()

    count = len(stored)
    await rate("fold", count, seconds, lambda: again(lambda: replay(events)))
    await rate("decode", count, seconds, lambda: again(lambda: [decode(row) for row in stored]))
    await rate(
        "verify (chain, decode, ledger)", count, seconds, lambda: again(lambda: verify(stored))
    )
    await rate("read", count, seconds, lambda: store.stored(session))

    async def read_and_verify() -> None:
        verdict = verify(await store.stored(session))
        assert verdict.ok, verdict

    async def read_and_fold() -> None:
        replay(await store.load_events(session))

    await rate("read + decode + fold", count, seconds, read_and_fold)
    await rate("read + verify", count, seconds, read_and_verify)


async def measure_waking(store: Store) -> None:
    """Every running session, then every finished one."""
    lobby = Lobby(store, host_secret="none", clock_ms=monotonic_ms, utc_now=utc_now)
    began = time.perf_counter()
    await lobby.wake()
    took_ms = (time.perf_counter() - began) * 1000
    tables = [table for room in lobby.rooms for table in room.tables]
    running = [table for table in tables if table.status == "running"]
    print(f"wake {len(running)} running sessions: {took_ms / len(running):.1f} ms each")
    opened_ms = []
    for table in tables:
        if table.status == "ended":
            began = time.perf_counter()
            await lobby.open_table(table)
            opened_ms.append((time.perf_counter() - began) * 1000)
    print(
        f"open {len(opened_ms)} finished sessions: p50 {statistics.median(opened_ms):.1f} ms,"
        f" longest {max(opened_ms):.1f} ms"
    )
    await lobby.stop()


async def measure_start(url: str, what: str) -> None:
    """A server process until it listens."""
    began = time.perf_counter()
    async with serving(url):
        print(f"start with {what}: {time.perf_counter() - began:.2f} s")


async def measure(url: str, tables: int, seconds: float) -> None:
    """Print everything."""
    scenario = load(SCENARIO)
    events = people_log(scenario)
    print(f"{scenario.name}: {len(events)} events a session")
    await measure_start(url, "an empty database, its schema made")
    await measure_start(url, "an empty database")
    async with await Store.open(url) as store:
        await fill(store, scenario, "ENDED", tables, events)
        # All but the end of the session.
        await fill(store, scenario, "RUNS", tables, events[:-1])
        await measure_rates(store, "ENDED-1", seconds)
        await measure_waking(store)
    await measure_start(url, f"{tables} running sessions")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=40, help="running, and as many finished")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds a row")
    parser.add_argument("--database", help="the URL of an empty database")
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL of its own")
    options = parser.parse_args()
    with database(options) as url:
        uvloop.run(measure(url, options.tables, options.seconds))


if __name__ == "__main__":
    main()
