"""One session over a real store, with its clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import BaseModel

from server import session as sessions
from server.bots import Bot, MakeBot, bots_for, make
from server.game import hosting, rules
from server.game.actions import Address, MarkReady, Pledge, Say
from server.game.events import Participant, PhaseBegan, Pledged, Said, SeatOccupied, SessionEnded
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, Role, SeatId
from server.game.views import BOARD
from server.protocol import Ended, Update
from server.scenarios import draw, load
from server.session import Session
from server.store import SessionRow, Store, StoreFailed

JP = SeatId("JP")


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.ms = 5_000

    def __call__(self) -> int:
        return self.ms


@asynccontextmanager
async def running(
    database: Path,
    hand: Hand,
    *,
    bots: bool = False,
    timed: bool = True,
    make_bot: MakeBot = make,
) -> AsyncIterator[tuple[Session, Store]]:
    """A session of korea-1997: people in all seats, or bots."""
    scenario = load("korea-1997")
    who = {
        seat.id: (Participant.BOT, bots_for(seat.role)[0]) if bots else (Participant.PERSON, None)
        for seat in scenario.seats
    }
    async with await Store.open(str(database)) as store:
        await store.create_session(SessionRow("one", scenario.name, "2026-01-01T00:00:00Z"))
        fence = await store.claim("one", "test")
        events = rules.open_session(scenario, draw(scenario, 1), timed=timed, participants=who)
        await store.append("one", 0, events, fence=fence)
        session = Session("one", events, [], store, fence=fence, clock_ms=hand, bots=make_bot)
        session.start()
        try:
            yield session, store
        finally:
            await session.stop()


async def host(session: Session, act: sessions.HostAct) -> int | Refused:
    done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
    session.host(act, done.set_result)
    return await done


async def acted(session: Session, request_id: str, action: object) -> int | Refused:
    done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
    state = session.state
    address = Address(state.crisis, state.round, state.phase)
    session.act(JP, request_id, address, action, done.set_result)  # type: ignore[arg-type]
    return await done


async def ended(session: Session) -> None:
    done = asyncio.Event()
    session.on_end = done.set
    if session.state.ending is None:
        async with asyncio.timeout(30):
            await done.wait()


async def test_the_clock_ends_a_phase_when_it_is_moved_past_the_deadline(tmp_path: Path) -> None:
    hand = Hand()
    async with running(tmp_path / "one.db", hand) as (session, _):
        assert session.state.phase is Phase.BRIEF
        assert session.state.deadline_ms is not None
        hand.ms += session.state.deadline_ms - 1
        session.tick()
        assert await acted(session, "a", MarkReady()) != 0
        assert session.state.phase is Phase.BRIEF
        assert session.left_ms() == 1
        hand.ms += 1
        session.tick()
        refused = await acted(session, "b", Say("in time?", "plenary", None))
        assert isinstance(refused, Refused) and refused.code is RefusalCode.PHASE_OVER
        assert session.state.phase is Phase.TALK


async def test_a_decision_after_the_deadline_is_late_also_before_the_timer_fires(
    tmp_path: Path,
) -> None:
    hand = Hand()
    async with running(tmp_path / "one.db", hand) as (session, _):
        assert session.state.deadline_ms is not None
        hand.ms += session.state.deadline_ms
        refused = await acted(session, "a", MarkReady())
        assert isinstance(refused, Refused) and refused.code is RefusalCode.PHASE_OVER


async def test_paused_time_does_not_count(tmp_path: Path) -> None:
    hand = Hand()
    async with running(tmp_path / "one.db", hand) as (session, _):
        left_ms = session.left_ms()
        assert isinstance(await host(session, hosting.pause), int)
        hand.ms += 3_600_000
        assert session.left_ms() == left_ms
        refused = await acted(session, "a", MarkReady())
        assert isinstance(refused, Refused) and refused.code is RefusalCode.SESSION_PAUSED
        assert isinstance(await host(session, hosting.resume), int)
        assert session.left_ms() == left_ms


async def test_bots_alone_play_a_session_to_its_end_and_the_log_is_what_was_told(
    tmp_path: Path,
) -> None:
    told: list[BaseModel] = []
    async with running(tmp_path / "one.db", Hand(), bots=True, timed=False) as (session, store):
        session.attach(BOARD, told.append, None, None)
        await ended(session)
        events = await store.load_events("one")
        assert isinstance(events[-1], SessionEnded)
        assert [event.at_ms for event in events] == sorted(event.at_ms for event in events)
        updates = [message for message in told if isinstance(message, Update)]
        assert all(later.first_seq == earlier.seq + 1 for earlier, later in pairwise(updates))
        assert isinstance(told[-1], Ended)


async def test_a_bot_that_fails_leaves_its_seat_to_the_defaults(tmp_path: Path) -> None:
    class Broken:
        def act(self, view: object, random: object) -> object:
            if view.own.seat == JP and view.clock.phase is Phase.PLEDGE:  # type: ignore[attr-defined]
                raise RuntimeError("a bug in a bot")
            return real.act(view, random)  # type: ignore[arg-type]

    real = make("free-rider", Role.GOVERNMENT)

    def some_broken(name: str, role: Role) -> Bot:
        return Broken() if role is Role.GOVERNMENT else make(name, role)  # type: ignore[return-value]

    async with running(
        tmp_path / "one.db", Hand(), bots=True, timed=False, make_bot=some_broken
    ) as (session, store):
        await ended(session)
        events = await store.load_events("one")
    taken = [event for event in events if isinstance(event, SeatOccupied)]
    assert [event.seat for event in taken if event.participant is Participant.NOBODY] == [JP]
    pledged = [event for event in events if isinstance(event, Pledged) and event.seat == JP]
    assert pledged and all(event.is_default for event in pledged)


async def test_a_deadline_that_could_not_be_saved_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "RETRY_S", 0)
    hand, failures, append = Hand(), 3, Store.append

    async def failing(store: Store, *arguments: object, **more: object) -> int:
        nonlocal failures
        if failures:
            failures -= 1
            raise StoreFailed("the disk is full")
        return await append(store, *arguments, **more)  # type: ignore[arg-type]

    async with running(tmp_path / "one.db", hand) as (session, store):
        monkeypatch.setattr(Store, "append", failing)
        told = asyncio.Event()
        session.attach(BOARD, lambda message: told.set(), None, None)
        told.clear()
        assert session.state.deadline_ms is not None
        hand.ms += session.state.deadline_ms
        session.tick()
        async with asyncio.timeout(20):
            await told.wait()
        assert failures == 0
        began = [e for e in await store.load_events("one") if isinstance(e, PhaseBegan)]
        assert [event.phase for event in began] == [Phase.BRIEF, Phase.TALK]


async def test_another_writer_was_first_and_the_session_goes_on_from_its_log(
    tmp_path: Path,
) -> None:
    async with running(tmp_path / "one.db", Hand()) as (session, store):
        other = hosting.pause(session.state, 1)
        row = await store.session("one")
        assert row is not None
        await store.append("one", row.head_version, other, fence=row.fence)
        refused = await acted(session, "a", MarkReady())
        assert isinstance(refused, Refused) and refused.code is RefusalCode.NOT_SAVED
        assert session.state.paused
        assert isinstance(await host(session, hosting.resume), int)
        assert isinstance(await acted(session, "a", MarkReady()), int)


async def test_nobody_fills_the_queue_for_the_others(tmp_path: Path) -> None:
    async with running(tmp_path / "one.db", Hand()) as (session, _):
        await host(session, hosting.next_phase)
        state = session.state
        address = Address(state.crisis, state.round, state.phase)
        results: list[int | Refused] = []
        for number in range(sessions.SEAT_QUEUE_LIMIT + 5):
            session.act(JP, f"{number}", address, Say("x", "plenary", None), results.append)
        assert [result.code for result in results if isinstance(result, Refused)] == [
            RefusalCode.BUSY
        ] * 5
        done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
        session.act(SeatId("US"), "us", address, Say("and I?", "plenary", None), done.set_result)
        assert isinstance(await done, int)
        assert len(results) == sessions.SEAT_QUEUE_LIMIT + 5


async def test_an_answer_given_before_the_end_is_given_again_after_it(tmp_path: Path) -> None:
    async with running(tmp_path / "one.db", Hand()) as (session, _):
        version = await acted(session, "mine", MarkReady())
        address = Address(1, 1, Phase.BRIEF)
        await host(session, hosting.close)
        again: list[int | Refused] = []
        session.act(JP, "mine", address, MarkReady(), again.append)
        assert again == [version]
        refused = await acted(session, "new", Pledge(0, True))
        assert isinstance(refused, Refused)


async def test_a_request_sent_again_while_it_waits_is_done_once_and_never_called_busy(
    tmp_path: Path,
) -> None:
    async with running(tmp_path / "one.db", Hand()) as (session, store):
        await host(session, hosting.next_phase)
        address = Address(1, 1, Phase.TALK)
        results: list[int | Refused] = []
        for number in range(sessions.SEAT_QUEUE_LIMIT):
            action = Say(f"{number}", "plenary", None)
            session.act(JP, f"{number}", address, action, lambda _: None)
        session.act(JP, "0", address, Say("0", "plenary", None), results.append)
        session.act(JP, "1", address, Say("other words", "plenary", None), results.append)
        assert isinstance(results[0], Refused)
        assert results[0].code is RefusalCode.REQUEST_REUSED
        done: asyncio.Future[int | Refused] = asyncio.get_running_loop().create_future()
        session.act(SeatId("US"), "us", address, Say("x", "plenary", None), done.set_result)
        await done
        first = next(row.version for row in await store.answers("one") if row.request_id == "0")
        assert results[1] == first
        said = [e for e in await store.load_events("one") if isinstance(e, Said)]
        assert [event.text for event in said].count("0") == 1
