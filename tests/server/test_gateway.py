"""The promises of the wire, over real sockets on a free port and a real database."""

from __future__ import annotations

import asyncio
import json
import random
import socket as sockets
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as raw_connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from client_cli.connection import Connection, Disconnected, Refusal, connect
from server import connection as connections_of_server
from server import session as sessions
from server.game import rules
from server.protocol import (
    SUBPROTOCOL,
    Accepted,
    Act,
    Address,
    Ballot,
    ChooseSeat,
    CloseRoom,
    Leave,
    ListRooms,
    OpenRoom,
    Pause,
    Phase,
    Pledge,
    ReissueSeat,
    Resume,
    RoomStatus,
    Say,
    SeatPlan,
    SetSeat,
    Update,
    Vote,
    parse_from_server,
)
from server.store import Store
from tests.server.live import BOTS, READY, SECRET, Live, here, live, shown


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


async def talking(server: Live, *seats: str, **content: object) -> tuple[str, list[Connection]]:
    """A room of korea-1997 in its talk phase, with people in the named seats."""
    code = await server.open(**content)
    people = [await server.join(code, seat) for seat in seats]
    await server.start(code, empty_seats="nobody")
    await server.to_phase(code, people[0], Phase.TALK)
    for person in people:
        await shown(person, lambda view: view.clock.phase is Phase.TALK)
    return code, people


async def refused(asking: object) -> str:
    with pytest.raises(Refusal) as refusal:
        await asking  # type: ignore[misc]
    return str(refusal.value.answer.code)


async def test_a_game_of_two_people_and_four_bots_is_played_to_its_end(server: Live) -> None:
    code = await server.open(seats=BOTS)
    people = [await server.join(code, seat) for seat in ("JP", "US")]
    await server.start(code)

    async def play(person: Connection) -> None:
        async for view in person.views():
            assert view.own is not None
            if view.clock.ending is not None:
                return
            if "pledge" in view.own.may and not view.own.final:
                await person.act(Pledge(1_000))
            elif "mark_ready" in view.own.may:
                mine = next(card for card in view.seats if card.id == view.own.seat)
                if not mine.done:
                    await person.act(READY)
            elif "vote" in view.own.may:
                for proposal in view.proposals:
                    if proposal.proposal not in view.own.ballots:
                        await person.act(Vote(proposal.proposal, Ballot.YES))

    async with asyncio.timeout(30):
        await asyncio.gather(*(play(person) for person in people))
    view = people[0].view
    assert view is not None
    assert view.debrief is not None
    assert [card.pledges_musd["JP"] for card in view.rounds] == [1_000, 1_000, 1_000]
    for person in people:
        await person.close()


async def test_the_same_request_twice_is_done_once_and_answered_the_same(server: Live) -> None:
    _, (jp,) = await talking(server, "JP")
    assert jp.view is not None
    request = Act(id="my-id", at=here(jp.view), action=Say("once"))
    first = await jp.ask(request)
    again = await jp.ask(request)
    assert first.version == again.version is not None
    other = Act(id="my-id", at=here(jp.view), action=Say("another"))
    assert await refused(jp.ask(other)) == "request_reused"
    await jp.act(Say("last"))
    view = await shown(
        jp, lambda view: view.messages[-1:] != () and view.messages[-1].text == "last"
    )
    assert [message.text for message in view.messages] == ["once", "last"]
    await jp.close()


async def test_the_same_request_twice_in_one_breath_is_done_once(server: Live) -> None:
    _, (jp,) = await talking(server, "JP")
    assert jp.view is not None and jp._socket is not None
    text = Act(id="twin", at=here(jp.view), action=Say("once")).model_dump_json()
    await jp._socket.send(text)
    await jp._socket.send(text)
    await jp.act(Say("last"))
    view = await shown(jp, lambda view: len(view.messages) >= 2)
    assert [message.text for message in view.messages] == ["once", "last"]
    await jp.close()


