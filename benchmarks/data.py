"""What an export of many sessions costs: sessions a second, and whether its memory grows.

    .venv/bin/python -m benchmarks.data                     # 1,000 sessions
    .venv/bin/python -m benchmarks.data --sessions 10000 --format parquet

A database in a temporary folder is filled with matches of bots in `korea-1997`, each with a
seed of its own; then `backstop export data --check` runs over it in a process of its own, whose
memory is read from `/proc` four times a second. ``at a tenth`` and ``peak`` are its resident
memory at a tenth of the time and at its highest.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.engine import played
from server.app import utc_now
from server.scenarios import load
from server.store import SessionRow, Store

SCENARIO = "korea-1997"
TOGETHER = 100
"""Sessions that are written down in one go."""


async def fill(database: str, sessions: int) -> None:
    """So many matches, each with its own seed."""
    scenario = load(SCENARIO)
    async with await Store.open(database) as store:
        for first in range(0, sessions, TOGETHER):
            matches = {
                f"s{seed:06}": played(scenario, seed, "conditional")[1]
                for seed in range(first, min(first + TOGETHER, sessions))
            }
            for session in matches:
                await store.create_session(SessionRow(session, SCENARIO, utc_now()))
            await asyncio.gather(*(store.append(one, 0, log) for one, log in matches.items()))


def resident_mb(process: int) -> float:
    """Memory of a process that lies in RAM."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def export(database: str, folder: Path, file_format: str) -> tuple[float, list[float]]:
    """Run the export; seconds, and memory four times a second."""
    program = str(Path(sys.executable).with_name("backstop"))
    command = [program, "export", "data", "--check"]
    command += ["--output", str(folder), "--format", file_format, "--database", database]
    began = time.monotonic()
    with subprocess.Popen(command) as process:
        memory = [resident_mb(process.pid)]
        while process.poll() is None:
            time.sleep(0.25)
            if process.poll() is None:
                memory.append(resident_mb(process.pid))
    if process.returncode:
        raise SystemExit(process.returncode)
    return time.monotonic() - began, memory


def main() -> None:
    """Fill, export, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--format", default="csv", choices=["csv", "jsonl", "parquet"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        database, folder = str(Path(temporary) / "many.db"), Path(temporary) / "data"
        asyncio.run(fill(database, given.sessions))
        seconds, memory = export(database, folder, given.format)
        size_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{given.sessions:,} sessions as {given.format}, checked: {seconds:.0f} s")
    print(f"{given.sessions / seconds:.0f} sessions/s, {size_mb:,.0f} MB written")
    print(f"memory at a tenth {memory[len(memory) // 10]:.0f} MB, peak {max(memory):.0f} MB")


if __name__ == "__main__":
    main()
