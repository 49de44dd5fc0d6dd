"""What hosts ask is done once, however often it is asked, and answered as the first time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from client_cli.connection import Refusal, connect
from server.connection import Connection
from server.game.events import (
    DeadlineMoved,
    Event,
    Paused,
    PhaseBegan,
    Resumed,
    SeatOccupied,
    SessionEnded,
)
from server.protocol import (
    Accepted,
    Address,
    ChooseSeat,
    CloseRoom,
    CloseSession,
    Extend,
    FromHost,
    NextPhase,
    OpenRoom,
    Participant,
    Pause,
    Phase,
    ReissueSeat,
    Resume,
    RoomStatus,
    SeatPlan,
    SetSeat,
    Start,
)
from server.store import Store, StoreFailed
from tests.server.live import SECRET, Live, live

Make = Callable[[str, str], FromHost]
BOT = SeatPlan(participant=Participant.BOT, bot="free-rider")
ON_A_SESSION: dict[str, tuple[Make, type[Event]]] = {
    "extend": (lambda room, _: Extend(id="once", room=room, seconds=60), DeadlineMoved),
    "next_phase": (lambda room, _: NextPhase(id="once", room=room), PhaseBegan),
    "pause": (lambda room, _: Pause(id="once", room=room), Paused),
    "close_session": (
        lambda room, session: CloseSession(id="once", room=room, session=session),
        SessionEnded,
    ),
    "set_seat": (
        lambda room, session: SetSeat(id="once", room=room, session=session, seat="DE", plan=BOT),
        SeatOccupied,
    ),
}
"""Each request under the id `once`, and the event that it leads to."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "hosts.db"


@pytest.fixture
async def server(database: Path) -> AsyncIterator[Live]:
    async with live(database) as running:
        yield running


async def running_room(server: Live) -> tuple[str, str]:
    """A timed room that waits for people, whatever a bot does; its code and session."""
    opened = await server.ask(OpenRoom, scenario="korea-1997", seed=1)
    await server.start(opened["room"], empty_seats="person")
    return opened["room"], opened["sessions"][0]


async def happened(database: Path, session: str, kind: type[Event]) -> int:
    async with await Store.open(str(database)) as store:
        return sum(isinstance(event, kind) for event in await store.load_events(session))


async def audited(database: Path, room: str) -> list[str]:
    async with await Store.open(str(database)) as store:
        return [row.act["kind"] for row in await store.host_acts(room)]


