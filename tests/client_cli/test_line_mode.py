"""Whole small games in line mode, typed and read through pipes, against a real server."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from client_cli.connection import connect
from server.protocol import (
    Announce,
    CloseRoom,
    CloseSession,
    Extend,
    MovePerson,
    NextPhase,
    Pause,
    Phase,
    Resume,
    SeatPlan,
    SetSeat,
    parse_from_server,
)
from tests.client_cli.terminals import Terminal, at_terminal
from tests.e2e.processes import Lines, started
from tests.server.live import Live, live, shown

EAST_ASIA = "east-asia"
"""Five governments, one round: brief, talk, propose, pledge, disburse."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Closes the terminals of a test, the last one first."""
    async with AsyncExitStack() as terminals:
        yield terminals


async def sat_down(
    server: Live,
    stack: AsyncExitStack,
    *seats: str,
    as_json: bool = False,
    leave_at_eof: bool = False,
) -> tuple[str, list[Terminal]]:
    """A room of the East Asian crisis that has not started, and people at terminals."""
    code = await server.open(EAST_ASIA)
    terminals = []
    for seat in seats:
        connection = await server.join(code, seat)
        terminal = at_terminal(connection, as_json=as_json, leave_at_eof=leave_at_eof)
        terminals.append(await stack.enter_async_context(terminal))
    return code, terminals


def script(pledge_bn: str) -> list[str]:
    """A whole game."""
    return [
        "@1/brief ready",
        "@1/talk say We pay if you pay.",
        "@1/talk ready",
        f"@1/propose package JP=12.15 US=9.9 because {pledge_bn} is ours",
        "@1/propose ready",
        f"@1/pledge pledge {pledge_bn}",
        "@1/disburse ready",
    ]


async def test_a_whole_game_is_played_and_read(server: Live, stack: AsyncExitStack) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    jp.type(*script("12.15"))
    us.type(*script("9.9"))
    await server.start(code, empty_seats="nobody")
    assert (await jp.end(), await us.end()) == (0, 0)
    assert jp.complaints == us.complaints == []
    assert not jp.mode.refused
    for line in (
        f"You have the seat JP in room {code}.",
        "Waiting for the host to start.",
        "East Asia: a stylised crisis",
        "You are Japan (JP).",
        "-- Round 1: talk --",
        "US: We pay if you pay.",
        "Your pledge: 12.15 bn, final.",
        # 12.15 and 9.9 are 22.05 of 60, and stability is linear: 0.3675.
        f"Drawn    [{'#' * 15}{'.' * 25}] 22.05 of 60, 37.95 missing",
        "  Japan (JP) pledged 12.15",
        "  Germany (DE) pledged 0",
        "Ledger over all rounds (US$ bn)",
        "The session has ended.",
        "End.",
    ):
        assert line in jp.shown
    # V S of the five: 10, 17, 8, 6 and 3 times 0.3675, half to even (model, the East Asian game).
    assert (
        "public                      3.675      6.248      2.940      2.205      1.102" in jp.shown
    )


