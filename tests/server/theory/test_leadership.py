"""Leaders and critical mass of the reference instance against the table, grid .25."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.theory.equilibria import Replies
from server.theory.leadership import answers, leaderships
from server.theory.solution import Setting, solve
from server.theory.stage import stage_of
from tests.server.theory.games import R5, R5_STATICS, SEATS, musd

CASE = R5_STATICS["leadership"]
GRID_MUSD = musd(CASE["grid"])


@pytest.mark.parametrize("rho", ["0.5", "1", "2"])
def test_leadership_changes_the_total_as_tabulated(rho: str) -> None:
    """rho < 1: the leader under-commits; 1: no effect; > 1: out of collapse (model, 3 (vi))."""
    scenario = replace(R5, sharpness=float(rho))
    expected = CASE[rho]
    solution = solve(scenario, Setting(grid_musd=GRID_MUSD))
    assert solution.nash[0].point.effective_musd == musd(expected["simultaneous"])
    totals = {one.seat: one.total_musd for one in leaderships(solution.replies)}
    for seat in set(expected) - {"simultaneous"}:
        assert totals[seat] == musd(expected[seat])


def test_critical_mass_is_as_tabulated() -> None:
    replies = Replies(stage_of(replace(R5, sharpness=2.0), grid_musd=GRID_MUSD))
    found = {one.seat: one.critical_mass_musd for one in leaderships(replies)}
    table = CASE["critical_mass_rho_2"]
    assert found == {seat: table[seat] and musd(table[seat]) for seat in SEATS}


def test_below_the_critical_mass_the_others_add_less_than_a_sixth_of_the_need() -> None:
    replies = Replies(stage_of(replace(R5, sharpness=2.0), grid_musd=GRID_MUSD))
    japan = answers(replies, 0)
    added = {row[0]: sum(row[1:]) for row in japan.tolist()}
    assert added[17_500] < 10_000 <= added[17_750]


def test_where_stability_is_linear_no_commitment_moves_the_others() -> None:
    replies = Replies(stage_of(R5))
    assert len({tuple(row[1:]) for row in answers(replies, 0).tolist()}) == 1
    assert all(one.critical_mass_musd is None for one in leaderships(replies))
