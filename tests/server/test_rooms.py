"""Who sits where and comes back how, and what a host's page asks for, over real sockets."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client_cli.connection import Connection, Disconnected, Refusal, connect
from server import assets, tokens
from server.protocol import (
    Announce,
    CheckScenario,
    Hello,
    ListActs,
    ListScenarios,
    MovePerson,
    Pause,
    Phase,
    Pledge,
    ReadScenario,
    ReissueSeat,
    RoomStatus,
    Supposition,
    WhatIf,
)
from tests.server.live import SECRET, Live, here, live, shown


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


async def came(address: str, **hello: Any) -> Connection:
    """Somebody who says just this hello."""
    connection = Connection(address, Hello(**hello), reconnects=False)
    await connection._open()
    return connection


async def code_of(asking: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await asking
    return str(refusal.value.answer.code)


async def told(connection: Connection, wanted: Any) -> Any:
    """The room as the connection is told of it, once it is as wanted."""
    async with asyncio.timeout(20):
        async for _ in connection.messages():
            if connection.room is not None and wanted(connection.room):
                return connection.room
    raise AssertionError("the connection ended")


def test_a_token_follows_from_word_and_key_alone_however_the_word_is_written() -> None:
    word = tokens.new_word()
    assert len(word) == 2 * tokens.SYLLABLES
    assert tokens.token_of(f" {word[:4].upper()} {word[4:]}", "key") == tokens.token_of(word, "key")
    assert tokens.token_of(word, "key") != tokens.token_of(word, "another")


async def test_a_word_brings_a_person_back_on_another_device(server: Live) -> None:
    code = await server.open()
    first = await came(server.address, code=code, name="Aiko", seat="JP")
    second = await came(server.address, code=code, word=first.welcome.word.upper())
    assert (second.welcome.seat, second.welcome.name) == ("JP", "Aiko")
    assert second.welcome.token == first.welcome.token
    events = [event async for event in first.messages()]
    assert isinstance(events[-1], Disconnected)
    assert events[-1].code == 4409
    assert await code_of(came(server.address, code=code, word="babababa")) == "not_seated"


async def test_words_survive_a_restart_and_end_when_the_seat_is_issued_again(
    tmp_path: Path,
) -> None:
    async with live(tmp_path / "live.db") as server:
        code = await server.open()
        word = (await came(server.address, code=code, name="Aiko", seat="JP")).welcome.word
    async with live(tmp_path / "live.db") as server:
        again = await came(server.address, code=code, word=word)
        assert again.welcome.seat == "JP"
        data = await server.ask(ReissueSeat, room=code, session=again.welcome.session, seat="JP")
        assert await code_of(came(server.address, code=code, word=word)) == "not_seated"
        assert (await came(server.address, code=code, word=data["word"])).welcome.seat == "JP"
        assert (await came(server.address, token=data["token"])).welcome.seat == "JP"


async def test_two_people_share_a_seat_and_either_may_act(server: Live) -> None:
    code = await server.open()
    first = await came(server.address, code=code, name="Aiko", seat="JP")
    second = await came(server.address, code=code, word=first.welcome.word, name="Ben", share=True)
    await server.start(code, empty_seats="nobody")
    view = await server.to_phase(code, second, Phase.PLEDGE)
    await shown(first, lambda view: view.clock.phase is Phase.PLEDGE)
    await second.act(Pledge(700, final=False), here(view))
    seen = await shown(first, lambda view: view.own.pledge_musd is not None)
    assert seen.own.pledge_musd == 700
    status = await server.ask(RoomStatus, room=code)
    seat = next(one for one in status["tables"][0]["seats"] if one["seat"] == "JP")
    assert (seat["name"], seat["present"]) == ("Aiko & Ben", True)
    await first.close()
    await second.act(Pledge(800, final=False), here(view))


async def test_one_more_than_there_are_seats_opens_another_table(server: Live) -> None:
    code = await server.open("vcm", more_tables=True)
    seats = len((await server.ask(RoomStatus, room=code))["tables"][0]["seats"])
    people = [await came(server.address, code=code, name=f"P{n}") for n in range(seats + 1)]
    assert people[-1].welcome.session != people[0].welcome.session
    status = await server.ask(RoomStatus, room=code)
    assert [table["number"] for table in status["tables"]] == [1, 2]


async def test_the_roster_says_who_is_missing(server: Live) -> None:
    code = await server.open(roster=("Aiko", "Ben", "Cem"))
    aiko = await came(server.address, code=code, name="aiko")
    room = await told(aiko, lambda room: True)
    assert room.missing == ("Ben", "Cem")


async def test_the_host_moves_a_person_whose_client_comes_back_to_the_new_seat(
    server: Live,
) -> None:
    code = await server.open(tables=2)
    aiko = await connect(server.address, code=code, name="Aiko", seat="JP")
    tables = (await server.ask(RoomStatus, room=code))["tables"]
    await server.start(code, empty_seats="nobody")
    await shown(aiko, lambda view: view.own.seat == "JP")
    move = {"room": code, "session": tables[0]["session"], "seat": "JP"}
    await server.ask(MovePerson, **move, to_session=tables[1]["session"], to_seat="US")
    view = await shown(aiko, lambda view: view.own.seat == "US")
    assert view.own.seat == "US"
    after = (await server.ask(RoomStatus, room=code))["tables"]
    sits = [
        {seat["seat"]: (seat["participant"], seat["name"]) for seat in table["seats"]}
        for table in after
    ]
    assert sits[0]["JP"] == ("bot", None)
    assert sits[1]["US"] == ("person", "Aiko")
    asking = server.ask(MovePerson, **move, to_session=tables[1]["session"], to_seat="DE")
    assert await code_of(asking) == "not_seated"


async def test_what_the_host_announces_is_with_everybody_also_who_comes_later(
    server: Live,
) -> None:
    code = await server.open()
    aiko = await came(server.address, code=code, name="Aiko")
    await server.ask(Announce, room=code, text="Two minutes more.")
    room = await told(aiko, lambda room: room.tables[0].announcement)
    assert room.tables[0].announcement == "Two minutes more."
    ben = await came(server.address, code=code, name="Ben")
    assert (await told(ben, lambda room: True)).tables[0].announcement == "Two minutes more."


async def test_what_the_host_said_last_is_still_there_after_a_restart(tmp_path: Path) -> None:
    async with live(tmp_path / "live.db") as server:
        code = await server.open(tables=2, more_tables=True)
        tables = (await server.ask(RoomStatus, room=code))["tables"]
        await server.ask(Announce, room=code, text="Please read.")
        second = tables[1]["session"]
        await server.ask(Announce, room=code, session=second, text="Hurry up.")
    async with live(tmp_path / "live.db") as server:
        tables = (await server.ask(RoomStatus, room=code))["tables"]
        assert [table["announcement"] for table in tables] == ["Please read.", "Hurry up."]
        aiko = await came(server.address, code=code, name="Aiko")
        assert (await told(aiko, lambda room: True)).tables[0].announcement == "Please read."


async def test_a_word_to_a_table_that_there_is_not_is_refused_and_not_in_the_audit_trail(
    server: Live,
) -> None:
    code = await server.open()
    refused = server.ask(Announce, room=code, session="nowhere", text="Hello")
    assert await code_of(refused) == "unknown_session"
    acts = (await server.ask(ListActs, room=code))["acts"]
    assert [act["kind"] for act in acts] == ["open_room"]


async def test_a_table_that_refuses_does_not_keep_the_others_from_what_the_host_does(
    server: Live,
) -> None:
    code = await server.open(tables=2)
    await server.start(code, empty_seats="nobody")
    first = (await server.ask(RoomStatus, room=code))["tables"][0]["session"]
    await server.ask(Pause, room=code, session=first)
    await server.ask(Pause, room=code)
    tables = (await server.ask(RoomStatus, room=code))["tables"]
    assert [table["now"]["paused"] for table in tables] == [True, True]
    assert await code_of(server.ask(Pause, room=code)) == "room_state"


async def test_the_board_sees_how_all_tables_stand_and_no_other_room(server: Live) -> None:
    code, other = await server.open(tables=2), await server.open()
    board = await came(server.address, code=code, role="observer")
    await server.start(code, empty_seats="nobody")
    answer = await board.ask(RoomStatus(id="1", room=code))
    tables = answer.data["tables"]
    assert [table["now"]["phase"] for table in tables] == ["brief", "brief"]
    assert tables[0]["now"]["need_musd"] == 55_000 // 3
    assert await code_of(board.ask(RoomStatus(id="2", room=other))) == "not_host"


async def test_a_player_asks_what_would_change_and_an_observer_may_not(server: Live) -> None:
    code = await server.open()
    aiko = await came(server.address, code=code, name="Aiko", seat="JP")
    asked = WhatIf(id="1", supposed=Supposition(pledge_musd=1_000))
    assert await code_of(aiko.ask(asked)) == "room_state"
    await server.start(code, empty_seats="nobody")
    answer = await aiko.ask(WhatIf(id="2", supposed=Supposition(pledge_musd=1_000)))
    assert answer.data["pledges_musd"]["JP"] == 1_000
    assert answer.data["total_musd"] == sum(answer.data["lines_musd"].values())
    board = await came(server.address, code=code, role="observer")
    assert await code_of(board.ask(WhatIf(id="3"))) == "not_seated"


async def test_a_changed_scenario_is_checked_played_and_woken_with_the_room(
    tmp_path: Path,
) -> None:
    async with live(tmp_path / "live.db") as server:
        names = [one["name"] for one in (await server.ask(ListScenarios))["scenarios"]]
        assert {"korea-1997", "vcm"} <= set(names)
        document = (await server.ask(ReadScenario, name="korea-1997"))["document"]
        assert (await server.ask(CheckScenario, document=document))["problems"] == []
        wrong = {**document, "need_musd": -5}
        found = (await server.ask(CheckScenario, document=wrong))["problems"]
        assert found == [
            {"field": "need_musd", "message": "-5 is not allowed; use a number above 0"}
        ]
        mine = {**document, "name": "mine", "title": "My own", "need_musd": 30_000}
        code = await server.open("mine", document=mine)
    async with live(tmp_path / "live.db") as server:
        await server.start(code, empty_seats="nobody")
        table = (await server.ask(RoomStatus, room=code))["tables"][0]
        assert table["now"]["need_musd"] == 10_000


async def test_a_provision_point_goes_to_the_page_and_back(server: Live) -> None:
    document = (await server.ask(ReadScenario, name="provision-point"))["document"]
    assert document["sharpness"] == "Infinity"
    assert (await server.ask(CheckScenario, document=document))["problems"] == []


async def test_the_host_reads_what_hosts_did(server: Live) -> None:
    code = await server.open()
    await server.ask(Announce, room=code, text="Hello")
    acts = (await server.ask(ListActs, room=code))["acts"]
    assert [act["kind"] for act in acts] == ["open_room", "announce"]


def fetched(address: str, path: str, **headers: str) -> tuple[int, bytes, Any]:
    request = urllib.request.Request(f"http://{address}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


async def test_only_the_host_downloads_logs_and_ledgers(server: Live) -> None:
    code = await server.open()
    aiko = await came(server.address, code=code, name="Aiko", seat="JP")
    await server.start(code, empty_seats="nobody")
    await server.to_phase(code, aiko, Phase.DISBURSE)
    host = {"Authorization": f"Bearer {SECRET}"}
    log = f"/download/log/{aiko.welcome.session}.jsonl"

    async def get(path: str, **headers: str) -> tuple[int, bytes, Any]:
        return await asyncio.to_thread(fetched, server.address, path, **headers)

    assert (await get(log))[0] == 401
    assert (await get(log, Authorization=f"Bearer {aiko.welcome.token}"))[0] == 401
    status, body, headers = await get(log, **host)
    assert status == 200
    assert body.count(b"\n") > 10
    assert headers["Content-Disposition"].startswith("attachment")
    _, ledger, _ = await get(f"/download/ledger/{code}.csv", **host)
    rows = ledger.decode().splitlines()
    assert rows[0] == "room,table,session,crisis,round,seat,line,amount_musd"
    assert any(row.startswith(f"{code},1,") and ",JP,public," in row for row in rows)
    assert (await get("/download/log/none.jsonl", **host))[0] == 404
    assert (await get("/download/else/none", **host))[0] == 404


async def test_files_are_zipped_tagged_and_not_sent_twice(server: Live) -> None:
    def get(**headers: str) -> tuple[int, bytes, Any]:
        return fetched(server.address, "/student.js", **headers)

    _, plain, headers = await asyncio.to_thread(get)
    status, zipped, _ = await asyncio.to_thread(get, **{"Accept-Encoding": "gzip"})
    assert status == 200
    assert zipped != plain
    again = await asyncio.to_thread(get, **{"If-None-Match": headers["ETag"]})
    assert again[0] == 304
    policy = headers["Content-Security-Policy"]
    assert f"ws://{server.address}" in policy


def test_no_page_loads_more_than_eight_files() -> None:
    files = assets.read()
    for path in assets.PAGES:
        text = files[path].body.decode()
        loaded = [name for name in files if name != path and f'"{name}"' in text]
        assert 1 <= len(loaded) <= 7


def test_modules_are_joined_once_each_in_the_order_of_their_imports(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "a.js").write_text(
        'import { b } from "./core/b.js";\nimport {\n  c,\n} from "./core/c.js";\n\nexport const a = b + c;\n'
    )
    (tmp_path / "core" / "b.js").write_text('import { c } from "./c.js";\n\nexport const b = c;\n')
    (tmp_path / "core" / "c.js").write_text("export const c = 1;\n")
    text = assets.joined(tmp_path, "a.js")
    assert [line for line in text.splitlines() if line.startswith("const")] == [
        "const c = 1;",
        "const b = c;",
        "const a = b + c;",
    ]
    assert "import" not in text
