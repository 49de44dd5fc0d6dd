"""How long commands take to start, whole processes, best of a few runs each.

    .venv/bin/python -m benchmarks.start [--runs 5]

`--help` is what the shell sees of a command's start; those below it do their least work: on a
small database, or on nothing. Wall time and CPU time of the process, in seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from client_cli.main import COMMANDS

BACKSTOP = Path(sys.executable).parent / "backstop"
_SMALL = 'extends = "east-asia"\nname = "mine"\ntitle = "Mine"\n'
WORK = (
    ("bots",),
    ("scenarios",),
    ("check", "small.toml"),
    ("payoff", "east-asia", "JP=12.15"),
    ("sessions",),
    ("replay", "last", "--verify"),
)


def main() -> None:
    """Print a line for each command."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        _run(("play", "east-asia", "--bots", "JP=leader"))
        Path("small.toml").write_text(_SMALL, "utf-8")
        print(f"{'':<34} {'wall':>6} {'CPU':>6}")
        for words in [*((name, "--help") for name in COMMANDS), *WORK]:
            wall, cpu = min(_timed(words) for _ in range(runs))
            print(f"{'backstop ' + ' '.join(words):<34} {wall:6.2f} {cpu:6.2f}")


def _timed(words: tuple[str, ...]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _run(words)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(words: tuple[str, ...]) -> None:
    subprocess.run([BACKSTOP, *words], check=True, capture_output=True)


if __name__ == "__main__":
    main()
