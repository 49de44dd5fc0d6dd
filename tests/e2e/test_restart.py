"""Whole processes: a server killed or stopped while people and bots play over real sockets."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from client_cli.connection import Connection, Disconnected, connect
from server.game.events import (
    DeadlineMoved,
    PackageTabled,
    Pledged,
    RoundResolved,
    Said,
    SessionEnded,
)
from server.protocol import CloseCode, Extend, Say, Welcome
from server.store import Store
from tests.e2e.processes import SECRET, Lines, Server, amounts, done, end_all, serving, started

PEOPLE = ("JP", "US", "DE")
BOTS = {"JP-banks": "stay", "DE-banks": "best-reply", "IMF": "by-the-book"}
KOREA_ROUNDS = 3

Kind = TypeVar("Kind")


def script(seat: str, pledge_bn: str) -> list[str]:
    """Every round: a word, a package, a yes in the board, a pledge."""
    return [
        line
        for number in range(1, KOREA_ROUNDS + 1)
        for line in (
            f"@{number}/brief ready",
            f"@{number}/talk say {seat} speaks in round {number}",
            f"@{number}/talk ready",
            f"@{number}/propose package JP=4 US=4.5 DE=2 because {seat} asks",
            f"@{number}/propose ready",
            f"@{number}/vote vote {number} yes",
            f"@{number}/pledge pledge {pledge_bn}",
            f"@{number}/disburse ready",
        )
    ]


@pytest.fixture(autouse=True)
def processes() -> Iterator[None]:
    """Whatever a test started has ended after it."""
    yield
    end_all()


@pytest.fixture
def kept(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The database of every command that the test runs."""
    monkeypatch.setenv("BACKSTOP_DATABASE_URL", database)
    return database


async def logged(database: str, kind: type[Kind], session: str) -> list[Kind]:
    """The stored events of one kind."""
    async with await Store.open(database) as store:
        return [event for event in await store.load_events(session) if isinstance(event, kind)]


async def test_three_line_clients_and_three_bots_finish_korea_through_a_kill(
    tmp_path: Path, kept: str
) -> None:
    async with serving(tmp_path) as server:
        code = await server.open("korea-1997", "--untimed", "--seed", "1")
        bots = [
            Lines(
                await started(
                    "bot", server.address, code, "--bot", bot, "--seat", seat, cwd=tmp_path
                )
            )
            for seat, bot in BOTS.items()
        ]
        people = {
            seat: Lines(
                await started("join", server.address, code, "--seat", seat, "--plain", cwd=tmp_path)
            )
            for seat in PEOPLE
        }
        for lines in people.values():
            await lines.until(lambda line: line.startswith("To come back"))
        for bot in bots:
            await bot.until(lambda line: line.startswith("seat "))
        await server.room("start", code)
        for seat, amount in zip(("US", "DE"), ("4.5", "2.1"), strict=True):
            await people[seat].type(script(seat, amount))
        await people["JP"].type(script("JP", "4"))
        await people["JP"].until(lambda line: line == "-- Round 2: pledge --")

        await server.kill()
        await server.start()

        assert [await lines.end() for lines in people.values()] == [0, 0, 0]
        assert [await bot.end() for bot in bots] == [0, 0, 0]
        assert any("connection lost and found" in line for line in people["JP"].complaints)
        listed = await done("sessions", "--json", cwd=tmp_path)
        session = str(json.loads(listed.splitlines()[0])["id"])

        said = Counter((word.seat, word.text) for word in await logged(kept, Said, session))
        for seat in PEOPLE:
            for number in range(1, KOREA_ROUNDS + 1):
                assert said[seat, f"{seat} speaks in round {number}"] == 1  # type: ignore[index]
        tabled = Counter(event.seat for event in await logged(kept, PackageTabled, session))
        pledged = Counter(
            (event.seat, event.pledge_musd) for event in await logged(kept, Pledged, session)
        )
        for seat, amount_musd in zip(PEOPLE, (4000, 4500, 2100), strict=True):
            assert tabled[seat] == KOREA_ROUNDS  # type: ignore[index]
            assert pledged[seat, amount_musd] == KOREA_ROUNDS  # type: ignore[index]
            shown = amounts(r"Your pledge: (\S+) bn, final\.", people[seat].seen)
            assert [float(bn) * 1000 for bn in shown] == [amount_musd] * KOREA_ROUNDS
        rounds = await logged(kept, RoundResolved, session)
        assert [event.round for event in rounds] == [1, 2, 3]
        # The clients saw every round resolved once, though they were cut off in between.
        for lines in people.values():
            assert amounts(r"Round (\d) resolved: .*", lines.seen) == ["1", "2", "3"]
        verdict = await done("replay", session, "--verify", cwd=tmp_path)
        assert "chain ok, ledger equal" in verdict


