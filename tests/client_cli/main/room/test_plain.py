"""A class run through a pipe: what is typed is done, and what changes is printed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.protocol import RoomStatus
from tests.e2e.processes import Lines, started
from tests.server.live import Live, live


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


async def test_a_class_is_run_from_its_start_to_its_close_by_lines(
    server: Live, tmp_path: Path
) -> None:
    code = await server.open("korea-1997", tables=2, timed=True, roster=("Dan",))
    async with await server.join(code, "JP"):
        words = ("room", "watch", code, "--plain", "--server", server.address)
        host = Lines(await started(*words, cwd=tmp_path))
        await host.type(
            [
                "start person",
                "2 pause",
                "all",
                "1 move JP 2 US",
                "2",
                "acts",
                "2 reissue US",
                "no",
                "2 reissue US",
                "yes",
                "help",
                "close",
                "yes",
            ]
        )
        assert await host.end() == 0
    assert host.complaints == []
    asked = (
        "Table 2: end the token and the word that US has? Type yes, or anything else to leave it."
    )
    told = iter(host.seen)
    # One after the other, whatever else is told between.
    for said in (
        "Not here yet: Dan",
        "The room started.",
        "Table 2 paused.",
        "Table 2: running; round 1/3, brief; paused; 0 % promised; not done: ",
        "Table 1 has the person of JP moved to US.",
        "  US         person  Player JP",
        "table 1   JP moved to US of table 2",
        asked,
        "Nothing was done.",
        asked,
        "Table 2 has US anew.",
        "To come back: --token ",
        "[3] unsay",
        "The room closed.",
        "The room is closed.",
    ):
        assert any(said in line for line in told), (said, host.seen)


async def test_a_line_that_cannot_be_done_is_complained_of_beside_what_is_seen(
    server: Live, tmp_path: Path
) -> None:
    code = await server.open("korea-1997")
    host = Lines(await started("room", "watch", code, "--server", server.address, cwd=tmp_path))
    await host.type(["paus", "study", "extend 0", "quit"])
    assert await host.end() == 0
    paus, study, extend = host.complaints
    assert paus == "no word paus; type [3] pause, or help for all"
    assert study.startswith("refused: room_state: ")
    assert extend == "refused: room_state: no session of this room is running"
    # Leaving changes nothing.
    assert (await server.ask(RoomStatus, room=code))["tables"][0]["status"] == "lobby"
