"""`backstop join`: coming back to a seat by its word, as the page does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client_cli.connection import connect
from server.protocol import CloseCode
from tests.client_cli.main.runs import run
from tests.e2e.processes import PATIENCE_S, Lines, started
from tests.server.live import Live, live, shown


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Live]:
    async with live(tmp_path / "live.db") as running:
        yield running


async def test_a_seat_is_taken_over_by_its_word_however_it_is_typed(
    server: Live, tmp_path: Path
) -> None:
    code = await server.open("vcm")
    async with await server.join(code, "P2") as first:
        word = first.welcome.word
        assert word is not None
        words = ("join", server.address, code.lower(), "--word", word.upper())
        lines = Lines(await started(*words, cwd=tmp_path))
        await lines.until(lambda line: line == f"You have the seat P2 in room {code}.")
        async with asyncio.timeout(PATIENCE_S):
            told = [event.code async for event in first.messages() if hasattr(event, "code")]
        # The one before is told that the seat is played from another place.
        assert told == [CloseCode.SEAT_TAKEN_OVER]
        token = (await lines.until(lambda line: line.startswith("To come back"))).split()[-1]
        await lines.until(lambda line: line.endswith(f"{code} --word {word.upper()}"))
        await lines.type(["quit"])
        assert await lines.end() == 0
    async with await connect(server.address, token=token) as again:
        assert again.welcome.seat == "P2"


async def test_beside_somebody_nobody_is_sent_away(server: Live, tmp_path: Path) -> None:
    code = await server.open("vcm")
    async with await server.join(code, "P2") as first:
        words = ("join", server.address, code, "--word", str(first.welcome.word), "--beside")
        lines = Lines(await started(*words, cwd=tmp_path))
        await lines.until(lambda line: line == f"You have the seat P2 in room {code}.")
        await server.start(code, empty_seats="nobody")
        await lines.until(lambda line: line.startswith("You are "))
        await lines.type(["quit"])
        assert await lines.end() == 0
        assert (await shown(first, lambda view: view.clock.round == 1)).own is not None
    assert first.drops == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("CODE", "--word", "nobody"), 1, "refused: not_seated: word: no seat of this room has"),
        (("NOPE9", "--word", "nobody"), 1, "refused: unknown_room: "),
        (("--word", "kobatuni", "--token", "x"), 2, "its join code is needed too"),
        (("CODE", "--beside"), 2, "--beside is for a seat with its --token or --word"),
    ],
)
async def test_a_word_that_brings_nobody_back_is_refused(
    server: Live, words: tuple[str, ...], code: int, message: str
) -> None:
    room = await server.open("vcm")
    given = [room if one == "CODE" else one for one in words]
    result = await asyncio.to_thread(run, "join", server.address, *given, "--plain", code=code)
    assert result.stdout == ""
    assert message in result.stderr
