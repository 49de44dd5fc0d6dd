"""How hard a scenario is: the share of sessions of the shipped bot mix that end in a rescue.

    .venv/bin/python -m benchmarks.difficulty korea-1997
    .venv/bin/python -m benchmarks.difficulty my-own.toml --sessions 200 --first-seed 5000
    .venv/bin/python -m benchmarks.difficulty --all --write

Rescued: stability of at least 0.8 in the last round (of a campaign, of its last crisis).
Seeds count up from the first, which is 1. The mix is `server.bots.mix`; sessions are played
by `server.tournament.play` in parallel processes, and the share depends on nothing but
scenario and seeds. Beside it are shown the mean stability of each round and the standard
error of the share. `--write` puts the share into the built-in file that was measured; `--all`
measures every built-in history, which is needed after a change of bots or mix.
"""

from __future__ import annotations

import argparse
import math
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from server.bots.mix import cast
from server.game.scenario import Scenario
from server.scenarios import load, load_document, names
from server.tournament import play

RESCUED = 0.8
"""The stability in the last round from which a session is a rescue."""


@dataclass(frozen=True, slots=True)
class Difficulty:
    """What the sessions of one scenario came to."""

    sessions: int
    rescued: int
    failures: int
    """Bots that raised, or were refused."""
    stability: tuple[float, ...]
    """Mean by round, of all crises in their order."""

    @property
    def share(self) -> float:
        """Of the sessions, those rescued."""
        return self.rescued / self.sessions


@cache
def _loaded(name: str) -> Scenario:
    return load(name)


def one_session(name: str, seed: int) -> tuple[tuple[float, ...], int]:
    """The stability of each round, and how many bots failed."""
    scenario = _loaded(name)
    match = play(scenario, cast(scenario, seed), seed)
    return tuple(one.stability for one in match.state.history), len(match.failures)


def measure(
    name: str, sessions: int, first_seed: int = 1, workers: int | None = None
) -> Difficulty:
    """Play the sessions and count the rescues."""
    seeds = range(first_seed, first_seed + sessions)
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        played = list(pool.map(partial(one_session, name), seeds, chunksize=10))
    rounds = min(len(stability) for stability, _ in played)
    return Difficulty(
        sessions,
        sum(stability[-1] >= RESCUED for stability, _ in played),
        sum(failures for _, failures in played),
        tuple(sum(one[number] for one, _ in played) / sessions for number in range(rounds)),
    )


def histories() -> list[str]:
    """The built-in scenarios that say how difficult they are, or should: all with a record."""
    return [name for name in names() if load_document(name).record]


def write(name: str, found: Difficulty) -> None:
    """Put the share into a built-in file, as its last table."""
    path = Path(__file__).parent.parent / "server" / "scenarios" / f"{name}.toml"
    before, _, _ = path.read_text("utf-8").partition("\n[difficulty]\n")
    table = (
        f"\n[difficulty]\nrescued_share = {found.share:.3f}\nsessions = {found.sessions}\n"
        f'command = "python -m benchmarks.difficulty {name} --sessions {found.sessions}"\n'
    )
    path.write_text(before + table, "utf-8")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description="Share of rescued sessions of the bot mix.")
    parser.add_argument("scenario", nargs="*")
    parser.add_argument("--all", action="store_true", help="All built-in histories.")
    parser.add_argument("--write", action="store_true", help="Into the built-in files.")
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--workers", type=int, help="Processes; by default one per core.")
    options = parser.parse_args()
    for name in histories() if options.all else options.scenario:
        found = measure(name, options.sessions, options.first_seed, options.workers)
        error = math.sqrt(found.share * (1 - found.share) / found.sessions)
        rounds = " ".join(f"{one:.2f}" for one in found.stability)
        print(
            f"{name}: rescued {found.share:.3f} (se {error:.3f}) of {found.sessions} sessions, "
            f"mean stability by round {rounds}, {found.failures} failures",
            flush=True,
        )
        if options.write:
            write(name, found)


if __name__ == "__main__":
    main()
