"""What it costs to go through stored sessions: to any event, out to a file, down a listing.

    .venv/bin/python -m benchmarks.sessions                 # SQLite in a temporary folder
    .venv/bin/python -m benchmarks.sessions --sessions 1000 --listed 10000

Three figures:

* ``at``: a session of more than a thousand events. ``look up`` is the state and the view at an
  event of a session that is open in a replay; ``from the file`` reads the log, verifies it and
  goes there; ``open`` makes the replay of the stored rows.
* ``export``: `backstop export log --all` of `--sessions` stored matches of bots, as a process
  of its own: seconds, events a second, the file, and the most memory that it had. That of a
  tenth of the sessions beside it says whether memory grows.
* ``list``: pages of fifty of `--listed` sessions, by each filter, at the top and in the middle.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from client_cli.main.reel import Reel
from server.bots import default_bot
from server.game.events import Event
from server.game.views import EVERYTHING
from server.scenarios import load
from server.store import RoomRow, SeatRow, SessionRow, Store, StoredEvent, Wanted, decode
from server.store.codec import FIRST_HASH, encode
from server.store.logfile import lines, read
from server.tournament import play

STATES = ("ended", "ended", "ended", "running", "parked")
SCENARIOS = ("korea-1997", "mexico-1982", "mexico-1995", "vcm")


def matches(count: int) -> list[tuple[list[Event], list[StoredEvent]]]:
    """Matches of korea-1997 under different seeds, with their rows."""
    scenario = load("korea-1997")
    bots = {seat.id: default_bot(seat.role) for seat in scenario.seats}
    logs = [play(scenario, bots, seed).events for seed in range(count)]
    return [(events, list(encode(events, 0, FIRST_HASH))) for events in logs]


def row_of(name: str, stored: Sequence[StoredEvent]) -> SessionRow:
    """The row of a finished session."""
    return SessionRow(
        name,
        "korea-1997",
        f"2026-11-24T10:00:{int(name) % 60:02}.{int(name):06}",
        status="ended",
        ending="completed",
        head_version=len(stored),
        head_hash=stored[-1].hash,
    )


def milliseconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def told(title: str, times_ms: Sequence[float]) -> None:
    """Median and the longest."""
    print(
        f"{title:<44} p50 {statistics.median(times_ms):8.2f} ms   longest {max(times_ms):8.2f} ms",
        flush=True,
    )


def measure_at() -> None:
    """To any event of a long session."""
    scenario = replace(load("vcm"), rounds=45)
    bots = {seat.id: "conditional" for seat in scenario.seats}
    events = play(scenario, bots, 1).events
    stored = list(encode(events, 0, FIRST_HASH))
    row = replace(row_of("1", stored), scenario="vcm")
    text = list(lines(row, stored))
    print(f"at: a session of {len(events)} events")
    told("  open (decode and fold)", [milliseconds(partial(_reel, stored)) for _ in range(9)])
    reel, random = _reel(stored), Random(1)
    numbers = [random.randint(1, len(events)) for _ in range(500)]
    told("  look up (state and view)", [milliseconds(partial(_look, reel, n)) for n in numbers])
    told(
        "  from the file (verify, fold, view)",
        [milliseconds(partial(_look_up, text, n)) for n in numbers[:5]],
    )


def _reel(stored: Sequence[StoredEvent]) -> Reel:
    return Reel([decode(one) for one in stored])


def _look(reel: Reel, number: int) -> None:
    reel.state(number)
    reel.view(number, EVERYTHING)


def _look_up(text: Sequence[str], number: int) -> None:
    _look(_reel(read(text).stored), number)


async def fill(database: str, sessions: int) -> None:
    """Bot sessions, many of them with the same events."""
    made = matches(min(20, sessions))
    async with await Store.open(database) as store, store.importing() as take:
        for number in range(sessions):
            events, stored = made[number % len(made)]
            await take(row_of(str(number), stored), stored, events)


def measure_export(sessions: int, folder: Path) -> None:
    """The command as a process of its own, over a tenth of the sessions and over all."""
    for count in (max(1, sessions // 10), sessions):
        database, output = folder / f"{count}.db", folder / f"{count}.jsonl"
        asyncio.run(fill(str(database), count))
        command = [
            sys.executable,
            "-c",
            "from client_cli.main import main; main()",
            "export",
            "log",
        ]
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, "--all", "-o", str(output), "--database", str(database)],
            stderr=subprocess.DEVNULL,
        ) as process:
            # The resources of this one process, not of all that ever ended.
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        assert process.returncode == 0
        with output.open("rb") as file:
            written = sum(1 for _ in file) - count
        print(
            f"export: {count} sessions, {written} events: {took:.1f} s, "
            f"{written / took:,.0f} events/s, {output.stat().st_size / 1e6:,.0f} MB written, "
            f"at most {used.ru_maxrss / 1024:.0f} MB of memory",
            flush=True,
        )
        output.unlink()
        database.unlink()


async def measure_listing(listed: int, folder: Path) -> None:
    """Pages of a long listing."""
    async with await Store.open(str(folder / "listed.db")) as store:
        for room in range(listed // 1000):
            await _room(store, f"ROOM{room}", room)
        print(f"list: {await store.count_sessions()} sessions, pages of 50")
        middle = SessionRow("", "", "2026-11-14T10:08:00")
        first = await store.sessions(limit=10_000)
        rare: dict[str, Wanted] = {
            "  the newest": {},
            "  of one room": {"room": "ROOM7"},
            "  of one scenario": {"scenario": "vcm"},
            "  of one state": {"status": "parked"},
            "  of one state and scenario": {"status": "parked", "scenario": "vcm"},
            "  forks of one session": {"parent": "ROOM1-7"},
            "  from files": {"imported": True},
            "  since a day": {"since_utc": "2026-11-20"},
        }
        for title, wanted in rare.items():
            await _timed(title, partial(store.sessions, limit=50, **wanted))
        await _timed(
            "  after the ten thousandth", lambda: store.sessions(limit=50, before=first[-1])
        )
        await _timed(
            "  of one state, from the middle",
            lambda: store.sessions(limit=50, before=middle, status="parked"),
        )
        await _timed("  by the beginning of an id", lambda: store.sessions_called("ROOM42-7"))
        await _timed("  counted", store.count_sessions)


async def _room(store: Store, code: str, number: int) -> None:
    tables = []
    for table in range(1000):
        name = f"{code}-{table}"
        session = SessionRow(
            name,
            SCENARIOS[table % 4],
            f"2026-11-{1 + number % 28:02}T10:{table // 60:02}:{table % 60:02}.{number:03}",
            room=code,
            table_number=table + 1,
            status=STATES[table % 5],
            imported=table % 50 == 0,
            parent="ROOM1-7" if table % 500 == 0 else None,
        )
        tables.append((session, [SeatRow(name, "JP", "bot", "leader")]))
    now = f"2026-11-{1 + number % 28:02}T10:00:00"
    await store.create_room(RoomRow(code, "Class", "korea-1997", "{}", "closed", now), tables)


async def _timed(title: str, ask: Callable[[], Awaitable[object]]) -> None:
    times_ms = []
    for _ in range(20):
        began = time.perf_counter()
        await ask()
        times_ms.append((time.perf_counter() - began) * 1000)
    told(title, times_ms)


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--listed", type=int, default=100_000)
    arguments = parser.parse_args()
    measure_at()
    with tempfile.TemporaryDirectory(prefix="bs-sessions-") as folder:
        asyncio.run(measure_listing(arguments.listed, Path(folder)))
        measure_export(arguments.sessions, Path(folder))


if __name__ == "__main__":
    main()