class Talker:
    """Talks as fast as it is answered, and remembers what was acknowledged."""

    def __init__(self, seat: Connection) -> None:
        self.seat = seat
        self.acknowledged: list[str] = []
        self.heard: Counter[str] = Counter()
        self._answered = asyncio.Event()
        self._tasks = [asyncio.create_task(self._talk()), asyncio.create_task(self._hear())]

    async def _talk(self) -> None:
        for number in itertools.count():
            text = f"{self.seat.welcome.seat} {number}"
            await self.seat.act(Say(text))
            self.acknowledged.append(text)
            self._answered.set()

    async def _hear(self) -> None:
        async for event in self.seat.messages():
            for notice in getattr(event, "notices", ()):
                if isinstance(notice, Said):
                    self.heard[notice.text] += 1

    async def reached(self, count: int) -> None:
        """Wait until so many were acknowledged."""
        async with asyncio.timeout(60):
            while len(self.acknowledged) < count:
                self._answered.clear()
                await self._answered.wait()

    async def stop(self) -> None:
        """Stop talking and leave; the seat is kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.seat.close()


async def test_nothing_acknowledged_is_lost_by_a_kill_under_load(tmp_path: Path, kept: str) -> None:
    async with serving(tmp_path) as server:
        code = await server.open("korea-1997", "--untimed", "--tables", "3")
        seats = [await _waiting(server, code) for _ in range(18)]
        await server.room("start", code)
        for seat in seats:
            await _playing(seat)
        await server.room("next", code)  # From the brief, where nobody talks, to the talk.
        for seat in seats:
            await _in_talk(seat)
        talkers = [Talker(seat) for seat in seats]
        for talker in talkers:
            await talker.reached(20)

        await server.kill()
        await server.start()

        at_the_kill = [len(talker.acknowledged) for talker in talkers]
        for talker, count in zip(talkers, at_the_kill, strict=True):
            await talker.reached(count + 20)
        assert all(talker.seat.drops == 1 for talker in talkers)
        for talker in talkers:
            await talker.stop()

        stored: dict[str, Counter[str]] = {}
        for talker in talkers:
            session = talker.seat.welcome.session
            assert session is not None
            if session not in stored:
                words = await logged(kept, Said, session)
                stored[session] = Counter(word.text for word in words)
                verdict = await done("replay", session, "--verify", cwd=tmp_path)
                assert "chain ok" in verdict
            # Once each: what was sent again after the kill was not done twice.
            assert all(stored[session][text] == 1 for text in talker.acknowledged)
            assert set(talker.heard.values()) == {1}
            assert set(talker.acknowledged) <= set(talker.heard)


async def _waiting(server: Server, code: str) -> Connection:
    return await connect(server.address, code=code, name="Talker")


async def _playing(seat: Connection) -> None:
    async with asyncio.timeout(60):
        async for _ in seat.messages():
            if seat.view is not None:
                return


async def _in_talk(seat: Connection) -> None:
    async with asyncio.timeout(60):
        async for _ in seat.messages():
            if seat.view is not None and seat.view.clock.phase == "talk":
                return


async def test_sigterm_tells_clients_to_come_back_and_saves(tmp_path: Path, kept: str) -> None:
    async with serving(tmp_path) as server:
        code = await server.open("mexico-1995", "--untimed")
        seat = await connect(server.address, code=code, name="Ada", reconnects=False)
        await server.room("start", code)
        await _playing(seat)

        assert await server.terminate() == 0

        async with asyncio.timeout(60):
            last = [event async for event in seat.messages()][-1]
        assert isinstance(last, Disconnected)
        assert last.code == CloseCode.SERVER_RESTARTS
        assert "stopped; everything is saved" in server.lines.complaints

        await server.start()
        async with await connect(server.address, token=seat.welcome.token) as again:
            assert isinstance(again.welcome, Welcome)
            assert again.welcome.seat == seat.welcome.seat
            await _playing(again)
        session = str(seat.welcome.session)
        assert await logged(kept, SessionEnded, session) == []


async def test_what_a_host_asked_is_done_once_through_kills(tmp_path: Path, kept: str) -> None:
    async with serving(tmp_path) as server:
        code = await server.open("korea-1997", "--tables", "2")
        await server.room("start", code, "--empty", "nobody")
        done: list[int] = []
        moved = asyncio.Event()

        async def give_time(host: Connection) -> None:
            for seconds in itertools.count(1):
                await host.ask(Extend(id=host.new_id(), room=code, seconds=seconds))
                done.append(seconds)
                moved.set()

        async def reached(count: int) -> None:
            async with asyncio.timeout(60):
                while len(done) < count:
                    moved.clear()
                    await moved.wait()

        async with await connect(server.address, role="host", host_secret=SECRET) as host:
            giving = asyncio.create_task(give_time(host))
            for kills in range(1, 4):
                await reached(20 * kills)
                await server.kill()
                await server.start()
            await reached(len(done) + 20)
            giving.cancel()
            await asyncio.gather(giving, return_exceptions=True)
            assert host.drops == 3
        for row in json.loads(await server.room("status", code, "--json"))["tables"]:
            events = await logged(kept, DeadlineMoved, row["session"])
            given = [(b.deadline_ms - a.deadline_ms) // 1000 for a, b in itertools.pairwise(events)]
            assert given == list(range(2, len(events) + 1))
            assert len(events) >= len(done)