@contextmanager
def killed_before_the_row(monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """What was done to sessions is durable; the server gets no further."""
    stopped = asyncio.Event()

    async def fail(*_: object) -> None:
        stopped.set()
        raise StoreFailed("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "note_host_act", fail)
        yield stopped


@contextmanager
def killed_before_the_answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[asyncio.Event]:
    """All is durable; nobody is answered."""
    stopped = asyncio.Event()
    deliver = Connection.deliver

    def lose(self: Connection, message: BaseModel) -> None:
        if isinstance(message, Accepted):
            stopped.set()
            self.socket.transport.abort()
        else:
            deliver(self, message)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "deliver", lose)
        yield stopped


async def asked_in_vain(server: Live, request: FromHost, stopped: asyncio.Event) -> None:
    """Ask over a connection of its own, until the server gets no further."""
    async with await connect(
        server.address, role="host", host_secret=SECRET, reconnects=False
    ) as host:
        asking = asyncio.create_task(host.ask(request))
        async with asyncio.timeout(10):
            await stopped.wait()
            await asyncio.wait([asking])
        assert asking.exception() is not None


@pytest.mark.parametrize("killed", [killed_before_the_row, killed_before_the_answer])
@pytest.mark.parametrize("name", ON_A_SESSION)
async def test_after_a_kill_a_request_is_answered_and_was_done_once(
    database: Path, monkeypatch: pytest.MonkeyPatch, name: str, killed: Any
) -> None:
    make, kind = ON_A_SESSION[name]
    async with live(database) as server:
        room, session = await running_room(server)
        before = await happened(database, session, kind)
        request = make(room, session)
        with killed(monkeypatch) as stopped:
            await asked_in_vain(server, request, stopped)
    async with live(database) as server:
        assert (await server.host.ask(request)).data is None
        assert (await server.host.ask(request)).data is None
    # Putting a bot into its seat again changes nothing, and may be told twice.
    again = 1 if name == "set_seat" and killed is killed_before_the_row else 0
    assert await happened(database, session, kind) == before + 1 + again
    assert (await audited(database, room)).count(name) == 1


@pytest.mark.parametrize("name", ON_A_SESSION)
async def test_the_same_request_twice_is_done_once(server: Live, database: Path, name: str) -> None:
    make, kind = ON_A_SESSION[name]
    room, session = await running_room(server)
    before = await happened(database, session, kind)
    request = make(room, session)
    for _ in range(3):
        assert (await server.host.ask(request)).data is None
    assert await happened(database, session, kind) == before + 1
    assert (await audited(database, room)).count(name) == 1


async def test_a_clock_that_ran_on_does_not_stop_for_an_old_request(
    server: Live, database: Path
) -> None:
    room, session = await running_room(server)
    pause = Pause(id="pause", room=room)
    for request in (pause, Resume(id="resume", room=room), pause):
        await server.host.ask(request)
    assert await happened(database, session, Paused) == 1
    assert await happened(database, session, Resumed) == 1


@pytest.mark.parametrize("killed", [None, killed_before_the_answer])
async def test_a_room_is_opened_once(
    database: Path, monkeypatch: pytest.MonkeyPatch, killed: Any
) -> None:
    request = OpenRoom(id="once", scenario="korea-1997", tables=2)
    async with live(database) as server:
        if killed is None:
            await server.host.ask(request)
        else:
            with killed(monkeypatch) as stopped:
                await asked_in_vain(server, request, stopped)
    async with live(database) as server:
        data = (await server.host.ask(request)).data
        assert data is not None
        status = await server.ask(RoomStatus, room=data["room"])
        assert [table["session"] for table in status["tables"]] == data["sessions"]
    async with await Store.open(str(database)) as store:
        assert [row.code for row in await store.rooms()] == [data["room"]]


async def test_two_connections_with_one_request_open_one_room(server: Live) -> None:
    request = OpenRoom(id="twin", scenario="korea-1997")
    async with await connect(server.address, role="host", host_secret=SECRET) as other:
        first, second = await asyncio.gather(server.host.ask(request), other.ask(request))
    assert first.data == second.data is not None


async def test_a_room_is_started_and_closed_once(server: Live, database: Path) -> None:
    opened = await server.ask(OpenRoom, scenario="korea-1997", tables=2)
    room = opened["room"]
    start, close = Start(id="start", room=room), CloseRoom(id="close", room=room)
    for request in (start, start, close, close):
        assert (await server.host.ask(request)).data is None
    assert await audited(database, room) == ["open_room", "start", "close_room"]
    with pytest.raises(Refusal, match="unknown_room"):
        await server.ask(CloseRoom, room=room)


async def test_a_start_that_failed_half_way_is_finished_when_it_is_asked_again(
    server: Live, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await server.ask(OpenRoom, scenario="korea-1997", tables=2)
    request = Start(id="start", room=opened["room"], empty_seats=Participant.NOBODY)
    claim = Store.claim

    async def claim_one_alone(self: Store, session: str, owner: str) -> int:
        if session == opened["sessions"][1]:
            raise StoreFailed("the disk is full")
        return await claim(self, session, owner)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "claim", claim_one_alone)
        with pytest.raises(Refusal, match="not_saved"):
            await server.host.ask(request)
    await server.host.ask(request)
    status = await server.ask(RoomStatus, room=opened["room"])
    assert [table["status"] for table in status["tables"]] == ["running", "running"]
    for session in opened["sessions"]:
        assert await happened(database, session, PhaseBegan) == 1


async def test_an_act_on_many_tables_is_done_once_on_each(
    server: Live, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await server.ask(OpenRoom, scenario="korea-1997", tables=3)
    room = opened["room"]
    await server.start(room, empty_seats="nobody")
    request = NextPhase(id="next", room=room)
    with killed_before_the_row(monkeypatch), pytest.raises(Refusal, match="not_saved"):
        await server.host.ask(request)
    await server.host.ask(request)
    for session in opened["sessions"]:
        assert await happened(database, session, PhaseBegan) == 2


async def test_a_phase_that_ended_by_itself_takes_no_other_with_it(
    server: Live, database: Path
) -> None:
    opened = await server.ask(OpenRoom, scenario="korea-1997", tables=3)
    room, (first, *others) = opened["room"], opened["sessions"]
    await server.start(room, empty_seats="nobody")
    brief = Address(1, 1, Phase.BRIEF)
    await server.ask(NextPhase, room=room, session=first, at=brief)
    with pytest.raises(Refusal, match=r"meant for crisis 1, round 1, brief, but it is .* talk"):
        await server.ask(NextPhase, room=room, session=first, at=brief)
    # Of all tables those that are still in it.
    await server.ask(NextPhase, room=room, at=brief)
    for session in (first, *others):
        assert await happened(database, session, PhaseBegan) == 2
    with pytest.raises(Refusal, match="phase_over"):
        await server.ask(NextPhase, room=room, at=brief)


async def test_another_request_under_a_used_id_is_refused(server: Live) -> None:
    room, _ = await running_room(server)
    await server.host.ask(Extend(id="mine", room=room, seconds=60))
    other = await server.open()
    for request in (
        Extend(id="mine", room=room, seconds=61),
        Extend(id="mine", room=other, seconds=60),
        NextPhase(id="mine", room=room),
        OpenRoom(id="mine", scenario="korea-1997"),
    ):
        with pytest.raises(Refusal, match="request_reused"):
            await server.host.ask(request)


async def test_what_was_refused_may_be_asked_again_under_its_id(server: Live) -> None:
    room, _ = await running_room(server)
    request = Resume(id="resume", room=room)
    with pytest.raises(Refusal, match="room_state"):
        await server.host.ask(request)
    await server.ask(Pause, room=room)
    await server.host.ask(request)


async def test_a_seat_reissued_twice_has_two_tokens_of_which_the_last_is_valid(
    server: Live, database: Path
) -> None:
    room, session = await running_room(server)
    request = ReissueSeat(id="once", room=room, session=session, seat="JP")
    tokens = []
    for _ in range(2):
        data = (await server.host.ask(request)).data
        assert data is not None
        tokens.append(data["token"])
    with pytest.raises(Refusal, match="bad_token"):
        await connect(server.address, token=tokens[0])
    async with await connect(server.address, token=tokens[1]) as seat:
        assert seat.welcome.seat == "JP"
    async with await Store.open(str(database)) as store:
        rows = await store.host_acts(room)
    assert not any(token in repr(rows) for token in tokens)


async def test_a_room_is_named_in_small_letters_too(server: Live, database: Path) -> None:
    room, session = await running_room(server)
    request = Pause(id="pause", room=room.lower())
    await server.host.ask(request)
    await server.host.ask(request)
    assert await happened(database, session, Paused) == 1
    assert (await audited(database, room))[-1] == "pause"


async def test_a_client_that_lost_the_answer_asks_again_by_itself(
    server: Live, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, session = await running_room(server)
    async with await connect(server.address, role="host", host_secret=SECRET) as host:
        with killed_before_the_answer(monkeypatch) as stopped:
            asking = asyncio.create_task(host.ask(Extend(id="once", room=room, seconds=60)))
            async with asyncio.timeout(10):
                await stopped.wait()
        async with asyncio.timeout(10):
            assert (await asking).data is None
        assert host.drops >= 1
    assert await happened(database, session, DeadlineMoved) == 1


async def test_the_own_seat_can_be_chosen_again(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as player:
        request = ChooseSeat(id="once", seat="US")
        first = await player.ask(request)
        assert (await player.ask(request)).data == first.data
        assert player.welcome.session == (first.data or {})["session"]
        await server.start(code)
        assert (await player.ask(request)).data == first.data
