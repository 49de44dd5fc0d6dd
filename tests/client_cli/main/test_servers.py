"""`backstop serve`, `room`, `watch`, `bot` and `demo`, against real servers."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from client_cli.connection import connect
from server.protocol import Phase, ReadStudy, parse_from_server
from tests.client_cli.main.runs import rows, run
from tests.e2e.processes import Lines, started
from tests.server.live import SECRET, Live, live, shown

STUDY = Path(__file__).parents[3] / "docs" / "examples" / "study.toml"


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Live]:
    """A server, which the commands are told of by the environment."""
    async with live(tmp_path / "live.db") as running:
        monkeypatch.setenv("BACKSTOP_SERVER", running.address)
        monkeypatch.setenv("BACKSTOP_HOST_SECRET", SECRET)
        yield running


async def room(*words: str, code: int = 0) -> Result:
    """A `backstop room` command, in a thread beside the server's loop."""
    return await asyncio.to_thread(run, "room", *words, code=code)


async def opened(*words: str) -> dict[str, Any]:
    """A room that was opened by the command: its code and its sessions."""
    answer = await room("open", *words, "--json")
    return dict(json.loads(answer.stdout))


# --- room ---


async def test_a_room_is_opened_with_its_code_on_standard_output(server: Live) -> None:
    result = await room("open", "vcm")
    code = result.stdout.removeprefix("room ").strip()
    assert result.stdout == f"room {code}\n"
    assert result.stderr == f"join:  backstop join {server.address} {code} --name NAME\n"
    async with await connect(server.address, code=code, role="observer") as board:
        assert board.welcome.room == code


async def test_a_room_is_opened_with_tables_and_bots_as_told(server: Live) -> None:
    answer = await opened("korea-1997", "--tables", "2", "--seats", "DE=leader,IMF=nobody")
    assert list(answer) == ["room", "sessions"]
    assert len(answer["sessions"]) == 2
    status = json.loads((await room("status", answer["room"], "--json")).stdout)
    assert [table["session"] for table in status["tables"]] == answer["sessions"]
    seats = {seat["seat"]: seat["participant"] for seat in status["tables"][1]["seats"]}
    assert (seats["DE"], seats["IMF"], seats["JP"]) == ("bot", "nobody", "person")


async def test_a_room_is_opened_as_a_study_with_the_settings_of_a_file(
    server: Live, tmp_path: Path
) -> None:
    seats = "DE=conditional,JP-banks=stay,DE-banks=best-reply,IMF=by-the-book"
    answer = await opened("korea-1997", "--experiment", str(STUDY), "--seats", seats)
    # Its sessions are opened when they begin, for those who are there.
    assert answer["sessions"] == []
    study = await server.ask(ReadStudy, room=answer["room"])
    assert study["missing"] == ["A01", "A02", "A03", "A04"]
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("sessions = 0", "utf-8")
    refused = await room("open", "korea-1997", "--experiment", str(wrong), code=1)
    assert "experiment.sessions" in refused.stderr
    wrong.write_text("sessions =", "utf-8")
    broken = await room("open", "korea-1997", "--experiment", str(wrong), code=1)
    assert str(wrong) in broken.stderr


async def test_join_sends_a_participant_of_a_study_to_the_page(server: Live) -> None:
    code = (await opened("korea-1997", "--experiment", str(STUDY)))["room"]
    command = ("join", server.address, code, "--name", "A01", "--plain")
    result = await asyncio.to_thread(run, *command, code=1)
    assert f"http://{server.address}/?g={code} and come back with the word" in result.stderr


async def test_rooms_are_listed_and_their_people_shown(server: Live) -> None:
    code = (await opened("vcm", "--title", "Monday"))["room"]
    async with await server.join(code, "P2"):
        listed = json.loads((await room("list", "--json")).stdout)
        assert (listed["room"], listed["title"], listed["scenario"]) == (code, "Monday", "vcm")
        assert (await room("list")).stdout == f"{code}  vcm              1 lobby  Monday\n"
        lines = (await room("status", code)).stdout.splitlines()
    assert lines[0] == f"{code}  vcm  Monday"
    assert lines[3].split() == ["P2", "person", "Player", "P2", "here"]


