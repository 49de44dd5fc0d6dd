"""The command whole: a tournament stopped by Ctrl-C goes on; a bot of one's own in a live room."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path

import pytest

from tests.e2e.processes import Lines, done, serving, started

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

PLAN = """
name = "small"
scenarios = ["korea-1997"]
blocks = {blocks}
[pools]
government = ["free-rider", "conditional", "leader", "mine"]
[bots]
mine = "matching.py:matching"
"""


def folder_with(tmp_path: Path, blocks: int) -> Path:
    """A folder with a plan and the example bot."""
    (tmp_path / "matching.py").write_text((EXAMPLES / "matching.py").read_text())
    (tmp_path / "plan.toml").write_text(PLAN.format(blocks=blocks))
    return tmp_path


async def test_a_tournament_is_stored_ranked_and_can_be_replayed(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, 2)
    printed = await done("tournament", "plan.toml", "--workers", "1", "--json", cwd=folder)
    rows = [json.loads(line) for line in printed.splitlines()]
    bots = {row["bot"] for row in rows if row["role"] == "government"}
    assert bots == {"free-rider", "conditional", "leader", "mine"}
    assert "verified" in await done("replay", "last", "--verify", cwd=folder)
    with (folder / "results" / "small" / "seats.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 8 * 6


async def test_ctrl_c_stops_and_the_same_command_goes_on(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, 400)
    process = await started("tournament", "plan.toml", "--workers", "1", cwd=folder)
    lines = Lines(process)
    # The database is there once the run has begun.
    while not (folder / "backstop.db").exists():
        lines._moved.clear()
        assert process.returncode is None
        await done("scenarios", "--help", cwd=folder)
    process.send_signal(signal.SIGINT)
    assert await lines.end() == 130
    assert any("the same command goes on" in line for line in lines.complaints)
    folder_with(tmp_path, 1)
    await done("tournament", "plan.toml", "--workers", "0", cwd=folder)


@pytest.mark.parametrize(
    ("scenario", "seat", "others"),
    [
        ("vcm", "P1", "P2=conditional,P3=leader,P4=free-rider"),
        ("korea-1997", "JP", "US=leader,DE=leader,JP-banks=run,DE-banks=run,IMF=by-the-book"),
    ],
)
async def test_a_bot_of_ones_own_plays_in_a_live_room_without_clocks(
    scenario: str, seat: str, others: str, tmp_path: Path
) -> None:
    folder = folder_with(tmp_path, 1)
    async with serving(folder) as server:
        code = await server.open(scenario, "--untimed", "--seats", others)
        bot = Lines(
            await started("bot", server.address, code, "--bot", "matching.py:matching", cwd=folder)
        )
        await bot.until(lambda line: line == f"seat {seat}")
        await server.room("start", code)
        assert await bot.end() == 0
    stored = await done("replay", "last", "--verify", cwd=folder)
    assert "verified" in stored
