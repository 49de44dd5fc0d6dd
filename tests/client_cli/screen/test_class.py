"""A host's full screen, driven by keys alone, against a real server over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from client_cli.connection import connect
from server.protocol import Phase, RoomMessage, RoomStatus
from tests.client_cli.screen.players import NARROW, PATIENCE_S, Player, WatchedClass, at_screen
from tests.server.live import SECRET, Live, live, shown


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes what a test has opened, the last one first."""
    async with AsyncExitStack() as opened:
        yield opened


async def hosted(
    server: Live, stack: AsyncExitStack, code: str, size: tuple[int, int] = NARROW
) -> Player:
    """A host before the screen of a room."""
    status = RoomMessage.model_validate(await server.ask(RoomStatus, room=code))
    host = await connect(server.address, role="host", host_secret=SECRET)
    return await stack.enter_async_context(at_screen(WatchedClass(host, status), host, size))


@pytest.mark.parametrize("size", [NARROW, (160, 50)])
async def test_a_class_is_run_from_its_start_to_its_close(
    server: Live, stack: AsyncExitStack, size: tuple[int, int]
) -> None:
    code = await server.open("korea-1997", tables=2, timed=True)
    host = await hosted(server, stack, code, size)
    jp = await stack.enter_async_context(await server.join(code, "JP"))
    await host.until("1 of 1 here")
    await host.until("1 seats taken")
    assert "0 seats taken" in host.text
    await host.type("start person")
    await host.until("The room started.")
    view = await shown(jp, lambda view: view.clock.phase is Phase.BRIEF)
    await host.until(lambda text: text.count("brief") == 2)
    await host.type("1 pause")
    await host.until("Table 1 paused.")
    await shown(jp, lambda view: view.clock.paused)
    await host.until(lambda text: " paused " in text)
    await host.press("f4")
    await host.until("The room goes on.")
    view = await shown(jp, lambda view: not view.clock.paused)
    await host.type("1 extend 90")
    await host.until("Table 1 has 90 s more.")
    assert view.clock.deadline_ms is not None
    deadline_ms = view.clock.deadline_ms + 90_000
    await shown(jp, lambda view: view.clock.deadline_ms == deadline_ms)
    await host.type("say Two more minutes")
    await host.until("The room was told.")
    await host.type("1")
    await host.until("You said: Two more minutes")
    assert "Player JP" in host.text
    await host.type("close")
    await host.until("let nobody in any more? Type yes")
    await host.type("yes")
    await host.until("host, closed")
    await host.press("ctrl+c")
    assert host.app.return_value == 0


async def test_what_cannot_be_undone_is_asked_first(server: Live, stack: AsyncExitStack) -> None:
    code = await server.open("korea-1997")
    jp = await stack.enter_async_context(await server.join(code, "JP"))
    await server.start(code, empty_seats="nobody")
    await shown(jp, lambda view: view.clock.phase is Phase.BRIEF)
    host = await hosted(server, stack, code)
    await host.press("f6")
    await host.until("The room: end the phase now? Type yes")
    await host.type("no")
    await host.until("no word no")
    assert jp.view is not None
    assert jp.view.clock.phase is Phase.BRIEF
    await host.press("escape", "f6")
    # It ends by itself before the answer.
    await server.to_phase(code, jp, Phase.TALK)
    await host.type("yes")
    await host.until("refused: phase_over")
    await host.until("1/3       talk")
    await host.press("escape", "f6")
    await host.type("yes")
    await host.until("The room is in its next phase.")
    assert (await shown(jp, lambda view: view.clock.phase is not Phase.TALK)).clock.round == 1


async def test_an_event_card_is_asked_for_and_a_wrong_one_refused(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997")
    await server.start(code, empty_seats="nobody")
    host = await hosted(server, stack, code)
    await host.type("1 card nothing")
    await host.until("Table 1: let nothing happen? Type yes")
    await host.type("yes")
    await host.until("refused: ")


async def test_a_bot_takes_a_seat_and_a_lost_seat_is_given_again(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997")
    jp = await server.join(code, "JP")
    await jp.close()
    await server.start(code, empty_seats="nobody")
    host = await hosted(server, stack, code, (160, 50))
    await host.until("Player JP")
    await host.type("seat US leader")
    await host.until("Table 1 has US played by leader.")
    await host.type("1")
    await host.until(lambda text: "US         bot     bot" in text)
    await host.type("reissue JP")
    await host.until("end the token and the word that JP has? Type yes")
    await host.type("y")
    shown_text = await host.until("To come back: --token ")
    token = shown_text.split("--token ")[1].split(",")[0].split()[0]
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "JP"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("paus", "no word paus; type [3] pause"),
        ("9 pause", "there is no table 9; the room has 1 to 2"),
        ("3", "there is no table 3; the room has 1 to 2"),
        ("extend soon", "soon is no number of seconds; type [3] extend [SECONDS]"),
        ("extend 0", "refused"),
        ("seat JP leader", "at which table? type 3 seat JP BOT"),
        ("1 seat XX leader", "refused: unknown_seat"),
        ("2 start", "start is for the whole room; type start alone"),
    ],
)
async def test_a_line_that_cannot_be_done_stays_and_is_explained(
    server: Live, stack: AsyncExitStack, line: str, said: str
) -> None:
    code = await server.open("korea-1997", tables=2)
    await server.start(code, empty_seats="nobody")
    host = await hosted(server, stack, code)
    await host.type(line)
    await host.until(said)
    # Behind the cursor stands what may come next.
    assert host.line.startswith(line)


async def test_keys_are_listed_and_lines_completed(server: Live, stack: AsyncExitStack) -> None:
    code = await server.open("korea-1997")
    host = await hosted(server, stack, code)
    await host.press("f1")
    await host.until("What you can type")
    assert "the room goes on without you" in host.text
    await host.press("escape")
    await host.write("1 re")
    await host.press("tab")
    await host.until("resume, reissue")
    await host.write("i")
    await host.press("tab")
    assert host.line.startswith("1 reissue ")


async def test_a_host_whose_connection_breaks_goes_on_by_itself(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997")
    await server.start(code, empty_seats="person")
    host = await hosted(server, stack, code)
    socket = host.app._host._socket
    assert socket is not None
    socket.transport.abort()
    await host.until("Connected again.")
    await host.until("host, connected")
    await host.type("pause")
    await host.until("The room paused.")


async def test_a_person_is_moved_and_what_was_done_is_read(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997", tables=2)
    jp = await stack.enter_async_context(await server.join(code, "JP"))
    host = await hosted(server, stack, code)
    await host.until("1 seats taken")
    await host.type("1 move JP 2 US")
    await host.until("Table 1 has the person of JP moved to US.")
    async with asyncio.timeout(PATIENCE_S):
        async for _ in jp.messages():
            if jp.welcome.seat == "US":
                break
    await host.type("acts")
    await host.until("table 1   JP moved to US of table 2")
    await host.press("escape")
    await host.type("study")
    await host.until("refused: room_state")
    await host.press("escape")
    await host.type("unsay")
    await host.until("The room has no message any more.")