async def test_a_host_runs_a_room_from_beginning_to_end(server: Live) -> None:
    answer = await opened("korea-1997")
    code, session = answer["room"], answer["sessions"][0]
    async with await server.join(code, "JP") as jp:
        assert (await room("start", code, "--empty", "nobody")).stdout == f"{code} started\n"
        await shown(jp, lambda view: view.clock.phase is Phase.BRIEF)
        assert (await room("pause", code)).stdout == f"{code} paused\n"
        await shown(jp, lambda view: view.clock.paused)
        assert (await room("resume", code)).stdout == f"{code} goes on\n"
        before = await shown(jp, lambda view: not view.clock.paused)
        assert before.clock.deadline_ms is not None
        assert (await room("extend", code, "60")).stdout == f"{code} has 60 s more\n"
        deadline_ms = before.clock.deadline_ms + 60_000
        await shown(jp, lambda view: view.clock.deadline_ms == deadline_ms)
        assert (await room("next", code)).stdout == f"{code} is in its next phase\n"
        await shown(jp, lambda view: view.clock.phase is Phase.TALK)
        told = (await room("seat", code, session, "US", "leader")).stdout
        assert told == "US is played by leader\n"
        await shown(jp, lambda view: view.seats[1].participant == "bot")
        assert (await room("end", code)).stdout == f"{code} ended\n"
        await shown(jp, lambda view: view.clock.ending == "closed_by_host")
    token = (await room("reissue", code, session, "JP")).stdout.strip()
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "JP"
    assert (await room("close", code)).stdout == f"{code} closed\n"


async def test_a_class_is_watched_through_a_pipe_until_its_tables_have_ended(
    server: Live, tmp_path: Path
) -> None:
    code = await server.open("korea-1997", tables=2)
    command = ("room", "watch", code, "--server", server.address)
    lines = Lines(await started(*command, cwd=tmp_path))
    await lines.until(lambda line: line == "Table 2: lobby; 0 seats taken")
    async with await server.join(code, "JP"):
        await lines.until(lambda line: line == "Table 1: lobby; 1 seat taken")
        await server.start(code, empty_seats="person")
        await lines.until(
            lambda line: line.startswith(
                "Table 1: running; round 1/3, brief; 0 % promised; not done: JP"
            )
        )
        told = (await room("say", code, "Two more minutes")).stdout
        assert told == f"{code} was told\n"
        await room("end", code)
        assert await lines.end() == 0
    last = [next(line for line in reversed(lines.seen) if f"Table {n}" in line) for n in (1, 2)]
    assert all("ended; closed_by_host; 0 % promised" in line for line in last)
    assert lines.complaints == []


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("open", "nope"), 1, "refused: unknown_scenario: "),
        (("open", "vcm", "--seats", "P1"), 2, "P1 is not of the form SEAT=BOT"),
        (("open", "vcm", "--seats", "XX=random"), 1, "refused: unknown_seat: "),
        (("open", "vcm", "--seats", "P1=nope"), 1, "refused: unknown_bot: "),
        (("open", "vcm", "--title", "two\nlines"), 1, "title 'two\\nlines'"),
        (("open", "vcm", "--tables", "0"), 2, "0 is not in the range"),
        (("status", "NOPE9"), 1, "refused: unknown_room: "),
        (("list", "--secret", "guessed"), 1, "refused: not_host: "),
    ],
)
async def test_room_says_what_is_wrong(
    server: Live, words: tuple[str, ...], code: int, message: str
) -> None:
    result = await room(*words, code=code)
    assert result.stdout == ""
    assert message in result.stderr


# --- watch and bot ---

OWN_BOT = """
from server.game.actions import MarkReady, Pledge

class Generous:
    def act(self, view, random):
        mine = next(card for card in view.seats if card.id == view.own.seat)
        if "pledge" in view.own.may and not view.own.final:
            return Pledge(view.own.largest_pledge_musd)
        if "mark_ready" in view.own.may and not mine.done:
            return MarkReady()
        return None
"""