@pytest.mark.parametrize(
    ("frame", "request_id", "field"),
    [
        ("not json", None, None),
        ("[]", None, None),
        ('{"kind":"dance","id":"7"}', "7", None),
        ('{"kind":"act","id":"8"}', "8", "act.at"),
        ('{"kind":"leave","id":""}', None, "leave.id"),
        (
            '{"kind":"act","id":"9","at":{"crisis":1,"round":1,"phase":"talk"},'
            '"action":{"kind":"pledge","pledge_musd":"5"}}',
            "9",
            "act.action.pledge.pledge_musd",
        ),
    ],
)
async def test_garbage_is_answered_and_the_connection_lives(
    server: Live, frame: str, request_id: str | None, field: str | None
) -> None:
    code = await server.open()
    async with raw_connect(
        f"ws://{server.address}", subprotocols=[Subprotocol(SUBPROTOCOL)]
    ) as socket:
        await socket.send(json.dumps({"kind": "hello", "code": code, "name": "A"}))
        while json.loads(await socket.recv())["kind"] != "room":
            pass
        await socket.send(frame)
        answer = json.loads(await socket.recv())
        assert (answer["kind"], answer["code"], answer["id"]) == (
            "refused",
            "malformed",
            request_id,
        )
        if field is not None:
            assert answer["field"] == field
        await socket.send(json.dumps({"kind": "choose_seat", "id": "ok", "seat": "US"}))
        async with asyncio.timeout(10):
            while json.loads(await socket.recv())["kind"] != "accepted":
                pass


async def test_a_frame_that_is_too_large_ends_its_own_connection_alone(server: Live) -> None:
    _, (jp, us) = await talking(server, "JP", "US")
    assert us._socket is not None
    us._reconnects = False
    await us._socket.send('{"kind":"say","text":"' + "x" * 70_000 + '"}')
    async with asyncio.timeout(10):
        events = [event async for event in us.messages()]
    assert isinstance(events[-1], Disconnected)
    assert events[-1].code == 1009
    await jp.act(Say("still here"))
    await jp.close()


async def test_wrong_phase_and_late_decisions_are_refused(server: Live) -> None:
    code, (jp,) = await talking(server, "JP")
    assert await refused(jp.act(Pledge(100))) == "wrong_phase"
    assert jp.view is not None
    late = here(jp.view)
    await server.to_phase(code, jp, Phase.PLEDGE)
    assert await refused(jp.act(Pledge(100), late)) == "phase_over"
    assert await refused(jp.act(Pledge(100), Address(1, 3, Phase.PLEDGE))) == "phase_over"
    await jp.close()


async def test_no_message_can_name_a_seat_of_its_own(server: Live) -> None:
    code, (jp, us) = await talking(server, "JP", "US")
    await server.to_phase(code, jp, Phase.PLEDGE)
    await shown(us, lambda view: view.clock.phase is Phase.PLEDGE)
    assert jp._socket is not None
    await jp._socket.send(
        json.dumps(
            {
                "kind": "act",
                "id": "forged",
                "seat": "US",
                "at": {"crisis": 1, "round": 1, "phase": "pledge"},
                "action": {"kind": "pledge", "pledge_musd": 700, "seat": "US", "final": False},
            }
        )
    )
    view = await shown(jp, lambda view: view.own is not None and view.own.pledge_musd is not None)
    assert view.own is not None
    assert (view.own.seat, view.own.pledge_musd) == ("JP", 700)
    assert us.view is not None and us.view.own is not None
    assert us.view.own.pledge_musd is None
    for one in (jp, us):
        await one.close()


async def test_a_player_cannot_do_what_the_host_does(server: Live) -> None:
    code, (jp,) = await talking(server, "JP")
    assert await refused(jp.ask(Pause(id="1", room=code))) == "not_host"
    assert await refused(jp.ask(ListRooms(id="2"))) == "not_host"
    with pytest.raises(Refusal, match="not_host"):
        await connect(server.address, role="host", host_secret="a guess")
    await jp.close()


async def test_a_stale_token_is_refused_in_the_handshake_and_after_hello(server: Live) -> None:
    code = await server.open()
    jp = await server.join(code, "JP")
    old = jp.welcome.token
    session = jp.welcome.session
    assert old is not None and session is not None
    data = await server.ask(ReissueSeat, room=code, session=session, seat="JP")
    async with asyncio.timeout(10):
        events = [event async for event in jp.messages()]
    assert isinstance(events[-1], Disconnected)
    assert events[-1].code == 4401
    with pytest.raises(Refusal, match="bad_token"):
        await connect(server.address, token=old)
    with pytest.raises(InvalidStatus) as status:
        await raw_connect(
            f"ws://{server.address}", additional_headers={"Authorization": f"Bearer {old}"}
        )
    assert status.value.response.status_code == 401
    again = await connect(server.address, token=data["token"])
    assert again.welcome.seat == "JP"
    await again.close()


