"""A tournament: what is not stored yet is played and stored, until all is.

Stopped at any moment, it goes on where it was: a match is known by its content. A worker that
is lost takes nothing with it: its matches are played again with the bots from outside where
they can be killed one by one.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from server.bots import loading
from server.store import MatchRow, Store
from server.tournament import design
from server.tournament.plan import Plan
from server.tournament.work import Done, Task, apart, play_tasks, task_of

CHUNK = 20
"""Matches in one task, where no bot can hang."""
WRITE = 100
"""Matches in one transaction, at most."""
WRITE_SECONDS = 5.0
"""After which what was played is stored however little it is: matches may take minutes."""


@dataclass(slots=True)
class Progress:
    """How far a tournament is."""

    matches: int
    """In the plan."""
    stored: int = 0
    """Of these, before and in this run."""
    played: int = 0
    """In this run."""
    failures: int = 0
    """Of bots, in all that is stored."""
    lost: dict[int, str] = field(default_factory=dict)
    """Matches, by number, that were given up: why they could not be played."""


@dataclass(slots=True)
class _Run:
    plan: Plan
    store: Store
    executor: Executor
    progress: Progress
    told: Callable[[Progress], None]
    waiting: list[Done] = field(default_factory=list)
    written_s: float = field(default_factory=time.monotonic)
    """When something was stored last."""

    async def work(self, tasks: Sequence[Task]) -> list[Done]:
        """Play some matches somewhere; those whose worker is lost once more, one by one."""
        try:
            return await self._submit(tasks)
        except Exception:
            # Which of them it was is not known.
            found = [await self._again(task) for task in tasks]
            return [done for done in found if done is not None]

    async def _submit(self, tasks: Sequence[Task]) -> list[Done]:
        return await asyncio.wrap_future(self.executor.submit(play_tasks, tasks))

    async def _again(self, task: Task) -> Done | None:
        try:
            return (await self._submit([apart(task)]))[0]
        except Exception as error:
            self.progress.lost[task.number] = f"{type(error).__name__}: {error}"
            return None

    async def keep(self, done: Sequence[Done]) -> None:
        """Take in what was played; written once it is enough, or long ago."""
        self.waiting += done
        if len(self.waiting) >= WRITE or time.monotonic() - self.written_s > WRITE_SECONDS:
            await self.write()

    async def write(self) -> None:
        """Store what waits."""
        self.written_s = time.monotonic()
        batch, self.waiting = self.waiting, []
        if not batch:
            return
        # Two matches of a plan can be the same game; it is stored once.
        sessions = {done.played.session.id: done.played for done in batch}
        known = await self.store.records(list(sessions))
        new = [played for session, played in sessions.items() if session not in known]
        rows = [self._row(done.number, done.played.session.id, done.record) for done in batch]
        await self.store.add_matches(new, rows)
        self.progress.played += len(batch)
        self._count(done.record for done in batch)

    async def link(self, tasks: Sequence[Task]) -> list[Task]:
        """Take what other tournaments played; the rest is to be played."""
        first = [task.session for task in tasks if task.attempt == 1]
        records = await self.store.records(first)
        shared = [task for task in tasks if task.session in records]
        if shared:
            said = [_relabelled(task, records[task.session]) for task in shared]
            rows = [
                self._row(task.number, task.session, record)
                for task, record in zip(shared, said, strict=True)
            ]
            await self.store.add_matches([], rows)
            self._count(said)
        return [task for task in tasks if task.session not in records]

    def _row(self, number: int, session: str, record: str) -> MatchRow:
        return MatchRow(self.plan.key, number, session, record)

    def _count(self, records: Iterable[str]) -> None:
        for record in records:
            self.progress.stored += 1
            self.progress.failures += len(json.loads(record)["failures"])
        self.told(self.progress)


def _relabelled(task: Task, record: str) -> str:
    """Another tournament's record of the same game, with this one's block and repetition."""
    return json.dumps(json.loads(record) | task.record)


async def run(
    plan: Plan,
    store: Store,
    executor: Executor,
    *,
    at_once: int,
    now_utc: Callable[[], str],
    told: Callable[[Progress], None] = lambda progress: None,
    retry_failed: bool = False,
) -> Progress:
    """Play what is missing.

    Args:
        plan: what to play.
        store: where it is kept; what is there already is not played again.
        executor: where it is played.
        at_once: tasks that are submitted at a time; the workers, and a few more.
        now_utc: the time of day.
        told: called with the progress as matches are stored.
        retry_failed: play matches again in which a bot failed.

    Cancelled, it stores what is finished and ends.
    """
    work = _Run(plan, store, executor, Progress(design.count(plan)), told)
    known = await _known(work, retry_failed)
    tasks = (
        task_of(plan, planned, now_utc(), tried + 1)
        for planned in design.matches(plan)
        if (tried := known.get(planned.number, 0)) is not None
    )
    outside = any(not loading.is_registered(plan.full_name(name)) for name in plan.names)
    running: set[asyncio.Task[list[Done]]] = set()
    try:
        for chunk in _chunks(tasks, 1 if outside else CHUNK):
            missing = await work.link(chunk)
            if missing:
                running.add(asyncio.create_task(work.work(missing)))
            if len(running) >= at_once:
                running = await _collect(work, running)
        while running:
            running = await _collect(work, running)
    finally:
        for task in running:
            task.cancel()
        await work.write()
    return work.progress


async def _collect(
    work: _Run, running: set[asyncio.Task[list[Done]]]
) -> set[asyncio.Task[list[Done]]]:
    finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    for task in finished:
        await work.keep(task.result())
    return running


async def _known(work: _Run, retry_failed: bool) -> dict[int, int | None]:
    """What is stored by number: None, or how often it was tried where it is to be again."""
    known: dict[int, int | None] = {}
    async for match in work.store.matches(work.plan.key):
        record = json.loads(match.record)
        again = retry_failed and record["failures"]
        known[match.number] = record["attempt"] if again else None
        if not again:
            work.progress.stored += 1
            work.progress.failures += len(record["failures"])
    tried = [number for number, attempts in known.items() if attempts]
    if tried:
        await work.store.forget_matches(work.plan.key, tried)
    work.told(work.progress)
    return known


def _chunks(tasks: Iterable[Task], size: int) -> Iterator[list[Task]]:
    tasks = iter(tasks)
    while chunk := list(itertools.islice(tasks, size)):
        yield chunk
