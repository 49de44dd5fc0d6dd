"""`backstop bots`: every strategy, told and as data."""

from __future__ import annotations

import json

from click.testing import CliRunner

from client_cli.main import main
from server.bots import BOTS, bots_for
from server.game.scenario import Role


def lines(*arguments: str) -> list[str]:
    """What the command prints."""
    result = CliRunner().invoke(main, ["bots", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_every_bot_is_listed_with_what_may_stand_behind_its_name() -> None:
    heads = [line.split()[0] for line in lines() if not line.startswith(" ")]
    assert heads == [name + spec.takes for name, spec in BOTS.items()]


def test_no_line_is_wider_than_a_terminal() -> None:
    assert max(map(len, lines())) <= 80


def test_a_role_lists_the_bots_that_can_play_it() -> None:
    rows = [json.loads(line) for line in lines("--role", "bank", "--json")]
    assert [row["name"] for row in rows] == bots_for(Role.BANK)


def test_one_bot_is_told_with_traits_and_source() -> None:
    told = " ".join(" ".join(lines("free-rider")).split())
    for part in ("remembers nothing", "may break promises", "uses second_line", "Olson 1965"):
        assert part in told


def test_data_holds_the_traits() -> None:
    (row,) = [json.loads(line) for line in lines("reciprocal", "--json")]
    assert row["stochastic"] and row["conditional"] and row["keeps_promises"]
    assert row["memory_rounds"] is None


def test_an_unknown_bot_is_told_with_those_there_are() -> None:
    result = CliRunner().invoke(main, ["bots", "nobody"])
    assert result.exit_code == 1
    assert "there is no bot nobody; there are free-rider, " in result.output
