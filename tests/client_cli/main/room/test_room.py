"""Whatever a host may ask has a subcommand, and what is done to a room a typed line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import Result

from client_cli import orders
from client_cli.class_records import DONE
from client_cli.connection import connect
from client_cli.main.room.command import room_command
from client_cli.orders import Order
from server.hosts import Changing
from server.protocol import OpenRoom
from server.protocol.hosting import FromHost
from tests.client_cli.main.runs import run
from tests.client_cli.test_class_lines import room as a_room
from tests.server.live import SECRET, Live, live

STUDY = Path(__file__).parents[4] / "docs" / "examples" / "study.toml"
WAYS = {
    "open_room": ("open", None),
    "list_scenarios": ("scenarios", None),
    "read_scenario": ("scenarios", None),
    "check_scenario": ("check", None),
    "list_rooms": ("list", None),
    "list_sessions": ("sessions", None),
    # Typed, they are looks: the rows are always there, `acts` and `study` are read.
    "room_status": ("status", "all"),
    "list_acts": ("acts", "acts"),
    "read_study": ("study", "study"),
    "let_in": ("let-in", "let-in A03"),
    "start": ("start", "start"),
    "close_room": ("close", "close"),
    "pause": ("pause", "1 pause"),
    "resume": ("resume", "resume"),
    "extend": ("extend", "1 extend 30"),
    "next_phase": ("next", "next"),
    "play_card": ("card", "card storm"),
    "announce": ("say", "say hello"),
    "close_session": ("end", "1 end"),
    "set_seat": ("seat", "1 seat JP leader"),
    "reissue_seat": ("reissue", "1 reissue JP"),
    "move_person": ("move", "1 move JP US"),
}
"""The subcommand of each request and a line that asks for it; no line where no room is meant."""


def kinds(union: Any) -> set[str]:
    """The names on the wire of the requests of a union."""
    return {one.model_fields["kind"].default for one in get_args(union)}


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
    return dict(json.loads((await room("open", *words, "--json")).stdout))


# --- every way there is ---


def test_whatever_a_host_may_ask_has_a_subcommand() -> None:
    assert set(WAYS) == kinds(FromHost)
    subcommands = {command for command, _ in WAYS.values()}
    assert subcommands | {"watch"} == set(room_command.commands)


def test_whatever_is_done_to_a_room_can_be_typed() -> None:
    typed = {kind: line for kind, (_, line) in WAYS.items() if line is not None}
    assert set(typed) == {kind for kind in kinds(FromHost) if is_of_a_room(kind)}
    for kind, line in typed.items():
        wanted = orders.parse(line, a_room())
        if isinstance(wanted, Order):
            assert wanted.act.kind == kind
        else:
            assert wanted.word == line
    assert set(orders.ACTS) - {"unsay"} <= {
        word for line in typed.values() for word in line.split()
    }


def is_of_a_room(kind: str) -> bool:
    """Whether a request names a room."""
    model = next(one for one in get_args(FromHost) if one.model_fields["kind"].default == kind)
    return "room" in model.model_fields


def test_whatever_hosts_do_has_words_in_the_audit_trail() -> None:
    assert set(DONE) == kinds(Changing)


# --- opening ---


async def test_every_field_of_a_new_room_can_be_told(server: Live, tmp_path: Path) -> None:
    names = tmp_path / "class.txt"
    names.write_text("Ada\nBo\n", "utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "korea-1997"\nname = "mine"\ntitle = "Mine"\n', "utf-8")
    told: dict[str, Any] = {}
    many = ("--title", "Monday", "--tables", "2", "--more-tables", "--roster", str(names))
    some = ("--minutes", "20", "--untimed", "--takeover", "60", "--seed", "7")
    played = await opened("korea-1997", *many, *some, "--seats", "DE=leader")
    ways = [
        played,
        await opened(str(mine)),
        await opened("korea-1997", "--experiment", str(STUDY)),
        await opened("korea-1997", "--fork", await a_session(server), "--at", "3"),
    ]
    for way in ways:
        (act,) = (await room("acts", way["room"], "--json")).stdout.splitlines()
        told |= {name: value for name, value in json.loads(act).items() if is_told(name, value)}
    # The scenario itself is in no audit trail: that it came is seen by its name.
    assert told.pop("scenario") is not None
    left_out = {"kind", "id", "scenario", "document"}
    assert set(told) == set(OpenRoom.model_fields) - left_out
    assert told["roster"] == ["Ada", "Bo"]
    status = json.loads((await room("status", ways[1]["room"], "--json")).stdout)
    assert (status["scenario"], status["title"]) == ("mine", "Mine")


async def a_session(server: Live) -> str:
    """A stored session of Korea that has begun."""
    answer = await opened("korea-1997")
    await server.start(answer["room"], empty_seats="nobody")
    await room("end", answer["room"])
    return str(answer["sessions"][0])


def is_told(name: str, value: object) -> bool:
    """Whether a field of the request was given, and is not as it is without a word."""
    field = OpenRoom.model_fields.get(name)
    return field is not None and value not in (field.get_default(call_default_factory=True), [])


async def test_the_missing_of_a_roster_are_named_until_they_come(
    server: Live, tmp_path: Path
) -> None:
    names = tmp_path / "class.csv"
    names.write_text("id;name\n1;Ada\n2;Bo\n", "utf-8")
    code = (await opened("vcm", "--roster", str(names)))["room"]
    assert "Not here yet: Ada, Bo" in (await room("status", code)).stdout.splitlines()
    async with await connect(server.address, code=code, name="ada"):
        assert "Not here yet: Bo" in (await room("status", code)).stdout.splitlines()


async def test_another_table_is_opened_when_all_seats_are_taken(server: Live) -> None:
    code = (await opened("vcm", "--more-tables", "--seats", "P2=leader,P3=leader,P4=leader"))[
        "room"
    ]
    async with (
        await connect(server.address, code=code, name="Ada") as ada,
        await connect(server.address, code=code, name="Bo") as bo,
    ):
        assert ada.welcome.session != bo.welcome.session
    assert "table 2, session" in (await room("status", code)).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("open", "vcm", "--roster", "twice.txt"), 1, "twice.txt, line 2: Ada is in line 1"),
        (("open", "vcm", "--roster", "nowhere.txt"), 2, "nowhere.txt"),
        (("open", "vcm", "--column", "name"), 2, "--column is of a --roster"),
        (("open", "nowhere.toml"), 1, "nowhere.toml: neither a readable file"),
        (("open", "list.json"), 1, "list.json: is no JSON object"),
        (("open", "wrong.json"), 1, "refused: "),
        (("check", "wrong.json"), 1, "wrong.json: rounds: "),
        (("check", "twice.txt"), 2, "a scenario is a .toml or a .json"),
        (("scenarios", "korea-1996"), 1, "refused: unknown_scenario: name: "),
        (("study", "NOPE9"), 1, "refused: unknown_room: "),
    ],
)
async def test_opening_says_what_is_wrong(
    server: Live,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twice.txt").write_text("Ada\nAda\n", "utf-8")
    (tmp_path / "list.json").write_text("[]", "utf-8")
    (tmp_path / "wrong.json").write_text('{"name": "mine", "rounds": 0}', "utf-8")
    result = await room(*words, code=code)
    assert result.stdout == ""
    assert message in result.stderr


async def test_a_scenario_of_the_server_is_read_changed_checked_and_opened(
    server: Live, tmp_path: Path
) -> None:
    listed = (await room("scenarios")).stdout
    assert any(line.startswith("korea-1997 ") for line in listed.splitlines())
    assert "bots for bank: " in listed
    document = json.loads((await room("scenarios", "korea-1997")).stdout)
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps({**document, "name": "mine", "rounds": 2}), "utf-8")
    assert (await room("check", str(mine))).stdout == f"{mine}: ok\n"
    code = (await opened(str(mine)))["room"]
    async with await server.join(code, "JP"):
        await server.start(code, empty_seats="nobody")
        status = json.loads((await room("status", code, "--json")).stdout)
    assert status["tables"][0]["now"]["rounds"] == 2


async def test_what_was_played_is_listed_also_when_its_room_is_closed(server: Live) -> None:
    answer = await opened("korea-1997", "--title", "Monday")
    await server.start(answer["room"], empty_seats="nobody")
    await room("close", answer["room"])
    (line,) = (await room("sessions")).stdout.splitlines()
    assert line.startswith(f"{answer['sessions'][0]}  ")
    assert line.endswith(f"room {answer['room']} table 1  Monday")
    (row,) = (await room("sessions", "--json")).stdout.splitlines()
    assert json.loads(row)["session"] == answer["sessions"][0]
    refused = await room("sessions", "--before", "nope", code=1)
    assert "refused: unknown_session: before: " in refused.stderr


# --- running ---


async def test_a_person_is_moved_and_the_trail_says_so(server: Live) -> None:
    answer = await opened("korea-1997", "--tables", "2")
    code, (first, second) = answer["room"], answer["sessions"]
    async with await server.join(code, "JP") as jp:
        moved = await room("move", code, first, "JP", "US", "--to", second)
        assert moved.stdout == f"{code} has the person of JP moved to US\n"
        async with asyncio.timeout(20):
            async for _ in jp.messages():
                if (jp.welcome.session, jp.welcome.seat) == (second, "US"):
                    break
        again = await room("move", code, second, "JP", "DE", code=1)
        assert "refused: not_seated: seat: nobody sits in JP" in again.stderr
    trail = (await room("acts", code)).stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in trail] == [
        "room      opened",
        "table 1   JP moved to US of table 2",
    ]


async def test_a_study_is_shown_and_its_participants_let_in(server: Live) -> None:
    code = (await opened("korea-1997", "--experiment", str(STUDY)))["room"]
    lines = (await room("study", code)).stdout.splitlines()
    assert lines == ["not begun, of 2; 0 here", "Not here yet: A01, A02, A03, A04"]
    refused = await room("let-in", code, "A01", code=1)
    assert "refused: not_seated: label: A01 is not here" in refused.stderr
    async with await connect(server.address, code=code, name="A01"):
        people = (await room("study", code)).stdout.splitlines()[-1].split()
        assert people[:2] == ["A01", "consent"]
        data = json.loads((await room("study", code, "--json")).stdout)
        assert [one["label"] for one in data["participants"]] == ["A01"]