async def test_the_newest_connection_of_a_seat_wins_and_the_older_is_told(server: Live) -> None:
    _, (jp,) = await talking(server, "JP")
    newer = await connect(server.address, token=jp.welcome.token)
    async with asyncio.timeout(10):
        events = [event async for event in jp.messages()]
    assert isinstance(events[-1], Disconnected)
    assert events[-1].code == 4409
    view = await shown(newer, lambda view: True)
    assert view.own is not None and view.own.seat == "JP"
    await newer.act(Say("from the new phone"))
    await newer.close()


async def test_a_taken_seat_an_unknown_room_and_a_full_room_are_refused(server: Live) -> None:
    code = await server.open("vcm")
    people = [await server.join(code, f"P{number}") for number in (1, 2, 3, 4)]
    for options, expected in (
        ({"code": code, "seat": "P1"}, "seat_taken"),
        ({"code": code, "seat": "XX"}, "unknown_seat"),
        ({"code": code}, "no_seat_left"),
        ({"code": "NONE9"}, "unknown_room"),
    ):
        assert await refused(connect(server.address, name="Z", **options)) == expected
    for person in people:
        await person.close()


async def test_before_the_start_a_seat_can_be_changed_or_left(server: Live) -> None:
    code = await server.open("vcm")
    one = await server.join(code, "P1")
    await one.ask(ChooseSeat(id="a", seat="P3"))
    other = await server.join(code, "P1")
    await other.ask(Leave(id="b"))
    status = await server.ask(RoomStatus, room=code)
    names = {seat["seat"]: seat["name"] for seat in status["tables"][0]["seats"]}
    assert names == {"P1": None, "P2": None, "P3": "Player P1", "P4": None}
    await server.start(code)
    assert await refused(one.ask(ChooseSeat(id="c", seat="P2"))) == "room_state"
    for person in (one, other):
        await person.close()


async def test_a_room_has_many_tables_side_by_side(server: Live) -> None:
    opened = await server.ask(OpenRoom, scenario="vcm", tables=3, timed=False)
    code, ids = opened["room"], opened["sessions"]
    people = [await connect(server.address, code=code, name=f"N{n}") for n in range(9)]
    seated = [person.welcome.session for person in people]
    assert [seated.count(one) for one in ids] == [4, 4, 1]
    await server.start(code)
    await people[8].ask(Act(id="x", at=Address(1, 1, Phase.TALK), action=Say("alone here")))
    await shown(people[8], lambda view: bool(view.messages))
    view = await shown(people[0], lambda view: True)
    assert view.messages == () or view.messages[0].text != "alone here"
    for person in people:
        await person.close()


async def test_a_room_is_opened_for_a_lesson_of_given_minutes(server: Live) -> None:
    code = await server.open("korea-1997", timed=True, minutes=20)
    jp = await server.join(code, "JP")
    await server.start(code)
    view = await shown(jp, lambda view: view.clock.deadline_ms is not None)
    # Two fifths of 90 seconds, in steps of five.
    assert view.clock.deadline_ms == 35_000
    await jp.close()
    refusal = refused(server.open("korea-1997", minutes=5))
    assert await refusal == "out_of_range"


