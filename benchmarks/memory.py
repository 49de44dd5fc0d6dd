"""What a table and a connection take of a server's memory.

    .venv/bin/python -m benchmarks.memory --tables 40

A `backstop serve` process with SQLite, looked at from outside while people come and play:
resident memory in KiB (VmRSS), which leaves out what the kernel holds for sockets. A table
has six clients. A played session keeps its whole log in memory until its room is closed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import uvloop

from benchmarks.load import SEATS, Host, Tally, database, play_out, serving


def resident_kib(process: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


class Meter:
    """Prints what was added since the last look."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._last_kib = resident_kib(process)
        print(f"{'server without a room':<44}{self._last_kib / 1024:>8.1f} MiB")

    def added(self, what: str, count: int, unit: str) -> None:
        """Resident memory now, and how much of it each of `count` came to."""
        now_kib = resident_kib(self._process)
        each_kib = (now_kib - self._last_kib) / count
        print(f"{what:<44}{now_kib / 1024:>8.1f} MiB{each_kib:>8.1f} KiB {unit}", flush=True)
        self._last_kib = now_kib


async def grow(host: Host, meter: Meter, tables: int) -> None:
    """Open a room, let everybody in, start, and play to the end."""
    opened = await host.opened(tables)
    meter.added(f"a room with {tables} tables", tables, "a table")
    room = await host.joined(opened, Tally(0))
    seats = tables * len(SEATS)
    meter.added(f"{seats} connections", seats, "a connection")
    await host.ask("start", room=opened["room"])
    await host.all_in(room, "brief")
    meter.added("all sessions started, everybody has a view", tables, "a table")
    await play_out(room)
    meter.added("all sessions played to their end", tables, "a table")


async def measure(url: str, tables: int) -> None:
    """Twice: what was freed and what the first use of anything costs show in the second."""
    async with serving(url) as (server, host):
        meter = Meter(server.pid)
        for _ in range(2):
            await grow(host, meter, tables)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=40, help="of six clients each, twice")
    options = parser.parse_args()
    with database(argparse.Namespace(database=None, postgres=False)) as url:
        uvloop.run(measure(url, options.tables))


if __name__ == "__main__":
    main()
