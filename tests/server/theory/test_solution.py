"""Solved scenarios against the model's tables, and what is said of how sure they are."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Government, SeatId
from server.scenarios import load, names
from server.theory.solution import MOST_LISTED, Setting, Solution, solve
from server.theory.statics import changed
from tests.server.theory.games import (
    R5,
    R5_OUTCOMES,
    R5_STATICS,
    SEATS,
    musd,
    plain,
    switched,
    with_every_government,
)

STEP_MUSD = 50
"""One grid step of the tables, which are exact to it."""


def pledged(solution: Solution, which: str) -> list[int]:
    ends = {"zero": solution.from_zero, "optimum": solution.from_optimum}
    end = ends[which]
    assert end is not None
    return [end.point.pledges_musd[seat] for seat in solution.stage.seats]


@pytest.mark.parametrize("row", R5_OUTCOMES["outcomes"], ids=lambda row: row["name"])
def test_r5_has_the_tabulated_equilibria_and_optimum(row: dict) -> None:  # type: ignore[type-arg]
    solution = solve(replace(R5, sharpness=row["sharpness"]))
    assert len(solution.nash) == 1 and solution.complete
    point = solution.nash[0].point if "Nash" in row["name"] else solution.optimum
    assert point.effective_musd == pytest.approx(musd(row["effective"]), abs=STEP_MUSD)
    assert point.stability == pytest.approx(row["stability"], abs=1e-3)
    assert point.welfare_musd == pytest.approx(musd(row["welfare"]), abs=60)
    if "Nash" in row["name"]:
        expected = [musd(pledge) for pledge in row["pledges"]]
        assert pledged(solution, "zero") == pytest.approx(expected, abs=STEP_MUSD)
        assert pledged(solution, "optimum") == pledged(solution, "zero")
        efficiency = R5_STATICS["efficiency"][f"{row['sharpness']:g}"]
        assert point.efficiency == pytest.approx(efficiency, abs=1e-3)


def test_r5_with_strong_links_and_convex_stability_has_collapse_and_rescue() -> None:
    row = R5_STATICS["rescue_links_1.5_rho_2"]
    solution = solve(changed(R5, {"sharpness": 2, "links": 1.5}))
    assert pledged(solution, "zero") == [0] * 5
    rescue = solution.from_optimum
    assert rescue is not None and rescue is solution.nash[-1]
    assert pledged(solution, "optimum") == pytest.approx(
        [musd(pledge) for pledge in row["pledges"]], abs=STEP_MUSD
    )
    assert rescue.point.effective_musd == pytest.approx(musd(row["effective"]), abs=STEP_MUSD)
    assert rescue.point.stability == pytest.approx(row["stability"], abs=2e-3)
    assert rescue.point.welfare_musd == pytest.approx(musd(row["welfare"]), abs=60)
    assert rescue.point.efficiency == pytest.approx(row["efficiency"], abs=1e-3)
    between = solution.nash[1:-1]
    assert all(one.basin_share < 0.05 for one in between), "what lies between does not hold"
    assert sum(one.basin_share for one in solution.nash) == pytest.approx(1)


def test_purely_public_r5_has_nobody_pay_against_the_tabulated_optimum() -> None:
    row = R5_STATICS["purely_public"]
    public = switched(R5, home_stakes=False, links=False, private_returns=False)
    solution = solve(public)
    assert [one.point.effective_musd for one in solution.nash] == [row["effective"]]
    assert solution.optimum.stability == pytest.approx(row["optimum_stability"], abs=1e-3)
    assert solution.optimum.welfare_musd == pytest.approx(musd(row["optimum_welfare"]), abs=10)


@pytest.mark.parametrize("name", names())
def test_every_built_in_scenario_is_solved_with_the_figures_of_the_ledger(name: str) -> None:
    scenario = load(name)
    solution = solve(scenario)
    assert solution.from_zero and solution.from_optimum
    for one in (*(one.point for one in solution.nash), solution.optimum):
        result = one_shot(scenario, Decisions(one.pledges_musd, {}))
        assert one.welfare_musd == result.welfare_musd <= solution.optimum.welfare_musd + 20
        assert one.effective_musd == result.outcome.effective_musd
        assert sum(one.payoffs_musd.values()) == one.welfare_musd
    money = [one.point.effective_musd for one in solution.nash]
    assert money == sorted(money)


def test_a_setting_reaches_stage_and_ledger_alike() -> None:
    korea = load("korea-1997")
    withdrawn = {bank.id: 400 for bank in korea.banks}
    solution = solve(korea, Setting(100, 22_000, withdrawn))
    point = solution.optimum
    result = one_shot(korea, Decisions(point.pledges_musd, withdrawn, 22_000))
    assert point.effective_musd == result.outcome.effective_musd
    assert point.efficiency == 1.0
    assert all(pledge % 100 == 0 for pledge in point.pledges_musd.values())


def test_efficiency_is_none_where_nothing_can_be_gained() -> None:
    solution = solve(plain(3, need_musd=3_000, stake_musd=100, capacity_musd=1_000))
    assert solution.optimum.effective_musd == 0
    assert [one.point.efficiency for one in solution.nash] == [None]


def test_what_cannot_be_searched_whole_is_not_called_complete() -> None:
    envious = switched(with_every_government(R5, relative_gains_weight=0.5), relative_gains=True)
    solution = solve(envious)
    assert not solution.complete and solution.count is None
    assert "who pledges" in solution.gaps[0]


def test_a_grid_too_fine_to_search_whole_still_gives_what_best_replies_find() -> None:
    solution = solve(R5, Setting(grid_musd=10))
    assert not solution.complete and "too fine" in solution.gaps[0]
    found = [end.point.effective_musd for end in solution.nash]
    assert found == pytest.approx([23_620], abs=30), "the closed form (model, 6.1)"


def test_many_equilibria_are_counted_and_those_reached_are_listed() -> None:
    """Provision point on steps of 1 bn: all orders of shares up to 9 that add up to 30."""
    solution = solve(load("provision-point"), Setting(grid_musd=1_000))
    ways = sum(sum(shares) == 30 for shares in itertools.product(range(10), repeat=5))
    assert solution.count == ways + 1 > MOST_LISTED
    assert 1 < len(solution.nash) < ways and not solution.complete


def test_twenty_governments_of_any_size_are_solved() -> None:
    seats = tuple(
        Government(
            SeatId(f"G{number}"),
            "Government",
            public_stake_musd=100_000 * number,
            unit_cost=0.4,
            cost_convexity=0.5,
            capacity_musd=50_000 * number,
        )
        for number in range(1, 21)
    )
    solution = solve(replace(R5, seats=seats, links=(), need_musd=5_000_000))
    zero = solution.from_zero
    assert zero is not None
    # Model, 2.7: nobody's stake over the need reaches its cost.
    assert max(seat.public_stake_musd / 5_000_000 for seat in seats) == 0.4
    assert zero.point.effective_musd == 0


def test_a_single_government_takes_the_optimum() -> None:
    alone = plain(1, need_musd=1_000, stake_musd=2_000, capacity_musd=1_500)
    solution = solve(alone)
    assert [one.point for one in solution.nash] == [solution.optimum]
    assert solution.optimum.effective_musd == 1_000


def test_rules_that_one_stage_does_not_describe_are_named() -> None:
    assert solve(R5).left_out == ()
    assert solve(switched(R5, second_line=True, cards=True)).left_out == ("second_line", "cards")


def test_the_same_scenario_has_the_same_answer() -> None:
    game = changed(R5, {"sharpness": 2, "links": 1.5})
    assert solve(game).nash == solve(game).nash
    assert [str(seat) for seat in solve(game).stage.seats] == list(SEATS)
