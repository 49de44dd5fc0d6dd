"""The client's side of the wire, against a real server."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from client_cli import connection as client
from client_cli.connection import Connection, Disconnected, Refusal, connect
from server.app import serving
from server.protocol import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    Accepted,
    CloseCode,
    CloseRoom,
    CloseSession,
    Ended,
    ListRooms,
    MarkReady,
    Phase,
    Pledge,
    ReissueSeat,
    Resumed,
    RoomMessage,
    Said,
    Say,
    SeatId,
    Update,
    View,
    ViewMessage,
    Welcome,
    dump,
    parse_from_client,
)
from server.settings import Settings
from tests.server.live import SECRET, Live, live, shown


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


@asynccontextmanager
async def talking(server: Live, *seats: str) -> AsyncIterator[list[Connection]]:
    """People in a room of korea-1997 in its talk phase."""
    code = await server.open()
    people = [await server.join(code, seat) for seat in seats]
    await server.start(code, empty_seats="nobody")
    await server.to_phase(code, people[0], Phase.TALK)
    for person in people:
        await shown(person, lambda view: view.clock.phase is Phase.TALK)
    try:
        yield people
    finally:
        for person in people:
            await person.close()


async def break_off(person: Connection) -> None:
    """Cut the wire, as a network does: without a word."""
    assert person._socket is not None
    person._socket.transport.abort()
    await person._socket.wait_closed()


async def said_in(person: Connection, last: str) -> list[str]:
    """What is said until a text, in the order of the notices."""
    heard: list[str] = []
    async with asyncio.timeout(20):
        async for event in person.messages():
            if isinstance(event, Update):
                heard += [notice.text for notice in event.notices if isinstance(notice, Said)]
            if last in heard:
                return heard
    raise AssertionError("the connection ended")


async def ending(person: Connection) -> Disconnected:
    """How a connection ends."""
    async with asyncio.timeout(20):
        events = [event async for event in person.messages()]
    assert isinstance(events[-1], Disconnected)
    return events[-1]


# --- connecting ---


async def test_a_newcomer_is_told_seat_room_and_token(server: Live) -> None:
    code = await server.open()
    async with await connect(server.address, code=code, name="Ada", seat="US") as ada:
        welcome = ada.welcome
        assert (welcome.seat, welcome.room, welcome.name) == ("US", code, "Ada")
        assert welcome.token is not None
        assert ada.view is None


async def test_an_address_may_be_a_url(server: Live) -> None:
    code = await server.open()
    async with await connect(f"ws://{server.address}/", code=code, role="observer") as board:
        assert board.welcome.role == "observer"


async def test_an_action_before_the_start_is_not_sent(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        with pytest.raises(Disconnected, match="the session has not started"):
            await jp.act(MarkReady())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"code": "NOPE9", "name": "Ada"}, "unknown_room"),
        ({"token": "stale"}, "bad_token"),
        ({"role": "host", "host_secret": "guessed"}, "not_host"),
    ],
)
async def test_a_refused_hello_is_a_refusal(
    server: Live, options: dict[str, str], code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        await connect(server.address, **options)  # type: ignore[arg-type]
    assert refusal.value.answer.code == code


async def test_a_name_that_the_wire_forbids_is_not_sent(server: Live) -> None:
    with pytest.raises(ValidationError, match="name"):
        await connect(server.address, code="KITE7", name="two\nlines")


async def test_where_nobody_listens_is_an_error_of_the_system(tmp_path: Path) -> None:
    async with live(tmp_path / "gone.db") as gone:
        address = gone.address
    with pytest.raises(OSError, match=address.rpartition(":")[2]):
        await connect(address, code="KITE7", name="Ada")


async def test_a_server_that_is_not_ours_is_said_to_be_none() -> None:
    async def hang_up(socket: ServerConnection) -> None:
        await socket.close()

    async with serve(hang_up, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as other:
        port = next(iter(other.sockets)).getsockname()[1]
        with pytest.raises(Disconnected, match="no Backstop server"):
            await connect(f"127.0.0.1:{port}", code="KITE7", name="Ada")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "ws://"])
async def test_an_address_that_is_none_is_said_to_be_none(address: str) -> None:
    with pytest.raises(Disconnected, match="no Backstop server"):
        await connect(address, code="KITE7", name="Ada")


async def test_a_server_that_does_not_answer_the_hello_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "ANSWER_S", 0.05)

    async def say_nothing(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async with serve(say_nothing, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as other:
        port = next(iter(other.sockets)).getsockname()[1]
        with pytest.raises(TimeoutError):
            await connect(f"127.0.0.1:{port}", code="KITE7", name="Ada")


# --- asking ---


async def test_what_was_done_is_in_the_view_when_the_answer_is_there(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        accepted = await jp.act(Say("hello"))
        assert jp.view is not None
        assert jp.view.messages[-1].text == "hello"
        assert accepted.version is not None


async def test_a_refusal_names_code_field_and_what_is_allowed(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        with pytest.raises(Refusal) as refusal:
            await jp.act(Say("psst", "pair", SeatId("XX")))
        answer = refusal.value.answer
        assert (answer.code, answer.field) == ("unknown_seat", "to")
        assert str(refusal.value).startswith("unknown_seat: to: ")
        assert "(allowed: " in str(refusal.value) and "US" in str(refusal.value)


async def test_a_refused_request_leaves_the_connection_as_it_was(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        with pytest.raises(Refusal, match="wrong_phase"):
            await jp.act(Pledge(1_000))
        await jp.act(Say("still here"))
        assert jp.drops == 0


async def test_a_request_that_is_too_large_is_refused_without_being_sent(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        with pytest.raises(Refusal, match=f"too_long: .*{MAX_MESSAGE_BYTES} bytes"):
            await jp.act(Say("x" * MAX_MESSAGE_BYTES))
        await jp.act(Say("still here"))
        assert jp.drops == 0


async def test_many_requests_under_way_each_get_their_own_answer(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        texts = [f"word {number}" for number in range(50)]
        accepted = await asyncio.gather(*(jp.act(Say(text)) for text in texts))
        versions = [answer.version for answer in accepted]
        assert versions == sorted(versions, key=lambda version: version or 0)
        assert len(set(versions)) == 50


async def test_nothing_can_be_asked_after_closing(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        await jp.close()
        with pytest.raises(Disconnected, match="not connected"):
            await jp.act(Say("too late"))


async def test_a_request_under_way_fails_when_its_connection_is_closed(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        asking = asyncio.create_task(jp.act(Say("on its way")))
        await asyncio.sleep(0)
        await jp.close()
        with contextlib.suppress(Disconnected):
            # It may have been answered just before.
            assert (await asking).version is not None


# --- coming back ---


async def test_a_broken_connection_misses_nothing_and_shows_nothing_twice(server: Live) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        await us.act(Say("before"))
        assert await said_in(jp, "before") == ["before"]
        await break_off(jp)
        for text in ("while", "it", "was", "broken"):
            await us.act(Say(text))
        assert await said_in(jp, "broken") == ["while", "it", "was", "broken"]
        assert jp.drops == 1
        view = await shown(jp, lambda view: len(view.messages) == 5)
        assert [message.text for message in view.messages] == [
            "before",
            "while",
            "it",
            "was",
            "broken",
        ]


async def test_sequence_numbers_have_no_gap_over_a_break(server: Live) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        spans: list[tuple[int, int]] = []

        async def number() -> None:
            async for event in jp.messages():
                if isinstance(event, Update):
                    spans.append((event.first_seq, event.seq))
                    if any(getattr(notice, "text", "") == "last" for notice in event.notices):
                        return

        counting = asyncio.create_task(number())
        for text in ("one", "two"):
            await us.act(Say(text))
        await break_off(jp)
        for text in ("three", "last"):
            await us.act(Say(text))
        async with asyncio.timeout(20):
            await counting
        assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(spans))


async def test_requests_whose_answers_were_lost_are_sent_again_and_done_once(
    server: Live,
) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        texts = [f"word {number}" for number in range(20)]
        asking = [asyncio.create_task(jp.act(Say(text))) for text in texts]
        await asyncio.sleep(0)  # They are on the wire; no answer has been read.
        await break_off(jp)
        async with asyncio.timeout(20):
            await asyncio.gather(*asking)
        await jp.act(Say("last"))
        heard = await said_in(us, "last")
        assert sorted(heard) == sorted([*texts, "last"])
        assert jp.drops == 1


async def test_what_is_asked_while_the_connection_is_broken_is_done_when_it_is_back(
    server: Live,
) -> None:
    async with talking(server, "JP") as (jp,):
        await break_off(jp)
        async with asyncio.timeout(20):
            await jp.act(Say("patience"))
        assert jp.drops == 1


async def test_a_connection_that_shall_not_come_back_says_that_it_broke(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP", reconnects=False) as jp:
        await break_off(jp)
        assert str(await ending(jp)) == "the connection broke"


async def test_a_restarted_server_is_found_again_and_resumed(tmp_path: Path) -> None:
    database = tmp_path / "restarted.db"
    async with live(database) as before:
        port = int(before.address.rpartition(":")[2])
        code = await before.open()
        jp = await before.join(code, "JP")
        await before.start(code, empty_seats="nobody")
        await before.to_phase(code, jp, Phase.TALK)
        await jp.act(Say("before"))
    settings = Settings(database=str(database), host_secret=SECRET, port=port)
    async with serving(settings):
        async with asyncio.timeout(20):
            await jp.act(Say("after"))
        assert jp.drops == 1
        assert jp.view is not None
        assert [message.text for message in jp.view.messages] == ["before", "after"]
        assert await said_in(jp, "after") == ["before", "after"]
        await jp.close()


async def test_a_server_that_does_not_know_the_epoch_sends_the_whole_view(server: Live) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        await us.act(Say("before"))
        assert await said_in(jp, "before") == ["before"]
        right, jp._epoch = jp._epoch, "of another log"
        await break_off(jp)
        await us.act(Say("meanwhile"))
        async with asyncio.timeout(20):
            async for event in jp.messages():
                assert not isinstance(event, Update | Resumed)
                if isinstance(event, ViewMessage):
                    break
        assert jp.seen is not None
        assert [message.text for message in jp.seen.messages] == ["before", "meanwhile"]
        assert jp._epoch == right
        await us.act(Say("after"))
        assert await said_in(jp, "after") == ["after"]


async def test_a_view_that_was_resumed_is_the_one_a_newcomer_is_shown(server: Live) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        await break_off(jp)
        await us.act(Say("meanwhile"))
        resumed = None
        async with asyncio.timeout(20):
            async for event in jp.messages():
                if isinstance(event, Resumed):
                    resumed = event
                    break
        assert resumed is not None
        async with await connect(server.address, token=jp._hello.token) as again:
            assert await shown(again, lambda view: True) == resumed.view


# --- ends ---


async def test_the_older_connection_of_a_seat_ends_and_does_not_come_back(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as older:
        async with await connect(server.address, token=older.welcome.token):
            gone = await ending(older)
            assert gone.code == CloseCode.SEAT_TAKEN_OVER
            assert not CloseCode.SEAT_TAKEN_OVER.may_reconnect
        assert older.drops == 0


async def test_a_closed_room_ends_the_connection_for_good(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        await server.ask(CloseRoom, room=code)
        assert (await ending(jp)).code == CloseCode.ROOM_CLOSED


async def test_a_token_that_was_replaced_while_away_ends_the_connection(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        session = jp.welcome.session
        await server.ask(ReissueSeat, room=code, session=session, seat="JP")
        gone = await ending(jp)
        assert gone.code in (None, CloseCode.BAD_TOKEN, CloseCode.SEAT_TAKEN_OVER)


@asynccontextmanager
async def hanging_up_once(code: CloseCode) -> AsyncIterator[str]:
    """A peer that closes its first connection with a code and answers on the second.

    A server of ours cannot be made to close with every code at will.
    """
    hellos = itertools.count()

    async def answer(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send(dump(Welcome(version=1, role="host")))
        if next(hellos) == 0:
            await socket.close(code, code.name.lower())
        async for frame in socket:
            request = parse_from_client(frame)
            assert isinstance(request, ListRooms)
            await socket.send(dump(Accepted(id=request.id, data={"rooms": []})))

    async with serve(answer, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as peer:
        yield f"127.0.0.1:{next(iter(peer.sockets)).getsockname()[1]}"


# On 1009 what was asked is refused, which has a test of its own.
@pytest.mark.parametrize("code", [one for one in CloseCode if one is not CloseCode.MESSAGE_TOO_BIG])
async def test_a_close_code_says_whether_the_client_comes_back(code: CloseCode) -> None:
    async with hanging_up_once(code) as address, await connect(address, role="host") as host:
        if not code.may_reconnect:
            gone = await ending(host)
            assert (gone.code, host.drops) == (code, 0)
            assert str(gone) == f"{code.name.lower()} ({code.value})"
            return
        async with asyncio.timeout(20):
            answer = await host.ask(ListRooms(id=host.new_id()))
        # Who is moved has lost nothing.
        drops = 0 if code is CloseCode.MOVED else 1
        assert (answer.data, host.drops) == ({"rooms": []}, drops)


# --- iterating ---


async def test_messages_begin_with_the_welcome_and_the_room(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        events = jp.messages()
        assert isinstance(await anext(events), Welcome)
        assert isinstance(await anext(events), RoomMessage)
        await server.start(code, empty_seats="nobody")
        async for event in events:
            if isinstance(event, ViewMessage):
                assert event.view.own is not None and event.view.own.seat == "JP"
                break


async def test_messages_tell_of_the_view_as_it_was_then(server: Live) -> None:
    async with talking(server, "JP") as (jp,):
        for text in ("one", "two", "three"):
            await jp.act(Say(text))
        assert jp.view is not None and len(jp.view.messages) == 3
        counts: list[int] = []
        async for event in jp.messages():
            if isinstance(event, Update) and any(isinstance(n, Said) for n in event.notices):
                assert jp.seen is not None
                counts.append(len(jp.seen.messages))
                if counts[-1] == 3:
                    break
        # Updates may have been merged on the way, but never run ahead of themselves.
        assert counts == sorted(set(counts))


async def test_closing_ends_a_loop_over_messages(server: Live) -> None:
    code = await server.open()
    jp = await server.join(code, "JP")

    async def listen() -> int:
        return len([event async for event in jp.messages()])

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    await jp.close()
    async with asyncio.timeout(20):
        assert await listening >= 1


async def test_views_show_changes_that_came_meanwhile_as_one(server: Live) -> None:
    async with talking(server, "JP", "US") as (jp, us):
        views = jp.views()
        await us.act(Say("first"))
        await shown_in(views, 1)
        for text in ("second", "third"):
            await us.act(Say(text))
        await shown(jp, lambda view: len(view.messages) == 3)
        assert len((await anext(views)).messages) == 3


async def shown_in(views: AsyncIterator[View], count: int) -> None:
    async with asyncio.timeout(20):
        async for view in views:
            if len(view.messages) == count:
                return


async def test_views_end_with_the_session(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        await server.start(code, empty_seats="nobody")
        await shown(jp, lambda view: True)
        await server.ask(CloseSession, room=code)
        async with asyncio.timeout(20):
            views = [view async for view in jp.views()]
        assert views[-1].clock.ending == "closed_by_host"
        assert views[-1].debrief is not None


async def test_an_ended_session_is_told_by_an_end_message(server: Live) -> None:
    code = await server.open()
    async with await server.join(code, "JP") as jp:
        await server.start(code, empty_seats="nobody")
        await server.ask(CloseSession, room=code)
        async with asyncio.timeout(20):
            async for event in jp.messages():
                if isinstance(event, Ended):
                    assert event.ending == "closed_by_host"
                    return
        raise AssertionError("no end message")
