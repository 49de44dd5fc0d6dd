"""Votes on the Fund's money against the tables of the reference instance."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.scenarios import load
from server.theory.board import vote
from server.theory.solution import Setting, solve
from tests.server.theory.games import R5, R5_STATICS, SEATS, US, musd

CASE = R5_STATICS["vote"]
TRANCHE_MUSD = musd(CASE["tranche"])


def test_reservation_costs_are_the_tabulated_ones_and_stakes_over_votes() -> None:
    """c_m < Psi/(N·w) (model, 2.7)."""
    found = vote(R5, TRANCHE_MUSD)
    assert found is not None
    assert found.reservation_costs == pytest.approx(CASE["reservation_costs"], abs=6e-4)
    stakes = solve(R5).stage.stake
    for place, seat in enumerate(R5.governments):
        expected = stakes[place] / (60_000 * seat.quota_share)
        assert found.reservation_costs[seat.id] == pytest.approx(expected)


def test_a_cost_below_every_reservation_is_voted_unanimously() -> None:
    found = vote(replace(R5, imf_unit_cost=0.8), TRANCHE_MUSD)
    assert found is not None and found.passes
    assert min(found.gains_musd.values()) > 0


def test_half_of_the_votes_blocks_what_would_help_all_together() -> None:
    dear = replace(R5, imf_unit_cost=1.0)
    found = vote(dear, TRANCHE_MUSD)
    assert found is not None and not found.passes
    assert [seat for seat, gain in found.gains_musd.items() if gain < 0] == [US]
    assert found.gains_musd[US] == pytest.approx(-musd(CASE["US_loses_at_cost_1"]), abs=1)
    assert found.passes_up_to_cost == pytest.approx(CASE["reservation_costs"]["US"], abs=5e-4)
    with_it = solve(dear, Setting(tranche_musd=TRANCHE_MUSD)).nash[0].point
    assert with_it.welfare_musd == pytest.approx(musd(CASE["welfare_with_at_cost_1"]), abs=60)
    without = solve(dear).nash[0].point
    assert without.welfare_musd == pytest.approx(musd(CASE["welfare_without"]), abs=60)
    assert without.pledges_musd == with_it.pledges_musd, "linear: nothing is crowded out"


def test_cheap_money_for_half_of_the_need_beats_the_bilateral_optimum() -> None:
    point = solve(R5, Setting(tranche_musd=30_000)).nash[0].point
    expected = musd(CASE["welfare_of_30_at_cost_0.3"])
    assert point.welfare_musd == pytest.approx(expected, abs=60)
    assert point.welfare_musd > solve(R5).optimum.welfare_musd


def test_above_ordinary_access_fifteen_per_cent_block() -> None:
    """Model, 4: 85 % of yes and no. Against JP's 16 % a tranche of 30 of 60 bn fails."""
    opposed = replace(R5.governments[0], public_stake_musd=0, home_stake_musd=0)
    opposed = replace(opposed, bank_exposure_musd=0)
    game = replace(R5, seats=(opposed, *R5.seats[1:]), links=(), imf_unit_cost=0.3)
    ordinary, exceptional = vote(game, 24_000), vote(game, 30_000)
    assert ordinary is not None and not ordinary.exceptional and ordinary.passes
    assert exceptional is not None and exceptional.exceptional and not exceptional.passes
    assert exceptional.gains_musd[SEATS[0]] < 0


def test_where_nobody_votes_there_is_no_vote() -> None:
    assert vote(load("vcm"), 1_000) is None
    assert vote(R5, 0) is None
