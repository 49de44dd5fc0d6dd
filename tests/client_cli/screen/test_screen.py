"""The full screen, driven by keys alone, against a real server over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from textual.color import Color
from textual.filter import NoColor

from client_cli.connection import connect
from client_cli.screen.help import Help
from server.protocol import (
    Announce,
    CloseRoom,
    Extend,
    MovePerson,
    NextPhase,
    Pause,
    Phase,
    Resume,
    RoomStatus,
    TablePackage,
    View,
)
from tests.client_cli.screen.players import BROAD, MIDDLE, NARROW, Player, seated
from tests.server.live import Live, live, shown

ASIA = str(Path(__file__).parent.parent / "asia.toml")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes the screens of a test, the last one first."""
    async with AsyncExitStack() as screens:
        yield screens


class Table:
    """A room with people before screens, and a board to see where it is."""

    def __init__(self, server: Live, code: str, players: dict[str, Player]) -> None:
        self.server = server
        self.code = code
        self.players = players

    async def start(self, stack: AsyncExitStack) -> None:
        """Start; empty seats play their defaults."""
        await self.server.start(self.code, empty_seats="nobody")
        board = await connect(self.server.address, code=self.code, role="observer")
        self.board = await stack.enter_async_context(board)

    async def to(self, phase: Phase) -> View:
        """Go on to a phase that all see."""
        view = await self.server.to_phase(self.code, self.board, phase)
        for player in self.players.values():
            await player.until(f": {phase}")
        return view

    async def next(self) -> View:
        """Go on by one phase."""
        here = (await shown(self.board, lambda view: True)).clock
        await self.server.ask(NextPhase, room=self.code)
        return await shown(self.board, lambda view: view.clock != here)


async def sat_down(
    server: Live,
    stack: AsyncExitStack,
    *seats: str,
    scenario: str = "korea-1997",
    size: tuple[int, int] = NARROW,
    timed: bool = False,
) -> Table:
    """A table that has started, and people before screens of one size."""
    code = await server.open(scenario, timed=timed, seed=3)
    players = {
        seat: await stack.enter_async_context(seated(await server.join(code, seat), size))
        for seat in seats
    }
    table = Table(server, code, players)
    await table.start(stack)
    for player in players.values():
        await player.until(": brief")
    return table


# --- before and after ---


