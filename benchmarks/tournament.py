"""How fast matches are played, stored and ranked, what that takes of memory, and the peers.

    .venv/bin/python -m benchmarks.tournament
    .venv/bin/python -m benchmarks.tournament --only rounds,peers --seconds 5

Sections, all in one run:

* ``rounds``: rounds per CPU second of six simple bots in Korea's silent game of ten rounds (L1,
  all seats are bots, every event of every match kept in memory as the engine's own objects):
  match by match, and side by side. Side by side, matches in which the same was needed and
  decided in a round share its events; where every need is drawn anew they hardly can. "As text"
  writes all of it as it is stored, canonical JSON in a hash chain. Then the same in one and two
  processes, beside a wall clock.
* ``import``: CPU seconds that a fresh process needs for `server.game` and `server.bots`, their
  bytecode cached as after any first run.
* ``stored``: `backstop tournament` as a user runs it, into a new SQLite file, ranked and
  written: seconds by number of workers, silent and with all phases of Korea, and the peak
  memory of its largest process at a tenth of the matches and at all of them.
* ``peers``: what is installed of Axelrod, NegMAS, PettingZoo and OpenSpiel, per CPU second
  (``pip install axelrod negmas pettingzoo pygame open_spiel``). The games differ, so that the
  figures say how heavy a round is there, not which is better.

CPU seconds are this process's own; wall seconds depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from random import Random

from server.game.scenario import Phase, PhasePlan, Scenario, SeatId
from server.scenarios import load
from server.store.codec import FIRST_HASH, encode
from server.tournament import play
from server.tournament.batch import play_many

SIMPLE = ("free-rider", "full-contributor", "unconditional", "conditional", "leader", "random")
SEEN = ("run", "stay", "crowd")
ROUNDS = 10
SILENT = replace(load("korea-1997"), phases=(PhasePlan(Phase.PLEDGE),), rounds=ROUNDS)
SILENT_PLAN = """
name = "benchmark"
scenarios = ["korea-1997"]
blocks = {blocks}
seed = 1997
phases = ["pledge"]
[pools]
government = ["free-rider", "full-contributor", "conditional", "leader", "random"]
bank = ["run", "stay", "crowd", "best-reply", "random"]
"""
TALKING_PLAN = SILENT_PLAN.replace('phases = ["pledge"]\n', "")
SAMPLE_SECONDS = 0.2
"""CPU time of a run at least: some of what is measured takes microseconds."""
BLOCK = 5
"""Matches in a block of the plan."""
PROGRAM = (
    "import resource, sys; from client_cli.main import main\n"
    "try: main()\n"
    "finally:\n"
    "    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF,\n"
    "            resource.RUSAGE_CHILDREN)]\n"
    "    print('used', sum(one.ru_utime + one.ru_stime for one in used),\n"
    "          max(one.ru_maxrss for one in used), file=sys.stderr)\n"
)


def casts(count: int) -> list[dict[SeatId, str]]:
    """Simple bots drawn for every seat."""
    random = Random(1)
    by_role = {"government": SIMPLE, "bank": SEEN, "imf": ("by-the-book",)}
    return [
        {seat.id: random.choice(by_role[seat.role]) for seat in SILENT.seats} for _ in range(count)
    ]


def rate(work: Callable[[], int], seconds: float) -> tuple[float, float]:
    """The lowest and the highest of what was done per CPU second, of some runs."""
    work()
    rates, until = [], time.process_time() + seconds
    while not rates or time.process_time() < until:
        began, done, took = time.process_time(), 0, 0.0
        while took < SAMPLE_SECONDS:
            done += work()
            took = time.process_time() - began
        rates.append(done / took)
    return min(rates), max(rates)


def show(what: str, rates: tuple[float, float], unit: str) -> None:
    """One line of the table."""
    low, high = rates
    print(f"{what:<58}{low:>10,.0f} to {high:>9,.0f} {unit}/CPU s", flush=True)


def rounds(seconds: float) -> None:
    """Our rounds, the whole log in memory."""

    def one_by_one() -> int:
        for seed, cast in enumerate(casts(10)):
            play(SILENT, cast, seed)
        return 10 * ROUNDS

    show("six simple bots, match by match", rate(one_by_one, seconds), "rounds")
    for what, work in SIDE_BY_SIDE.items():
        show(f"six simple bots, {what}", rate(work, seconds), "rounds")
    for workers in (1, 2):
        scaled(workers)


def beside(count: int, scenario: Scenario = SILENT) -> int:
    """Matches side by side; how many rounds that were."""
    play_many(scenario, casts(count), range(count))
    return count * ROUNDS


def written(count: int) -> int:
    """The same, and each log as the text and hashes that are stored."""
    for log in play_many(SILENT, casts(count), range(count)):
        deque(encode(log, 0, FIRST_HASH), maxlen=0)
    return count * ROUNDS


SIDE_BY_SIDE: dict[str, Callable[[], int]] = {
    "20 matches side by side": partial(beside, 20),
    "500 matches side by side": partial(beside, 500),
    "500, every need drawn anew": partial(beside, 500, replace(SILENT, need_shock_share=0.1)),
    "500, as text": partial(written, 500),
}


def scaled(workers: int) -> None:
    """A line about the same in some processes, each of which has played before."""
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        list(pool.map(timed, range(2 * workers)))
        began = time.monotonic()
        seconds = sum(pool.map(timed, range(10 * workers)))
        wall_seconds = time.monotonic() - began
    done = 10 * workers * 500 * ROUNDS
    name = f"six simple bots, 500 side by side, processes: {workers}"
    print(
        f"{name:<58}{done / seconds:>10,.0f} rounds/CPU s, "
        f"{done / wall_seconds:,.0f} rounds/wall s",
        flush=True,
    )


def timed(_: int) -> float:
    """CPU seconds of this process for 500 matches side by side."""
    began = time.process_time()
    beside(500)
    return time.process_time() - began


def imports() -> None:
    """Five fresh processes each."""
    code = "import time; t = time.process_time(); import {0}; print(time.process_time() - t)"
    with tempfile.TemporaryDirectory() as kept:
        settings = {**os.environ, "PYTHONPYCACHEPREFIX": kept, "PYTHONDONTWRITEBYTECODE": ""}
        for module in ("server.game.rules", "server.bots"):
            command = [sys.executable, "-c", code.format(module)]
            _, *taken = (float(subprocess.check_output(command, env=settings)) for _ in range(6))
            print(f"{'import ' + module:<58}{min(taken):>10.3f} to {max(taken):>9.3f} CPU s")


@dataclass(frozen=True, slots=True)
class Used:
    """What a whole tournament took."""

    wall_seconds: float
    cpu_seconds: float
    """Of all its processes."""
    peak_mib: float
    """Of the largest of them."""


def stored(matches: int) -> None:
    """Whole tournaments by the command."""
    for workers in (0, 1, 2):
        report(f"silent, --workers {workers}", SILENT_PLAN, matches // 10, workers)
    small = report("talk and votes, --workers 2", TALKING_PLAN, matches // 10, 2)
    large = report("talk and votes, --workers 2", TALKING_PLAN, matches, 2)
    ratio = large.peak_mib / small.peak_mib
    print(f"{'peak memory, of all matches to a tenth of them':<58}{ratio:>10.2f}")


def report(what: str, plan: str, matches: int, workers: int) -> Used:
    """Run a tournament and print a line about it."""
    used = run_command(plan, matches, workers)
    print(
        f"{f'{matches} matches, {what}':<58}{used.wall_seconds:>10.1f} s wall "
        f"{used.cpu_seconds:>8.1f} s CPU {matches / used.cpu_seconds:>8,.0f} matches/CPU s "
        f"{used.peak_mib:>6.0f} MiB peak",
        flush=True,
    )
    return used


def run_command(plan: str, matches: int, workers: int) -> Used:
    """A tournament in a new folder, played, stored, ranked and written."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "plan.toml").write_text(plan.format(blocks=matches // BLOCK))
        command = [sys.executable, "-c", PROGRAM, "tournament", "plan.toml"]
        began = time.monotonic()
        done = subprocess.run(
            [*command, "--workers", str(workers)],
            cwd=name,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - began
        _, cpu_seconds, kib = done.stderr.splitlines()[-1].split()
        return Used(seconds, float(cpu_seconds), int(kib) / 1024)


def axelrod_turns() -> int:
    """Ten strategies, all pairs, 200 turns with 1 % noise; two decisions a turn."""
    import axelrod

    players = [strategy() for strategy in axelrod.short_run_time_strategies[:10]]
    turns = 0
    for first in players:
        for second in players:
            axelrod.Match((first, second), turns=200, noise=0.01, seed=1).play()
            turns += 200
    return turns


def negmas_rounds() -> int:
    """Six tough negotiators over ten outcomes, 50 rounds."""
    from negmas import SAOMechanism, ToughNegotiator
    from negmas.preferences import LinearUtilityFunction

    mechanism = SAOMechanism(outcomes=[(step,) for step in range(10)], n_steps=50)
    for _ in range(6):
        preferences = LinearUtilityFunction.random(issues=mechanism.issues)
        mechanism.add(ToughNegotiator(), preferences=preferences)
    mechanism.run()
    return 50


def pettingzoo_rounds() -> int:
    """PettingZoo's own rock-paper-scissors, two agents."""
    from pettingzoo.classic import rps_v2

    env = rps_v2.parallel_env()
    env.reset(seed=1)
    done = 0
    while env.agents:
        env.step(dict.fromkeys(env.agents, 0))
        done += 1
    return done


def openspiel_rounds() -> int:
    """A repeated two-by-two matrix game, 100 rounds, in C++."""
    import pyspiel

    stage = pyspiel.load_game("matrix_pd")
    game = pyspiel.create_repeated_game(stage, {"num_repetitions": 100})
    state = game.new_initial_state()
    while not state.is_terminal():
        state.apply_actions([0, 0])
    return 100


PEERS: dict[str, tuple[tuple[str, ...], str, Callable[[], int]]] = {
    "Axelrod: bare matches of two with noise": (("axelrod",), "turns", axelrod_turns),
    "NegMAS: six tough negotiators, not stored": (("negmas",), "rounds", negmas_rounds),
    "PettingZoo: rock-paper-scissors, two agents": (
        ("pettingzoo", "pygame"),
        "steps",
        pettingzoo_rounds,
    ),
    "OpenSpiel: repeated matrix game of two, in C++": (("pyspiel",), "rounds", openspiel_rounds),
}
"""What is played, with the modules that it needs and what is counted."""


def peers(seconds: float) -> None:
    """Other libraries, where they are installed."""
    for what, (modules, unit, work) in PEERS.items():
        missing = [module for module in modules if find_spec(module) is None]
        if missing:
            print(f"{what:<58}{' and '.join(missing)} not installed")
        else:
            show(what, rate(work, seconds), unit)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="rounds,import,stored,peers")
    parser.add_argument("--seconds", type=float, default=5.0, help="CPU seconds a row")
    parser.add_argument("--matches", type=int, default=10_000)
    options = parser.parse_args()
    wanted = options.only.split(",")
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    if "rounds" in wanted:
        rounds(options.seconds)
    if "import" in wanted:
        imports()
    if "peers" in wanted:
        peers(options.seconds)
    if "stored" in wanted:
        stored(options.matches)


if __name__ == "__main__":
    main()
