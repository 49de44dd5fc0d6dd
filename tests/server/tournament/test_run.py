"""Tournaments whole: serial, parallel and resumed are the same; nothing hangs, nothing is lost."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from server.store import Store
from server.store.verify import verify
from server.tournament.design import matches
from server.tournament.executors import Inline, KillablePool
from server.tournament.plan import Plan
from server.tournament.run import Progress, run
from server.tournament.work import match_id
from tests.server.tournament.plans import plan

NOW = "2026-11-24T10:00:00.000+00:00"


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(str(tmp_path / "t.db")) as store:
        yield store


async def played(
    plan: Plan, store: Store, executor: Executor | None = None, **options: Any
) -> Progress:
    """A run of a plan to its end."""
    return await run(plan, store, executor or Inline(), at_once=2, now_utc=lambda: NOW, **options)


async def content(plan: Plan, store: Store) -> list[tuple[object, ...]]:
    """All that the store has of a tournament: numbers, records, and the logs' last hashes."""
    found = []
    async for match in store.matches(plan.key):
        row = await store.session(match.session)
        assert row is not None
        found.append((match.number, match.session, match.record, row.head_version, row.head_hash))
    return found


async def test_a_stored_match_is_a_session_like_any_other(store: Store) -> None:
    small = plan()
    progress = await played(small, store)
    assert (progress.matches, progress.stored, progress.played, progress.failures) == (6, 6, 6, 0)
    rows = await store.sessions()
    assert {row.id for row in rows} == {match_id(small, one) for one in matches(small)}
    for row in rows:
        verdict = verify(await store.stored(row.id))
        assert (verdict.ok, verdict.events) == (True, row.head_version)
        kept = await store.derived(row.id)
        await store.rebuild(row.id)
        assert await store.derived(row.id) == kept
        assert len(kept["pledges"]) == 9


async def test_parallel_is_serial_to_the_last_digit(tmp_path: Path) -> None:
    small, found = plan(blocks=8, noise=0.3), []
    for number, workers in enumerate((None, 2)):
        executor = KillablePool(workers, 60) if workers else Inline()
        with executor:
            async with await Store.open(str(tmp_path / f"{number}.db")) as store:
                await played(small, store, executor)
                found.append(await content(small, store))
    assert len(found[0]) == 48
    assert found[0] == found[1]


async def test_a_stopped_tournament_goes_on_where_it_was(tmp_path: Path) -> None:
    small = plan(blocks=16)
    async with await Store.open(str(tmp_path / "whole.db")) as store:
        await played(small, store)
        whole = await content(small, store)
    async with await Store.open(str(tmp_path / "stopped.db")) as store:
        running = asyncio.create_task(played(small, store))
        # It yields to others between tasks; cancelled as Ctrl-C does it.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        part = await content(small, store)
        assert len(part) < len(whole)
        progress = await played(small, store)
        assert progress.played == len(whole) - len(part)
        assert await content(small, store) == whole


