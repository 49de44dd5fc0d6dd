"""Every number of the worked example in docs/game.md is the engine's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from server.game.crisis import round_money
from server.game.payoffs import lines_musd
from server.game.resolution import Decisions, resolve
from server.game.scenario import SeatId
from server.scenarios import draw, load

PAGE = (Path(__file__).parents[2] / "docs" / "game.md").read_text("utf-8")
JP, US, DE, BANKS, OTHER_BANKS = (
    SeatId(name) for name in ("JP", "US", "DE", "JP-banks", "DE-banks")
)
SCENARIO = load("korea-1997")
MONEY = round_money(SCENARIO, draw(SCENARIO, 1), 1)
DECISIONS = Decisions({JP: 3_000, US: 2_500, DE: 600}, {BANKS: 100, OTHER_BANKS: 0}, 7_333)
OUTCOME = resolve(SCENARIO, MONEY, DECISIONS)
LEDGER = lines_musd(SCENARIO, OUTCOME)


def written(number: int) -> str:
    return f"{number:,}".replace("-", "−")


def test_the_round_is_the_first_of_korea() -> None:
    assert (MONEY.scheduled_need_musd, dict(MONEY.claims_due_musd)) == (
        18_333,
        {BANKS: 5_366, OTHER_BANKS: 2_433},
    )


def test_need_rescue_and_stability_are_as_the_page_says() -> None:
    assert (OUTCOME.need_musd, OUTCOME.ifi_musd, OUTCOME.effective_musd) == (18_870, 4_891, 18_324)
    assert f"{OUTCOME.stability:.6f}" == "0.942968"
    without = resolve(SCENARIO, MONEY, replace(DECISIONS, pledges_musd={JP: 0, US: 2_500, DE: 600}))
    assert (without.effective_musd, f"{without.stability:.6f}") == (15_324, "0.659478")
    for number in ("18,870", "4,891", "18,324", "0.942968", "15,324", "0.659478"):
        assert number in PAGE


@pytest.mark.parametrize("line", LEDGER[JP])
def test_each_line_of_japan_is_in_the_table(line: str) -> None:
    (row,) = re.findall(rf"^\| `{line}` \|.*\| (\S+) \|$", PAGE, re.M)
    assert row == written(LEDGER[JP][line])


def test_the_total_is_the_sum_of_the_table() -> None:
    assert f"**{written(sum(LEDGER[JP].values()))}**" in PAGE


def test_the_banks_lines_are_as_the_page_says() -> None:
    assert LEDGER[BANKS] == {"interest": 228, "loss": -138, "exit_cost": -27}
    assert "= 228" in PAGE and "= −138" in PAGE and "= −27, together 63" in PAGE