async def test_an_own_bot_plays_a_seat_and_the_board_is_watched_as_json(
    server: Live, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(OWN_BOT, "utf-8")
    code = await server.open("east-asia")
    watching = Lines(await started("watch", server.address, code, "--json", cwd=tmp_path))
    await watching.until(lambda line: '"kind":"room"' in line)
    bot = Lines(
        await started(
            "bot", server.address, code, "--bot", "mine.py:Generous", "--seat", "JP", cwd=tmp_path
        )
    )
    await bot.until(lambda line: line == "seat JP")
    await server.start(code, empty_seats="nobody")
    assert (await bot.end(), await watching.end()) == (0, 0)
    assert bot.seen == []
    messages = [parse_from_server(line) for line in watching.seen]
    assert messages[-1].kind == "ended"
    resolved = [
        notice
        for message in messages
        for notice in getattr(message, "notices", ())
        if notice.kind == "round_resolved"
    ]
    # All that Japan can pay is 20 of the 60.
    assert [event.pledges_musd["JP"] for event in resolved] == [20_000]
    assert watching.complaints == []


async def test_a_bot_explains_each_thing_that_it_does_on_one_line(
    server: Live, tmp_path: Path
) -> None:
    code = await server.open("east-asia")
    words = ("bot", server.address, code, "--bot", "free-rider", "--seat", "JP", "--explain")
    bot = Lines(await started(*words, cwd=tmp_path))
    await bot.until(lambda line: line == "seat JP")
    await server.start(code, empty_seats="nobody")
    assert await bot.end() == 0
    intended, spoken, pledged = bot.seen
    assert "because: Says that it will pay its fair share, whatever it will; " in intended
    assert spoken.startswith('round 1, talk: says "')
    assert pledged.startswith("round 1, pledge: pledges 0 because: Free rider: never a dollar: 0;")


async def test_the_bots_are_listed_with_traits_and_sources_without_a_room() -> None:
    listed = await asyncio.to_thread(run, "bot", "--list")
    assert listed.stdout == (await asyncio.to_thread(run, "bots")).stdout
    assert "Source: Olson 1965; Fischbacher, Gächter and Fehr 2001." in listed.stdout


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nope", "nope: no bot of this name; use a name of the register, FILE.py:NAME"),
        ("nowhere.py:Bot", "nowhere.py:Bot: "),
        ("mine.py:Missing", "mine.py:Missing: "),
    ],
)
async def test_a_bot_that_is_none_takes_no_seat(
    server: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(OWN_BOT, "utf-8")
    code = await server.open("vcm")
    words = ("bot", server.address, code, "--bot", name)
    result = await asyncio.to_thread(run, *words, code=1)
    assert message in result.stderr
    async with await server.join(code, "P1") as first:
        assert first.welcome.seat == "P1"


# --- serve and demo ---


async def test_serve_says_where_it_listens_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    process = await started("serve", "--port", "0", cwd=tmp_path)
    lines = Lines(process)
    await lines.until(lambda line: line.startswith("then join:"))
    address = lines.seen[0].removeprefix("listening on ")
    assert address.startswith("127.0.0.1:")
    assert lines.seen[1:3] == [f"host secret {SECRET}", "database backstop.db"]
    async with await connect(address, role="host", host_secret=SECRET, reconnects=False):
        pass
    process.send_signal(signal.SIGINT)
    assert await lines.end() == 0
    assert lines.complaints[-1] == "stopped; everything is saved"


async def test_serve_on_a_port_that_is_taken_fails_in_words(tmp_path: Path) -> None:
    # A process, for it takes the signals of the one it runs in.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        lines = Lines(await started("serve", "--port", str(taken.getsockname()[1]), cwd=tmp_path))
        assert await lines.end() == 1
    assert lines.seen == []
    assert "address already in use" in lines.complaints[0]


def test_demo_plays_stores_and_proves_a_whole_crisis(tmp_path: Path) -> None:
    database = str(tmp_path / "demo.db")
    text = run("demo", "--database", database).stdout
    lines = text.splitlines()
    assert lines[0] == "Korea 1997: who stops the run?"
    for number in (1, 2, 3):
        assert f"== Round {number} ==" in lines
        assert any(line.startswith(f"Round {number} resolved: stability ") for line in lines)
    assert any(line.endswith("chain ok, ledger equal") for line in lines)
    (row,) = rows("sessions", "--json", "--database", database)
    assert (row["scenario"], row["ending"]) == ("korea-1997", "completed")
    # What it says to try next works as it is written.
    (again,) = (line for line in lines if " --at 40 --as JP" in line)
    words = again.split()[1 : again.split().index(database) + 1]
    assert "Round 1 of 3" in run(*words).stdout


def test_demo_of_another_crisis_suggests_a_seat_of_that_crisis(tmp_path: Path) -> None:
    text = run("demo", "--scenario", "vcm", "--database", str(tmp_path / "demo.db")).stdout
    assert "--as P1" in text and "--as JP" not in text


def test_demo_of_a_scenario_that_is_none_fails(tmp_path: Path) -> None:
    result = run("demo", "--scenario", "nope", "--database", str(tmp_path / "a.db"), code=1)
    assert "nope: neither a readable file nor one of" in result.stderr
