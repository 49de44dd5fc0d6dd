"""One match of a tournament as a task: everything in by value, everything out by value.

What a worker runs. The result depends on the task alone, not on where or after what it ran.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from server.bots import Bot, loading
from server.bots.limits import Limits
from server.game.events import Event
from server.game.rules import ENGINE_VERSION
from server.game.scenario import Role, Scenario, SeatId
from server.store import PlayedSession, SessionRow, pack
from server.store.codec import canonical
from server.tournament.batch import can_play, play_many
from server.tournament.design import Planned
from server.tournament.match import Failure, play
from server.tournament.noise import Tremble
from server.tournament.plan import Plan, digest


@dataclass(frozen=True, slots=True)
class Task:
    """A match to be played, whoever plays it."""

    number: int
    session: str
    """The match's id: a digest of all that it depends on."""
    scenario: Scenario
    cast: dict[SeatId, str]
    full_names: dict[str, str]
    """Of bots with a short name."""
    seed: int
    noise: float
    limits: Limits
    folder: Path
    created_utc: str
    record: dict[str, object]
    attempt: int = 1
    apart: bool = False
    """Bots from outside run in processes of their own, whatever their names say."""


@dataclass(frozen=True, slots=True)
class Done:
    """A match that was played."""

    number: int
    played: PlayedSession
    record: str


def task_of(plan: Plan, planned: Planned, created_utc: str, attempt: int = 1) -> Task:
    """The task that plays a planned match; a second attempt is another session."""
    scenario = plan.scenarios[planned.scenario]
    session = match_id(plan, planned)
    return Task(
        planned.number,
        session if attempt == 1 else f"{session}-{attempt}",
        scenario,
        planned.cast,
        dict(plan.document.bots),
        planned.seed,
        plan.document.noise,
        plan.limits,
        plan.folder,
        created_utc,
        {
            "scenario": scenario.name,
            "block": planned.block,
            "repetition": planned.repetition,
            "seed": planned.seed,
            "focal": planned.focal,
            "cast": planned.cast,
            "attempt": attempt,
        },
        attempt,
    )


def match_id(plan: Plan, planned: Planned) -> str:
    """24 hexadecimal digits, the same for the same scenario, bots' code, seed, noise and limits."""
    bots = {seat: [name, _version(plan, name)] for seat, name in planned.cast.items()}
    said: list[object] = [
        ENGINE_VERSION,
        _scenario_digest(plan.scenarios[planned.scenario]),
        bots,
        planned.seed,
        plan.document.noise,
    ]
    if any(not loading.is_registered(plan.full_name(name)) for name in planned.cast.values()):
        said.append(asdict(plan.limits))
    return digest(canonical(said))[:24]


@lru_cache(maxsize=64)
def _scenario_digest(scenario: Scenario) -> str:
    return digest(canonical(scenario))


_versions: dict[tuple[str, str], str] = {}


def _version(plan: Plan, name: str) -> str:
    key = (plan.key, name)
    if key not in _versions:
        _versions[key] = plan.version_of(name)
    return _versions[key]


def play_tasks(tasks: Sequence[Task]) -> list[Done]:
    """Play some matches: silent ones of simple bots side by side, others one after another."""
    # By identity: two that are equal may still be written otherwise, 1 and 1.0.
    beside: dict[int, list[Task]] = {}
    for task in tasks:
        if _is_beside(task):
            beside.setdefault(id(task.scenario), []).append(task)
    logs: dict[int, list[Event]] = {}
    for some in beside.values():
        casts, seeds = [one.cast for one in some], [one.seed for one in some]
        played = play_many(some[0].scenario, casts, seeds)
        logs |= zip((one.number for one in some), played, strict=True)
    return [
        _done(task, logs[task.number]) if task.number in logs else play_task(task) for task in tasks
    ]


def _is_beside(task: Task) -> bool:
    renamed = any(name in task.full_names for name in task.cast.values())
    return not task.noise and not renamed and can_play(task.scenario, task.cast)


def play_task(task: Task) -> Done:
    """Play a match by itself."""

    def maker(name: str, role: Role, seats: Collection[SeatId]) -> Bot:
        return loading.load(
            task.full_names.get(name, name),
            role,
            seats,
            folder=task.folder,
            limits=task.limits,
            apart=task.apart,
        )

    match = play(task.scenario, task.cast, task.seed, maker=maker, noise=task.noise)
    return _done(task, match.events, match.failures, match.trembles)


def _done(
    task: Task,
    events: Sequence[Event],
    failures: Sequence[Failure] = (),
    trembles: Sequence[Tremble] = (),
) -> Done:
    said = {
        "failures": [asdict(failure) for failure in failures],
        "trembles": [asdict(tremble) for tremble in trembles],
    }
    row = SessionRow(task.session, task.scenario.name, task.created_utc)
    return Done(task.number, pack(row, events), json.dumps(task.record | said))


def apart(task: Task) -> Task:
    """The same match, with bots from outside where they can be killed one by one."""
    return replace(task, apart=True)