async def test_until_the_end_nobody_reads_the_ledger_of_another(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    jp.type(*script("12.15")[:-1])
    us.type(*script("9.9")[:-1])
    await server.start(code, empty_seats="nobody")
    await jp.until(lambda line: line == "-- Round 1: disburse --")
    jp.type("ledger", "promises")
    await jp.until(lambda line: line.startswith("    1  AU"))
    headings = [line.split() for line in jp.shown if line.startswith(" " * 22)]
    assert headings == [["JP"], ["JP"]]
    assert ["1", "US", "-", "-", "9.9", "9.9"] in [line.split() for line in jp.shown]


async def test_others_see_that_a_seat_has_decided_and_not_what(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    await server.start(code, empty_seats="nobody")
    async with await connect(server.address, code=code, role="observer") as board:
        await server.to_phase(code, board, Phase.PLEDGE)
    jp.type("@1/pledge pledge 7.75")
    await us.until(lambda line: line == "JP has decided.")
    us.type("status")
    await us.until(lambda line: line.startswith("You have not pledged"))
    assert "7.75" not in "\n".join((*us.shown, *us.complaints))


async def test_in_json_every_line_is_a_message_of_the_wire(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP", as_json=True)
    jp.type("@1/brief ready", "@1/talk status", "@1/talk pledge 1", "@1/talk nonsense")
    jp.type(*script("12.15")[1:])
    await server.start(code, empty_seats="nobody")
    assert await jp.end() == 0
    kinds = [parse_from_server(line).kind for line in jp.shown]
    assert kinds[:2] == ["welcome", "room"]
    assert "ended" in kinds[-2:]
    assert kinds.count("accepted") == 7
    assert kinds.count("refused") == 1
    answers = [json.loads(line) for line in jp.shown if '"refused"' in line]
    assert answers[0]["code"] == "wrong_phase"
    # What is for people goes to the other side.
    assert "Round 1 of 1: talk" in jp.complaints
    assert any(line.startswith("nonsense is not a command") for line in jp.complaints)
    assert any(line.startswith("refused: wrong_phase") for line in jp.complaints)


async def test_wrong_lines_are_complained_of_and_nothing_is_lost(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    jp.type(
        "# a comment",
        "",
        "@1/talk say one",
        "say",
        "raedy",
        "accept " + "9" * 5_000,
        "pledge 3",
        "to XX psst",
        "say " + "x" * 70_000,
        "say two",
    )
    await server.start(code, empty_seats="nobody")
    await server.ask(NextPhase, room=code)
    await jp.until(lambda line: line == "JP: two")
    assert [line for line in jp.shown if line.startswith("JP: ")] == ["JP: one", "JP: two"]
    assert [line.splitlines()[0][:45] for line in jp.complaints] == [
        "there is nothing to say",
        "raedy is not a command; did you mean ready or",
        "9" * 45,
        "refused: wrong_phase: pledge is not open in t",
        "refused: unknown_seat: to: cannot talk in pri",
        "refused: too_long: the request is too long fo",
    ]
    assert jp.mode.refused


async def test_a_line_for_a_phase_that_has_gone_by_is_left_out(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.start(code, empty_seats="nobody")
    await server.ask(NextPhase, room=code)
    await jp.until(lambda line: line == "-- Round 1: talk --")
    jp.type("@1/brief ready", "@1/lunch ready", "@1/talk say on time")
    await jp.until(lambda line: line == "JP: on time")
    assert jp.complaints == [
        "@1/brief ready: too late, it is Round 1 of 1: talk",
        "@1/lunch ready: no phase lunch; use brief, talk, propose, vote, pledge, resolve, disburse",
    ]


async def test_a_line_before_the_start_waits_and_says_so(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    jp.type("status", "ready")
    await jp.until(lambda line: line == "not started yet; this waits for the start")
    assert "The session has not started." in jp.shown
    await server.start(code, empty_seats="nobody")
    await jp.until(lambda line: line == "JP is ready.")


async def test_the_words_for_the_client_itself_are_answered(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.start(code, empty_seats="nobody")
    await jp.until(lambda line: line.startswith("You are Japan"))
    before = len(jp.shown)
    jp.type("time", "ledger", "promises", "help")
    await jp.until(lambda line: line.startswith("quit "))
    lines = jp.shown[before:]
    assert lines[0] == "Round 1 of 1: brief"
    assert lines[1] == "Nothing yet."
    assert lines[2].split() == ["round", "seat", "said", "signed", "pledged", "paid"]
    # In the brief one can get ready, and do nothing else.
    assert [line.split()[0] for line in lines[3:5]] == ["ready", "unready"]
    assert not any(line.startswith("pledge") for line in lines)


async def test_what_was_said_is_read_again_room_by_room(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    await server.start(code, empty_seats="nobody")
    us.type("@1/talk say to all", "to JP to one")
    await server.ask(NextPhase, room=code)
    await jp.until(lambda line: line == "US to JP: to one")
    before = len(jp.shown)
    jp.type("talk", "talk us", "talk everybody", "talk DE", "talk moon", "say end")
    await jp.until(lambda line: line == "JP: end")
    assert jp.shown[before:-1] == [
        "US: to all",
        "US to JP: to one",
        "US to JP: to one",
        "US: to all",
        "Nothing was said.",
    ]
    assert jp.complaints == ["moon is no room of yours; there are everybody, US"]


async def test_what_a_pledge_and_a_package_would_bring_is_told_line_by_line(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    await server.start(code, empty_seats="nobody")
    jp.type("@1/talk if pledge 12.15", "package JP=12.15 US=9.9")
    await server.ask(NextPhase, room=code)
    # Stability is linear in 60 bn and worth 10 bn to Japan: a fifth and a bit, 2.025.
    await jp.until(lambda line: line.startswith("For you: public +2.025, "))
    await jp.until(lambda line: line.startswith("Stability would be 20.2 %, if all do as they"))
    await us.until(lambda line: line.startswith("JP tables package 1"))
    us.type("if package 1", "offers", "if package 2")
    # 22.05 of 60, worth 17 bn to the United States: 6.2475, half to even.
    await us.until(lambda line: line.startswith("For you: public +6.248, "))
    await us.until(lambda line: line.startswith("refused: unknown_package: package: there is no"))
    assert any(line.startswith("Package 1 of JP: JP 12.15, US 9.9") for line in us.shown)


async def test_the_hosts_word_is_told_once(server: Live, stack: AsyncExitStack) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.ask(Announce, room=code, text="Five minutes more")
    await jp.until(lambda line: line == "The host says: Five minutes more")
    async with await connect(server.address, code=code, seat="US"):
        await jp.until(lambda line: "US US (here)" in line)
    assert jp.shown.count("The host says: Five minutes more") == 1


async def test_the_end_of_input_does_not_end_the_game(server: Live, stack: AsyncExitStack) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    jp.type("ready")
    jp.end_of_input()
    await server.start(code, empty_seats="nobody")
    await jp.until(lambda line: line == "-- Round 1: talk --")
    await server.ask(CloseSession, room=code)
    assert await jp.end() == 0
    assert jp.shown[-1] == "End."


async def test_a_script_that_is_to_leave_leaves_when_all_its_lines_are_done(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP", leave_at_eof=True)
    await server.start(code, empty_seats="nobody")
    jp.type("ready", "@1/talk say goodbye")
    jp.end_of_input()
    assert await jp.end() == 0
    async with await connect(server.address, token=jp.connection.welcome.token) as again:
        view = await shown(again, lambda view: True)
        assert [message.text for message in view.messages] == ["goodbye"]
        assert again.welcome.seat == "JP"


async def test_quit_leaves_and_keeps_the_seat(server: Live, stack: AsyncExitStack) -> None:
    _, (jp,) = await sat_down(server, stack, "JP")
    jp.type("quit", "say never said")
    assert await jp.end() == 0
    token = jp.connection.welcome.token
    assert f"To come back: --token {token}" in jp.shown
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "JP"


async def test_a_broken_connection_is_told_and_nothing_is_missing(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp, us) = await sat_down(server, stack, "JP", "US")
    await server.start(code, empty_seats="nobody")
    await server.ask(NextPhase, room=code)
    await jp.until(lambda line: line == "-- Round 1: talk --")
    assert jp.connection._socket is not None
    jp.connection._socket.transport.abort()
    us.type("@1/talk say while you were away", "say and after")
    await jp.until(lambda line: line == "US: and after")
    assert jp.complaints == [
        "connection lost; coming back by itself",
        "connection lost and found again; nothing is missing",
    ]
    assert [line for line in jp.shown if line.startswith("US:")] == [
        "US: while you were away",
        "US: and after",
    ]


async def test_who_is_moved_to_another_seat_is_told_and_has_its_brief(
    server: Live, stack: AsyncExitStack
) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.start(code, empty_seats="person")
    await jp.until(lambda line: line == "You are Japan (JP).")
    session = str(jp.connection.welcome.session)
    there = {"room": code, "session": session, "seat": "JP", "to_session": session}
    await server.ask(MovePerson, **there, to_seat="AU")
    await jp.until(lambda line: line == "You are Australia (AU).")
    after = jp.shown[jp.shown.index("The host moves you to another seat.") :]
    assert f"You have the seat AU in room {code}." in after
    jp.type("ready")
    await jp.until(lambda line: line == "AU is ready.")
    assert jp.complaints == []


async def test_a_seat_that_is_played_from_another_place_ends_with_one(
    server: Live, stack: AsyncExitStack
) -> None:
    _, (jp,) = await sat_down(server, stack, "JP")
    async with await connect(server.address, token=jp.connection.welcome.token):
        assert await jp.end() == 1
    assert jp.complaints == ["disconnected: your seat is played from another place now"]


async def test_a_closed_room_ends_with_one(server: Live, stack: AsyncExitStack) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.ask(CloseRoom, room=code)
    assert await jp.end() == 1
    assert jp.complaints == ["disconnected: the host closed the room"]


async def test_what_the_host_does_is_told(server: Live, stack: AsyncExitStack) -> None:
    code = await server.open(EAST_ASIA, timed=True)
    jp = await stack.enter_async_context(at_terminal(await server.join(code, "JP")))
    await server.start(code, empty_seats="nobody")
    await server.ask(Pause, room=code)
    await server.ask(Resume, room=code)
    await server.ask(Extend, room=code, seconds=60)
    session = jp.connection.welcome.session
    bot = SeatPlan(participant="bot", bot="leader")  # type: ignore[arg-type]
    await server.ask(SetSeat, room=code, session=session, seat="JP", plan=bot)
    await jp.until(lambda line: line == "Your seat JP is now played by a bot.")
    for line in (
        "The host stopped the clock.",
        "The clock runs again.",
        "The host gave more time.",
    ):
        assert line in jp.shown


async def test_what_the_host_says_is_shown_once(server: Live, stack: AsyncExitStack) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    await server.ask(Announce, room=code, text="Five minutes,\nthen proposals.")
    await jp.until(lambda line: line == "The host says: Five minutes, then proposals.")
    us = await stack.enter_async_context(at_terminal(await server.join(code, "US")))
    await us.until(lambda line: line == "The host says: Five minutes, then proposals.")
    await jp.until(lambda line: line.startswith("Table: JP Player JP (here), US Player US (here)"))
    assert [line for line in jp.shown if line.startswith("The host says")] == [
        "The host says: Five minutes, then proposals."
    ]


async def test_an_observer_reads_what_is_public(server: Live, stack: AsyncExitStack) -> None:
    code, (jp,) = await sat_down(server, stack, "JP")
    board = await connect(server.address, code=code, role="observer")
    watching = await stack.enter_async_context(at_terminal(board))
    await server.start(code, empty_seats="nobody")
    jp.type("ready", "@1/talk say in public", "to US in private", "say again")
    await watching.until(lambda line: line == "JP: again")
    assert "JP: in public" in watching.shown
    assert "in private" not in "\n".join(watching.shown)
    assert not any(line.startswith("You are") for line in watching.shown)


# --- the process ---


async def test_the_second_ctrl_c_leaves_and_keeps_the_seat(server: Live, tmp_path: Path) -> None:
    code = await server.open(EAST_ASIA)
    process = await started("join", server.address, code, "--seat", "JP", cwd=tmp_path)
    lines = Lines(process)
    token = (await lines.until(lambda line: line.startswith("To come back: --token "))).split()[-1]
    process.send_signal(signal.SIGINT)
    await lines.until(lambda line: line == "Press Ctrl-C again to leave; your seat is kept.")
    process.send_signal(signal.SIGINT)
    assert await lines.end() == 0
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "JP"


async def test_bytes_that_are_no_text_do_not_stop_the_input(server: Live, tmp_path: Path) -> None:
    code = await server.open(EAST_ASIA)
    process = await started(
        "join", server.address, code, "--seat", "JP", "--leave-at-eof", cwd=tmp_path
    )
    lines = Lines(process)
    await lines.until(lambda line: line.startswith("To come back"))
    assert process.stdin is not None
    process.stdin.write(b"say \xff\xfe\nstatus\n")
    process.stdin.close()
    await server.start(code, empty_seats="nobody")
    assert await lines.end() == 0
    assert any(line.startswith("refused: wrong_phase") for line in lines.complaints)
    assert "Round 1 of 1: brief" in lines.seen