async def test_who_is_moved_to_another_table_is_told_and_sees_that_one(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997", tables=2)
    connection = await server.join(code, "JP")
    await server.start(code, empty_seats="person")
    jp = await stack.enter_async_context(seated(connection))
    await jp.until("JP, connected")
    await jp.until("Round 1 of 3: brief")
    second = (await server.ask(RoomStatus, room=code))["tables"][1]
    there = {"room": code, "session": connection.welcome.session, "seat": "JP"}
    await server.ask(MovePerson, **there, to_session=second["session"], to_seat="US")
    await jp.until("You have the seat US now.")
    await jp.until("US, connected")
    await jp.until(lambda text: "> US " in text)


async def test_before_the_start_one_sees_who_is_there(server: Live, stack: AsyncExitStack) -> None:
    code = await server.open("korea-1997")
    jp = await stack.enter_async_context(seated(await server.join(code, "JP")))
    await jp.until("JP Player JP (here)")
    await jp.type("ready")
    assert "not started yet" in jp.text
    assert jp.line == "ready"
    us = await stack.enter_async_context(await server.join(code, "US"))
    await jp.until("US Player US (here)")
    await us.close()


async def test_a_room_that_closes_before_the_start_ends_with_one(
    server: Live, stack: AsyncExitStack
) -> None:
    code = await server.open("korea-1997")
    jp = await stack.enter_async_context(seated(await server.join(code, "JP")))
    await server.ask(CloseRoom, room=code)
    await jp.until("disconnected: the host closed the room")
    await jp.until("JP, disconnected")
    await jp.press("ctrl+c")
    assert jp.app.return_value == 1


async def test_a_session_that_the_host_ends_is_an_end(server: Live, stack: AsyncExitStack) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await server.ask(CloseRoom, room=table.code)
    await jp.until("The session has ended (closed_by_host).")
    await jp.until("JP, ended")
    await jp.press("ctrl+c")
    assert jp.app.return_value == 0


# --- every role ---


async def test_governments_banks_and_the_fund_play_a_round(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US", "JP-banks", "IMF")
    jp, us, banks, imf = table.players.values()
    await table.to(Phase.PROPOSE)
    await jp.type("package JP=4 US=4.5 JP-banks=10% because we must")
    for player in (us, banks):
        await player.until("F4 Offers 1!")
        await player.press("f4")
        await player.until("Yours to answer: accept 1, or reject 1.")
        await player.type("accept 1")
    await jp.until("Package 1 stands: it is a promise of all it names.")
    # 0.4 of a third of 55 bn.
    await imf.press("f4")
    await imf.until("The Fund can lend 7.333 bn by a majority")
    await imf.type("propose 7.3")
    await jp.until("IMF proposes a tranche of 7.3 bn (proposal 1).")
    assert "Promised [===================" in jp.text and "8.5 of 18.333" in jp.text
    await table.to(Phase.VOTE)
    for player in (jp, us):
        await player.type("vote 1 yes")
        await player.press("f4")
        await player.until("Your vote on proposal 1: yes.")
    await table.to(Phase.PLEDGE)
    await jp.type("pledge 4")
    await jp.until("Your pledge stands at 4 bn, final.")
    await us.type("pledge 4.5")
    await banks.type("withdraw 10%")
    await banks.until("You take out 10%, final.")
    assert "4.5" not in "".join(line for line in jp.screen if line.startswith("Your pledge"))
    await imf.type("release")
    await table.to(Phase.DISBURSE)
    for player in table.players.values():
        await player.until("Your lines (US$ bn)")
    # A third of 55 bn and a tenth of 5.367 bn are needed; 7.3 and 0.667 of it leave 6.701, which
    # pledges of 4 and 4.5 share.
    await jp.press("f2")
    await jp.until("18.87 of 18.87, complete")
    assert "Japan (JP) pledged 4, drawn 3.153" in jp.text


async def test_the_debtor_and_the_advanced_rules_play_a_round(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US", "JP-banks", "IMF", "KR", scenario=ASIA)
    jp, us, banks, imf, kr = table.players.values()
    await table.to(Phase.TALK)
    await us.type("press JP 5")
    await jp.until("US presses you to pledge 5 bn.")
    await jp.type("favour JP-banks 0.5 out 10%")
    await banks.until("JP offers you 0.5 bn for taking out at most 10%.")
    await banks.type("lobby 30%")
    await jp.until("JP-banks lobbies you with 30% of its force.")
    await table.to(Phase.PROPOSE)
    await imf.type("propose 5 terms 60% 40% then 4")
    await jp.until("(proposal 1)")
    await jp.type("propose regional 1.5")
    await jp.until("(proposal 2)")
    await table.to(Phase.VOTE)
    for number in (1, 2):
        await jp.type(f"vote {number} yes")
        await jp.until(f"Your vote on proposal {number}: yes.")
    await us.type("vote 1 yes")
    await table.to(Phase.PLEDGE)
    assert "The programme waits for your answer" in await kr.until("accept programme")
    await kr.type("accept programme")
    await kr.until("You accept the programme, final.")
    await jp.type("pledge 2 if 2.5 line 6 terms 40% guide 50%")
    await jp.until("if the others reach 2.5, second line 6, terms 40%, guidance 50%, final.")
    await table.to(Phase.DISBURSE)
    await kr.until("Your lines (US$ bn)")
    assert "finance" in kr.text and "pain" in kr.text
    # What was expected of the round gives way to what it was.
    assert "as things stand" not in kr.text


async def test_what_is_switched_off_is_not_shown(server: Live, stack: AsyncExitStack) -> None:
    # East Asia has neither banks nor the Fund, and none of the advanced rules.
    table = await sat_down(server, stack, "JP", scenario="east-asia", size=MIDDLE)
    jp = table.players["JP"]
    await table.to(Phase.TALK)
    for key in ("f2", "f4", "f7"):
        await jp.press(key)
        assert "claims" not in jp.text
        assert "programme" not in jp.text
        assert "The Fund can lend" not in jp.text
    await jp.press("f1")
    await jp.until("What you can type now")
    now = jp.text.partition("All words of all games")[0]
    for word in ("press", "lobby", "favour", "vote", "withdraw"):
        assert f"\n{word} " not in now


async def test_a_package_and_one_step_more_are_shown_by_what_they_bring(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US", scenario="east-asia")
    jp, us = table.players.values()
    await table.to(Phase.PROPOSE)
    await jp.type("package JP=12.15 US=9.9")
    await us.until("F4 Offers 1!")
    await us.press("f4")
    # 22.05 of 60, worth 17 bn to the United States: 6.2475, half to even.
    await us.until("For you: public +6.248, ")
    await us.press("f5")
    await us.until("Your lines of this round, as things stand (US$ bn)")
    assert "if all do as they promised: JP 0, US 0" in us.text
    await us.type("if pledge 9.9")
    # 9.9 of 60 of 17.
    await us.until("For you: public +2.805, ")
    await us.until("Stability would be 16.5 %")


async def test_the_hosts_word_is_shown(server: Live, stack: AsyncExitStack) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await server.ask(Announce, room=table.code, text="Five minutes [b]more[/b]")
    await jp.until("The host says: Five minutes [b]more[/b]")


# --- the talk ---


async def test_talk_is_read_room_by_room_and_unread_is_marked(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US")
    jp, us = table.players.values()
    await table.to(Phase.TALK)
    await us.type("say to all of you")
    await us.type("in g7 behind doors")
    await us.type("to JP between us")
    await jp.until("F3 Talk 3 new")
    await jp.type("talk everybody")
    await jp.until("[everybody] g7 (1 new)  US (1 new)")
    assert "US: to all of you" in jp.text
    assert "between us" not in jp.text.partition("─")[0]
    await jp.press("ctrl+n")
    await jp.until("[g7] US (1 new)")
    assert "US in g7: behind doors" in jp.text
    await jp.press("f3")
    await jp.until("[US]")
    assert "new" not in jp.screen[-1]
    await jp.press("ctrl+p", "ctrl+p", "ctrl+p")
    await jp.until("[all]")
    for words in ("US: to all of you", "US in g7: behind doors", "US to JP: between us"):
        assert words in jp.text


async def test_a_room_that_is_none_is_complained_of_with_those_there_are(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await jp.type("talk g77")
    await jp.until("g77 is no room of yours; there are everybody, g7")
    assert jp.line == "talk g77"


async def test_words_of_others_cannot_draw_on_the_screen(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US")
    jp, us = table.players.values()
    await table.to(Phase.TALK)
    await us.type("say [bold]not bold[/bold] [red")
    await jp.until("US: [bold]not bold[/bold] [red")


async def test_the_newest_stays_in_sight_unless_one_has_scrolled_up(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US")
    jp, us = table.players.values()
    await table.to(Phase.TALK)
    await jp.press("f3")
    for number in range(30):
        await us.type(f"say word {number}")
    await jp.until("US: word 29")
    assert "US: word 2\n" not in jp.text
    await jp.press("pageup", "pageup")
    assert "US: word 2\n" in jp.text
    await us.type("say word 30")
    await us.until("US: word 30")
    assert "US: word 2\n" in jp.text
    await jp.press("pagedown", "pagedown", "pagedown")
    await jp.until("US: word 30\n")


# --- typing ---


async def test_a_wrong_line_stays_with_its_form_and_near_words(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await jp.type("raedy")
    await jp.until("raedy is not a command; did you mean ready")
    assert jp.line == "raedy"
    await jp.press("escape")
    assert "raedy" not in jp.line
    await table.to(Phase.PLEDGE)
    await jp.type("pledge four")
    await jp.until("four is not an amount")
    assert "form: pledge 4.2 [draft]" in jp.text
    assert jp.line == "pledge four"


async def test_what_the_server_refuses_comes_back_to_be_mended(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await table.to(Phase.PLEDGE)
    await jp.type("pledge 50")
    await jp.until("refused: out_of_range: pledge_musd: 50 is outside 0 to 5 (allowed: 0 to 5)")
    assert jp.line == "pledge 50"
    await jp.press("backspace", "enter")
    await jp.until("Your pledge stands at 5 bn, final.")
    assert not jp.line.startswith("pledge")


async def test_what_was_typed_is_recalled_and_what_is_begun_is_kept(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US")
    jp = table.players["JP"]
    await jp.type("time")
    await jp.type("ready")
    await jp.until("JP is ready.")
    await jp.write("unr")
    await jp.press("up")
    assert jp.line == "ready"
    await jp.press("up", "up")
    assert jp.line == "time"
    await jp.press("down", "down")
    assert jp.line.startswith("unr")


async def test_tab_completes_and_several_ways_are_shown(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await table.to(Phase.PROPOSE)
    await jp.write("pac")
    await jp.press("tab")
    await jp.write("J")
    await jp.press("tab")
    await jp.until("JP=, JP-banks=")
    await jp.write("=3 U")
    await jp.press("tab")
    await jp.write("2.5")
    assert jp.line == "package JP=3 US=2.5"
    await jp.press("enter")
    await jp.until("JP tables package 1: JP 3, US 2.5.")


async def test_no_letter_is_a_key_and_a_letter_on_a_page_is_typed(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    letters = "abcdefghijklmnopqrstuvwxyz?!/0123456789"
    await jp.write(letters)
    assert jp.line == letters
    assert "F2 Table" in jp.text and jp.app.is_running
    await jp.press("escape", "tab")
    assert jp.app.focused is not jp.app.query_one("#line")
    await jp.write("sa")
    assert jp.line.startswith("sa")
    assert jp.app.focused is jp.app.query_one("#line")


async def test_help_opens_by_key_and_by_word_and_escape_closes_it(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await jp.write("rea")
    await jp.press("f1")
    assert isinstance(jp.app.screen, Help)
    assert "Ctrl+C twice" in jp.text
    await jp.press("escape")
    assert jp.line.startswith("rea")
    await jp.press("escape")
    await jp.type("/help")
    assert isinstance(jp.app.screen, Help)


async def test_ctrl_c_asks_once_and_leaves_the_seat_kept(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    token = jp.app._connection.token
    await jp.press("ctrl+c")
    await jp.until("Press Ctrl+C again to leave; your seat is kept.")
    assert jp.app.is_running
    await jp.press("ctrl+c")
    assert jp.app.return_value == 0
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "JP"


# --- clock and connection ---


async def test_the_clock_and_what_the_host_does_are_shown(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", timed=True)
    jp = table.players["JP"]
    await jp.until(lambda text: "brief, 90 s left" in text or "brief, 89 s left" in text)
    await server.ask(Pause, room=table.code)
    await jp.until("paused by the host")
    await server.ask(Resume, room=table.code)
    await server.ask(Extend, room=table.code, seconds=600)
    await jp.until("The host gave more time.")
    await jp.until("11 min ")


async def test_a_broken_connection_is_told_and_nothing_is_missing(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", "US")
    jp, us = table.players.values()
    await table.to(Phase.TALK)
    socket = jp.app._connection._socket
    assert socket is not None
    socket.transport.abort()
    await us.type("say while you were away")
    await jp.until("US: while you were away")
    await jp.type("talk")
    await jp.until("Connected again; nothing is missing.")
    assert "connection lost; coming back by itself" in jp.text
    await jp.until("JP, connected")


async def test_what_is_typed_while_the_server_is_away_is_done_once_it_is_back(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    await table.to(Phase.TALK)
    socket = jp.app._connection._socket
    assert socket is not None
    socket.transport.abort()
    await jp.type("say once")
    await jp.type("talk")
    await jp.until("JP: once")
    view = await shown(table.board, lambda view: bool(view.messages))
    assert [message.text for message in view.messages] == ["once"]


# --- sizes ---


@pytest.mark.parametrize("size", [(60, 20), NARROW, MIDDLE, BROAD])
async def test_every_page_fits_every_size(
    server: Live, stack: AsyncExitStack, size: tuple[int, int]
) -> None:
    table = await sat_down(server, stack, "JP", scenario="korea-1997-advanced", size=size)
    jp = table.players["JP"]
    for key in ("f2", "f3", "f4", "f5", "f6", "f7"):
        await jp.press(key)
        assert len(jp.screen) == size[1]
        assert max(map(len, jp.screen)) <= size[0]
        assert jp.screen[0].startswith("Round 1")
        assert jp.screen[-1].startswith("F1 Help  F2 Table")
        assert jp.line.startswith("type a command")


async def test_the_wider_the_terminal_the_more_stands_side_by_side(
    server: Live, stack: AsyncExitStack
) -> None:
    table = await sat_down(server, stack, "JP", size=BROAD)
    jp = table.players["JP"]
    together = ("Japanese banks", "No package and no proposal", "[all]")
    await jp.until(lambda text: all(words in text for words in together))
    await jp.resize(MIDDLE)
    await jp.until(lambda text: "No package and no proposal" not in text)
    assert "Japanese banks" in jp.text and "[all]" in jp.text
    await jp.resize(NARROW)
    await jp.until(lambda text: "[all]" not in text)
    assert "Japanese banks" in jp.text
    assert "> JP        Japan" in jp.text


async def test_without_colour_the_terminal_has_its_own(
    server: Live, stack: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    assert jp.app.theme == "terminal"
    assert [type(one) for one in jp.app._filters if one.enabled] == [NoColor]
    await jp.type("pledge 1")
    await jp.until("refused: wrong_phase")
    colours = {
        colour
        for strip in jp.app.screen._compositor.render_strips()
        for segment in strip.apply_filter(NoColor(), Color(0, 0, 0))
        if segment.style is not None
        for colour in (segment.style.color, segment.style.bgcolor)
    }
    assert {colour.name for colour in colours if colour is not None} <= {"default"}


async def test_the_colours_are_changed_by_a_key(server: Live, stack: AsyncExitStack) -> None:
    table = await sat_down(server, stack, "JP")
    jp = table.players["JP"]
    seen = []
    for _ in range(3):
        seen.append(jp.app.theme)
        await jp.press("f9")
    assert seen == ["dark", "light", "terminal"]
    assert jp.app.theme == "dark"
    assert "F2 Table" in jp.text


# --- the board ---


@pytest.mark.parametrize("size", [NARROW, MIDDLE, BROAD])
async def test_a_board_shows_the_table_and_has_nothing_to_type_in(
    server: Live, stack: AsyncExitStack, size: tuple[int, int]
) -> None:
    code = await server.open("korea-1997")
    watching = await connect(server.address, code=code, role="observer")
    board = await stack.enter_async_context(seated(watching, size))
    await board.until("Waiting for the host to start.")
    assert "board, connected" in board.text
    jp = await stack.enter_async_context(await server.join(code, "JP"))
    await server.start(code, empty_seats="nobody")
    await server.to_phase(code, jp, Phase.PROPOSE)
    await jp.act(TablePackage(pledges_musd={"JP": 4000, "US": 4500}, text="a beginning"))
    await board.until("Package 1 of JP: JP 4, US 4.5")
    await board.until("US has not answered")
    assert not any(line.startswith("> ") for line in board.screen)
    await board.press("f4")
    await board.until('"a beginning"')
    await server.ask(CloseRoom, room=code)
    await board.until("board, ended")
    await board.press("ctrl+c")
    assert board.app.return_value == 0


async def test_who_watches_leaves_at_the_first_ctrl_c(server: Live, stack: AsyncExitStack) -> None:
    code = await server.open("korea-1997")
    watching = await connect(server.address, code=code, role="observer")
    board = await stack.enter_async_context(seated(watching))
    await board.until("Waiting for the host")
    await board.press("f1")
    assert "for the arrow keys" not in board.text
    assert "Ctrl+C          leave" in board.text
    await board.press("escape", "ctrl+c")
    assert board.app.return_value == 0
