"""What looking back costs a server that people play on: replay, debrief and report over the wire.

    .venv/bin/python -m benchmarks.past                     # SQLite in a temporary folder
    .venv/bin/python -m benchmarks.past --tables 40

A server in this process holds a session of more than a thousand events and a room of `--tables`
matches of korea-1997. A host asks for the first as page and keys would: ``open`` is the list of
events for a viewer that nobody had asked for, ``view_at`` an event at random. Then the debrief of
the room, its report and the report of the long session, each while another host pings: how long
an answer to the ping takes is what everybody else at the server notices.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from client_cli.connection import Connection, connect
from server.app import serving
from server.bots import default_bot
from server.game.events import Event
from server.protocol import ListRooms, ReadDebrief, ReadReplay, ReadReport, ViewAt
from server.scenarios import load
from server.settings import Settings
from server.store import RoomRow, SeatRow, SessionRow, Store
from server.tournament import play

SECRET = "the benchmark's host"
ROOM, LONG = "CLASS", "long"


def long_session() -> list[Event]:
    """Forty-five rounds of a public-goods game."""
    scenario = replace(load("vcm"), rounds=45)
    return play(scenario, {seat.id: "conditional" for seat in scenario.seats}, 1).events


async def fill(database: str, tables: int) -> int:
    """Both; the number of events of the long session."""
    scenario = load("korea-1997")
    bots = {seat.id: default_bot(seat.role) for seat in scenario.seats}
    async with await Store.open(database) as store:
        events = long_session()
        await store.create_session(SessionRow(LONG, "vcm", "2026-11-24T10:00:00"))
        await store.append(LONG, 0, events)
        rows = [
            SessionRow(f"{ROOM}-{n}", scenario.name, "2026-11-24T10:00:00", ROOM, n)
            for n in range(1, tables + 1)
        ]
        room = RoomRow(ROOM, "Class", scenario.name, "{}", "closed", "2026-11-24T10:00:00")
        await store.create_room(room, [(row, [SeatRow(row.id, "JP", "bot")]) for row in rows])
        for seed, row in enumerate(rows):
            await store.append(row.id, 0, play(scenario, bots, seed).events)
    return len(events)


async def asked(host: Connection, kind: Callable[..., Any], **content: Any) -> float:
    """How many milliseconds an answer takes."""
    began = time.perf_counter()
    await host.ask(kind(id=host.new_id(), **content))
    return (time.perf_counter() - began) * 1000


def told(title: str, times_ms: list[float]) -> None:
    """Median and the longest."""
    print(
        f"{title:<44} p50 {statistics.median(times_ms):8.2f} ms   longest {max(times_ms):8.2f} ms",
        flush=True,
    )


async def beside(title: str, other: Connection, work: Awaitable[float]) -> None:
    """Do something long, and ask something short all the time."""
    long = asyncio.ensure_future(work)
    pings: list[float] = []
    while not long.done():
        pings.append(await asked(other, ListRooms))
        await asyncio.sleep(0.01)
    print(f"{title}: {await long:,.0f} ms", flush=True)
    told("  a short request meanwhile", pings)


async def measure(tables: int, folder: Path) -> None:
    """Print everything."""
    database = str(folder / "past.db")
    count = await fill(database, tables)
    settings = Settings(database=database, host_secret=SECRET)
    async with serving(settings) as running:
        address, as_host = running.addresses[0], {"role": "host", "host_secret": SECRET}
        async with (
            await connect(address, **as_host) as host,
            await connect(address, **as_host) as other,
        ):
            print(f"replay of {count} events, {tables} tables")
            told("  first open", [await asked(host, ReadReplay, session=LONG, seen_by="board")])
            again = [await asked(host, ReadReplay, session=LONG, seen_by="everything")]
            told("  open as another viewer", again)
            random = Random(1)
            views = [
                await asked(
                    host,
                    ViewAt,
                    session=LONG,
                    event=random.randint(1, count),
                    seen_by="everything",
                )
                for _ in range(300)
            ]
            told("  view_at", views)
            await beside("debrief of the class", other, asked(host, ReadDebrief, room=ROOM))
            told("  asked again", [await asked(host, ReadDebrief, room=ROOM)])
            await beside("report of the class", other, asked(host, ReadReport, room=ROOM))
            await beside("report with replay", other, asked(host, ReadReport, session=LONG))


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--tables", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bs-past-") as folder:
        asyncio.run(measure(arguments.tables, Path(folder)))


if __name__ == "__main__":
    main()
