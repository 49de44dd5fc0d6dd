"""Six people finish Korea by keys alone; six pipes, given the same decisions, end the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from client_cli.amounts import bn
from server.game.events import RoundResolved
from server.protocol import SeatId
from server.store import Store
from tests.client_cli.screen.decisions import ROUNDS, SCENARIO, SEATS, script
from tests.client_cli.screen.players import Player, seated
from tests.e2e.processes import Lines, end_all, started
from tests.server.live import Live, live

SIZES = ((80, 24), (100, 30), (120, 40), (140, 45), (190, 50), (200, 60))


@pytest.fixture(autouse=True)
def processes() -> Iterator[None]:
    """Whatever a test started has ended after it."""
    yield
    end_all()


async def play(player: Player) -> None:
    """Type a seat's script, each line once the screen shows its phase."""
    for line in script(str(player.app._connection.welcome.seat)):
        when, _, command = line.removeprefix("@").partition(" ")
        number, _, phase = when.partition("/")
        header = f"Round {number} of {ROUNDS}: {phase} "
        await player.until(lambda text, header=header: text.startswith(header))
        player.write_ahead(f"{command}\n")
    await player.until("The session has ended (completed).")


async def at_screens(server: Live) -> list[str]:
    """Play at six screens; the screens at the end, by seat."""
    code = await server.open(SCENARIO, seed=7)
    async with AsyncExitStack() as screens:
        players = [
            await screens.enter_async_context(seated(await server.join(code, seat), size))
            for seat, size in zip(SEATS, SIZES, strict=True)
        ]
        await server.start(code)
        async with asyncio.timeout(240):
            await asyncio.gather(*map(play, players))
        for player in players:
            await player.press("f5")
            await player.until("Ledger over all rounds (US$ bn)")
        return [player.text for player in players]


async def in_pipes(server: Live, folder: Path) -> list[list[str]]:
    """Play with six processes that read their decisions from pipes; what each was shown."""
    code = await server.open(SCENARIO, seed=7)
    people = []
    for seat in SEATS:
        lines = Lines(await started("join", server.address, code, "--seat", seat, cwd=folder))
        await lines.until(lambda line: line.startswith("To come back"))
        people.append(lines)
    await server.start(code)
    for seat, lines in zip(SEATS, people, strict=True):
        await lines.type(script(seat))
    assert [await lines.end() for lines in people] == [0] * len(SEATS)
    assert [lines.complaints for lines in people] == [[]] * len(SEATS)
    return [lines.seen for lines in people]


async def ledgers(database: Path) -> list[list[dict[SeatId, dict[str, int]]]]:
    """The lines of each round, by session, the oldest session first."""
    async with await Store.open(str(database)) as store:
        rows = list(reversed(await store.sessions(limit=10)))
        return [
            [
                {seat: dict(lines) for seat, lines in event.lines_musd.items()}
                for event in await store.load_events(row.id)
                if isinstance(event, RoundResolved)
            ]
            for row in rows
        ]


async def test_six_screens_and_six_pipes_finish_korea_with_the_same_ledger(tmp_path: Path) -> None:
    database = tmp_path / "korea.db"
    async with live(database) as server:
        screens = await at_screens(server)
        piped = await in_pipes(server, tmp_path)

    by_keys, by_pipes = await ledgers(database)
    assert len(by_keys) == ROUNDS
    assert by_keys == by_pipes
    # By hand, in each round: a third of 55 bn, a tenth of 5.366 and 35 % of 2.433 fall due; with
    # 7.3 of the Fund and 0.667 of it from others, the pledges of 4, 4.5 and 1.3 are enough.
    assert all(lines[SeatId("JP-banks")]["loss"] == 0 for lines in by_keys)
    # What is on the screens is what is stored; each seat's own column has its total.
    for seat, screen, shown in zip(SEATS, screens, piped, strict=True):
        total = sum(sum(lines[SeatId(seat)].values()) for lines in by_keys)
        assert any(f"{total / 1000:.3f}" in line for line in shown if line.startswith("total"))
        if seat in ("JP", "US", "DE"):
            assert f"{total / 1000:.3f}" in screen, bn(total)