async def test_matches_that_take_long_are_stored_one_by_one(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.tournament.run.WRITE_SECONDS", 0.0)
    monkeypatch.setattr("server.tournament.run.CHUNK", 1)
    told: list[int] = []
    await played(plan(), sqlite, told=lambda progress: told.append(progress.stored))
    # Told first of what there was, and then as each is stored, not when all are.
    assert told == [0, 1, 2, 3, 4, 5, 6]


async def test_what_is_stored_is_not_played_again(sqlite: Store) -> None:
    await played(plan(), sqlite)
    again = await played(plan(), sqlite)
    assert (again.stored, again.played) == (6, 0)


async def test_another_plan_takes_the_matches_that_it_shares(sqlite: Store) -> None:
    await played(plan(blocks=2), sqlite)
    longer = plan(blocks=3)
    progress = await played(longer, sqlite)
    assert (progress.stored, progress.played) == (18, 6)
    records = [json.loads(match.record) async for match in sqlite.matches(longer.key)]
    assert [record["block"] for record in records] == [1] * 6 + [2] * 6 + [3] * 6


BOTS = """
import os, sys
from server.bots.bot import ready
from server.game.actions import Pledge

def good(view, random):
    return Pledge(0) if not view.own.final else None

def raises(view, random):
    raise ZeroDivisionError("no")

def loops(view, random):
    while True:
        pass

def blocks(view, random):
    # No alarm interrupts it: the worker has to be killed.
    import signal
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    while True:
        pass

def eats(view, random):
    held = [b"x" * 10_000_000 for _ in range(10**6)]

def dies(view, random):
    os._exit(7)
"""


def hostile(folder: Path, name: str, seconds: float = 0.2) -> Plan:
    """A plan with a bot that does harm as one of three governments'."""
    (folder / "bots.py").write_text(BOTS)
    pools = {"government": ["full-contributor", "random", "bad"], "bank": ["run"]}
    said: dict[str, Any] = {
        "pools": pools,
        "bots": {"bad": f"bots.py:{name}"},
        "rounds": 1,
        "limits": {"decision_seconds": seconds, "match_seconds": 5 * seconds, "memory_mb": 64},
    }
    return plan(folder, **said)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("raises", "ZeroDivisionError: no"),
        ("loops", "TimeoutError: no answer within 1 s"),
        ("blocks", "TimeoutError: no answer within 1 s"),
        pytest.param(
            "eats",
            "MemoryError",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="the limit holds on Linux"),
        ),
        ("dies", "BotFailed: its process ended with code 7"),
    ],
)
async def test_a_bad_bot_never_stops_the_tournament(
    name: str, reason: str, sqlite: Store, tmp_path: Path
) -> None:
    # Those that are no slower than others get the time to fail as they do.
    bad = hostile(tmp_path, name, 1 if name in ("loops", "blocks") else 60)
    # One that is killed once is played again apart, in which a process has to start in time.
    with KillablePool(1, 12 if name == "blocks" else 60, 64) as executor:
        progress = await played(bad, sqlite, executor)
    assert (progress.stored, progress.lost) == (3, {})
    async for match in sqlite.matches(bad.key):
        record = json.loads(match.record)
        (seat,) = [seat for seat, bot in record["cast"].items() if bot == "bad"]
        assert [one["seat"] for one in record["failures"]] == [seat]
        # Where its worker was killed first, it met its end in a process of its own.
        assert reason in record["failures"][0]["reason"]
        (resolved,) = (await sqlite.resolved_rounds([match.session]))[match.session]
        assert resolved.pledges_musd[seat] == 0


async def test_failed_matches_are_played_again_on_request(sqlite: Store, tmp_path: Path) -> None:
    flaky = hostile(tmp_path, "raises")
    assert (await played(flaky, sqlite)).failures == 3
    # The same code by its digest; what it needs is there now.
    progress = await played(flaky, sqlite, retry_failed=True)
    assert (progress.played, progress.stored, progress.failures) == (3, 3, 3)
    sessions = {match.session async for match in sqlite.matches(flaky.key)}
    assert all(session.endswith("-2") for session in sessions)
    assert (await played(flaky, sqlite)).played == 0


class Broken(Inline):
    """An executor whose workers die, whatever they play."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `Executor.submit`."""
        future: Future[Any] = Future()
        future.set_exception(RuntimeError("the worker died"))
        return future


async def test_what_cannot_be_played_at_all_is_told_and_the_run_ends(sqlite: Store) -> None:
    progress = await played(plan(), sqlite, Broken())
    assert progress.stored == 0
    assert progress.lost == dict.fromkeys(range(1, 7), "RuntimeError: the worker died")


async def test_noise_slips_as_often_as_it_should_and_the_bots_cannot_see_it(sqlite: Store) -> None:
    noisy = plan(blocks=40, noise=0.25)
    await played(noisy, sqlite)
    slips = [len(json.loads(match.record)["trembles"]) async for match in sqlite.matches(noisy.key)]
    # Five decisions in each of three rounds of 240 matches; five standard deviations either way.
    decisions = 5 * 3 * 240
    assert abs(sum(slips) - decisions / 4) < 5 * (decisions * 0.25 * 0.75) ** 0.5


async def test_a_dask_cluster_plays_the_same(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    small, found = plan(blocks=2), []
    async with await Store.open(str(tmp_path / "serial.db")) as store:
        await played(small, store)
        found.append(await content(small, store))
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        async with await Store.open(str(tmp_path / "cluster.db")) as store:
            await played(small, store, client.get_executor(pure=False))
            found.append(await content(small, store))
    assert found[0] == found[1]