async def test_a_client_that_stops_reading_is_cut_off_while_twenty_others_go_on(
    server: Live,
) -> None:
    code, people = await talking(server, "JP", "US")
    jp = people[0]
    observers = [await connect(server.address, code=code, role="observer") for _ in range(20)]
    host, port = server.address.split(":")
    stalled = sockets.socket()
    stalled.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    stalled.connect((host, int(port)))
    stalled.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=stalled, limit=1024)
    writer.write(
        f"GET / HTTP/1.1\r\nHost: {server.address}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    hello = json.dumps({"kind": "hello", "code": code, "role": "observer"}).encode()
    mask = b"\0\0\0\0"
    writer.write(bytes([0x81, 0x80 | len(hello)]) + mask + hello)
    await writer.drain()
    # Nothing is read from here on. Text that does not compress, more than buffers hold.
    noise = random.Random(1)
    try:
        for number in range(3_000):
            letters = "".join(chr(noise.randrange(0x20000, 0x2A000)) for _ in range(480))
            await jp.act(Say(f"{number} {letters}"))
            if number % 50 == 49 and await connections(server) < 24:
                break
        else:
            pytest.fail("the client that does not read was not cut off")
    finally:
        writer.transport.abort()
    for observer in observers:
        wanted = f"{number} "
        await shown(
            observer,
            lambda view, wanted=wanted: (
                view.messages[-1:] != () and view.messages[-1].text.startswith(wanted)
            ),
        )
    for one in (*observers, *people):
        await one.close()


async def connections(server: Live) -> int:
    text = await asyncio.to_thread(fetch, f"http://{server.address}/metrics")
    line = next(line for line in text.splitlines() if line.startswith("backstop_connections "))
    return int(line.split()[1])


def fetch(url: str) -> str:
    with urllib.request.urlopen(url) as response:
        return str(response.read().decode())


async def test_a_broken_connection_resumes_without_a_gap(server: Live) -> None:
    _, (jp, us) = await talking(server, "JP", "US")
    seen: list[int] = []

    async def collect() -> None:
        async for message in us.messages():
            if isinstance(message, Update):
                seen.extend(range(message.first_seq, message.seq + 1))
            if us.seen is not None and us.seen.messages[-1:] and us.seen.messages[-1].text == "end":
                return

    collecting = asyncio.create_task(collect())
    for number in range(30):
        await jp.act(Say(f"word {number}"))
        if number % 10 == 5:
            assert us._socket is not None
            us._socket.transport.abort()
    await jp.act(Say("end"))
    async with asyncio.timeout(20):
        await collecting
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert us.drops >= 1
    assert us.view is not None
    assert [message.text for message in us.view.messages] == [
        *(f"word {number}" for number in range(30)),
        "end",
    ]
    for one in (jp, us):
        await one.close()


async def test_an_update_patches_the_view_to_what_a_newcomer_is_shown(server: Live) -> None:
    code, (jp, us) = await talking(server, "JP", "US")
    old = await connect(server.address, code=code, role="observer")
    await shown(old, lambda view: True)
    await jp.act(Say("hello"))
    await server.to_phase(code, jp, Phase.PLEDGE)
    await jp.act(Pledge(1_200))
    await us.act(Pledge(300), Address(1, 1, Phase.PLEDGE))
    patched = await shown(old, lambda view: len(view.rounds) == 1)
    new = await connect(server.address, code=code, role="observer")
    assert await shown(new, lambda view: True) == patched
    for one in (jp, us, old, new):
        await one.close()


class FailingCommit:
    """Makes the database fail at the next commits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.armed = 0
        create = Store.__init__

        def listening(store: Store, engine: object) -> None:
            create(store, engine)  # type: ignore[arg-type]
            appending = store._writer._thread_engine
            assert appending is not None
            event.listen(engine.sync_engine, "commit", self._commit)  # type: ignore[attr-defined]
            event.listen(appending, "commit", self._commit)

        monkeypatch.setattr(Store, "__init__", listening)

    def _commit(self, connection: object) -> None:
        if self.armed:
            self.armed -= 1
            raise OperationalError("COMMIT", {}, Exception("the disk is full"))


async def test_a_commit_that_fails_is_told_to_its_senders_and_may_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = FailingCommit(monkeypatch)
    async with live(tmp_path / "live.db") as server:
        code, (jp, us) = await talking(server, "JP", "US")
        await server.to_phase(code, jp, Phase.PLEDGE)
        await shown(us, lambda view: view.clock.phase is Phase.PLEDGE)
        assert jp.view is not None
        request = Act(id="pledge", at=here(jp.view), action=Pledge(900))
        failing.armed = 1
        with pytest.raises(Refusal) as refusal:
            await jp.ask(request)
        assert refusal.value.answer.code == "not_saved"
        assert refusal.value.answer.retryable
        assert jp.view.own is not None and jp.view.own.pledge_musd is None
        assert (await jp.ask(request)).version is not None
        view = await shown(us, lambda view: view.seats[0].done)
        assert view.clock.phase is Phase.PLEDGE
        for one in (jp, us):
            await one.close()


async def test_a_broken_invariant_parks_its_session_and_no_other(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_a, (a,) = await talking(server, "JP")
    _, (b,) = await talking(server, "JP")
    unfold = rules.unfold

    def broken(
        state: object, seat: object, action: object, *rest: object, **more: object
    ) -> object:
        if isinstance(action, Say) and action.text == "boom":
            raise AssertionError("a bug")
        return unfold(state, seat, action, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(sessions.rules, "unfold", broken)
    assert await refused(a.act(Say("boom"))) == "session_parked"
    assert await refused(a.act(Say("hello?"))) == "session_parked"
    await b.act(Say("we go on"))
    status = await server.ask(RoomStatus, room=code_a)
    assert status["tables"][0]["status"] == "parked"
    for one in (a, b):
        await one.close()


async def test_a_full_queue_is_busy_and_may_be_tried_again(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (jp,) = await talking(server, "JP")
    gate = asyncio.Event()
    append = Store.append

    async def held(store: Store, *arguments: object, **more: object) -> int:
        await gate.wait()
        return await append(store, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "append", held)
    asks = [asyncio.create_task(jp.act(Say(f"word {number}"))) for number in range(380)]
    async with asyncio.timeout(20):
        while not any(task.done() for task in asks):
            await asyncio.wait(asks, return_when=asyncio.FIRST_COMPLETED)
    gate.set()
    results = await asyncio.gather(*asks, return_exceptions=True)
    busy = [result for result in results if isinstance(result, Refusal)]
    assert busy
    assert {result.answer.code for result in busy} == {"busy"}
    assert all(result.answer.retryable for result in busy)
    done = sum(isinstance(result, Accepted) for result in results)
    view = await shown(jp, lambda view: len(view.messages) == done)
    assert len(view.messages) + len(busy) == 380
    await jp.close()


async def test_too_many_requests_are_limited_by_connection(
    server: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_of_server, "REQUEST_BURST", 30)
    monkeypatch.setattr(connections_of_server, "REQUESTS_PER_S", 0)
    _, (jp, us) = await talking(server, "JP", "US")
    asks = [jp.act(Say("x")) for _ in range(31)]
    results = await asyncio.gather(*asks, return_exceptions=True)
    codes = [str(result.answer.code) for result in results if isinstance(result, Refusal)]
    assert codes == ["rate_limited"]
    await us.act(Say("not limited"))
    for one in (jp, us):
        await one.close()


async def test_a_page_of_another_origin_may_not_connect(server: Live) -> None:
    with pytest.raises(InvalidStatus) as status:
        await raw_connect(f"ws://{server.address}", origin="http://evil.example")  # type: ignore[arg-type]
    assert status.value.response.status_code == 403
    async with raw_connect(
        f"ws://{server.address}",
        origin=f"http://{server.address}",  # type: ignore[arg-type]
        subprotocols=[Subprotocol(SUBPROTOCOL)],
    ) as socket:
        await socket.send('{"kind":"act"}')
        assert json.loads(await socket.recv())["kind"] == "refused"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/", 200, "text/html"),
        ("HEAD", "/", 200, "text/html"),
        ("GET", "/?g=KITE7", 200, "text/html"),
        ("GET", "/host", 200, "text/html"),
        ("GET", "/board", 200, "text/html"),
        ("GET", "/style.css", 200, "text/css"),
        ("GET", "/student.js", 200, "text/javascript"),
        ("GET", "/healthz", 200, "text/plain"),
        ("GET", "/schema.json", 200, "application/json"),
        ("GET", "/qr.svg?code=KITE7", 200, "image/svg+xml"),
        ("GET", "/qr.svg", 400, "text/plain"),
        ("GET", "/../etc/passwd", 404, "text/plain"),
    ],
)
async def test_the_plain_pages(
    server: Live, method: str, path: str, status: int, kind: str
) -> None:
    def get() -> tuple[int, str, bytes, str]:
        request = urllib.request.Request(f"http://{server.address}{path}", method=method)
        try:
            with urllib.request.urlopen(request) as response:
                policy = response.headers["Content-Security-Policy"]
                return response.status, response.headers["Content-Type"], response.read(), policy
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read(), ""

    code, content, body, policy = await asyncio.to_thread(get)
    assert code == status
    assert content.startswith(kind)
    if status == 200:
        assert policy.startswith(("default-src 'self'; ", "default-src 'none'"))
        assert "unsafe" not in policy
    assert (body == b"") == (method == "HEAD")


async def test_a_bot_takes_over_for_the_absent_and_gives_the_seat_back(server: Live) -> None:
    code, (jp, us) = await talking(server, "JP", "US", takeover_after_s=0)
    await jp.close()
    view = await shown(us, lambda view: view.seats[0].participant == "bot")
    assert view.seats[0].id == "JP"
    again = await connect(server.address, token=jp.welcome.token)
    await shown(us, lambda view: view.seats[0].participant == "person")
    view = await shown(again, lambda view: view.seats[0].participant == "person")
    assert view.own is not None and view.own.seat == "JP"
    status = await server.ask(RoomStatus, room=code)
    assert status["tables"][0]["seats"][0]["present"]
    for one in (again, us):
        await one.close()


async def test_the_host_can_put_a_bot_in_and_the_person_back(server: Live) -> None:
    code, (jp, us) = await talking(server, "JP", "US")  # the bot waits for the United States
    session = jp.welcome.session
    bot = SeatPlan(participant="bot", bot="free-rider")  # type: ignore[arg-type]
    await server.ask(SetSeat, room=code, session=session, seat="JP", plan=bot)
    await shown(jp, lambda view: view.seats[0].participant == "bot")
    person = SeatPlan(participant="person")  # type: ignore[arg-type]
    await server.ask(SetSeat, room=code, session=session, seat="JP", plan=person)
    await shown(jp, lambda view: view.seats[0].participant == "person")
    wrong = SeatPlan(participant="bot", bot="free-ridr")  # type: ignore[arg-type]
    asking = server.ask(SetSeat, room=code, session=session, seat="JP", plan=wrong)
    assert await refused(asking) == "unknown_bot"
    for one in (jp, us):
        await one.close()


async def test_pause_and_clocks_survive_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "live.db"
    async with live(database) as server:
        code = await server.open(timed=True)
        jp = await server.join(code, "JP", reconnects=False)
        await server.start(code, empty_seats="nobody")
        await shown(jp, lambda view: True)
        await server.ask(Pause, room=code)
        await shown(jp, lambda view: view.clock.paused)
        token, epoch, seq = jp.welcome.token, jp._epoch, jp._seq
        left = jp.left_ms
        await jp.close()
    async with live(database) as server:
        again = await connect(server.address, token=token)
        view = await shown(again, lambda view: view.clock.paused)
        assert view.clock.phase is Phase.BRIEF
        assert left is not None and again.left_ms is not None
        assert abs(again.left_ms - left) < 1_000
        assert again._epoch == epoch
        assert seq is not None and again._seq is not None and again._seq >= seq
        await server.ask(Resume, room=code)
        await shown(again, lambda view: not view.clock.paused)
        await again.close()


async def test_a_closed_room_says_so_and_lets_nobody_in(server: Live) -> None:
    code, (jp,) = await talking(server, "JP")
    await server.ask(CloseRoom, room=code)
    async with asyncio.timeout(10):
        events = [event async for event in jp.messages()]
    assert isinstance(events[-1], Disconnected)
    assert events[-1].code == 4410
    assert await refused(connect(server.address, code=code, name="late")) == "unknown_room"


async def test_leaving_the_server_tells_everybody_to_come_back(tmp_path: Path) -> None:
    async with live(tmp_path / "live.db") as server:
        code = await server.open()
        socket = await raw_connect(
            f"ws://{server.address}", subprotocols=[Subprotocol(SUBPROTOCOL)]
        )
        await socket.send(json.dumps({"kind": "hello", "code": code, "name": "A"}))
        assert parse_from_server(await socket.recv()).kind == "welcome"
    with pytest.raises(ConnectionClosed) as closed:
        await read_to_the_end(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


async def test_what_the_host_did_is_in_the_audit_trail_without_secrets(tmp_path: Path) -> None:
    database = tmp_path / "live.db"
    async with live(database) as server:
        code, (jp,) = await talking(server, "JP")
        await server.ask(Pause, room=code)
        await jp.close()
    async with await Store.open(str(database)) as store:
        acts = await store.host_acts(code)
    assert [row.act["kind"] for row in acts][:2] == ["open_room", "start"]
    assert acts[-1].act["kind"] == "pause"
    assert SECRET not in json.dumps([row.act for row in acts])


async def test_names_of_people_are_in_no_event(tmp_path: Path) -> None:
    database = tmp_path / "live.db"
    async with live(database) as server:
        _, (jp,) = await talking(server, "JP")
        session = jp.welcome.session
        await jp.close()
    assert session is not None
    async with await Store.open(str(database)) as store:
        assert "Player JP" in {seat.name for seat in await store.seats(session)}
        assert all("Player JP" not in row.payload for row in await store.stored(session))


async def read_to_the_end(socket: ClientConnection) -> None:
    while True:
        await socket.recv()
