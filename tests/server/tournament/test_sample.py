"""Means over paired seeds: Student's quantiles from tables, intervals by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.scenario import RoundScale
from server.scenarios import load
from server.tournament import effective_over_seeds, play
from server.tournament.sample import interval, settled_effective_musd, t_quantile


@pytest.mark.parametrize(
    ("degrees", "table"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (9, 2.2622), (39, 2.0227), (1000, 1.9623)],
)
def test_the_quantiles_are_those_of_students_table(degrees: int, table: float) -> None:
    assert t_quantile(degrees) == pytest.approx(table, abs=1e-4)


def test_an_interval_is_the_mean_with_students_half_width() -> None:
    """1, 2, 3: mean 2, standard deviation 1, so 2 ± 4.3027/sqrt(3)."""
    found = interval([1.0, 2.0, 3.0])
    assert (found.low, found.mean, found.high) == pytest.approx((-0.4841, 2.0, 4.4841), abs=1e-4)


def test_a_single_match_has_no_width() -> None:
    found = interval([7.0])
    assert found.low == found.mean == found.high == 7.0


def test_the_last_half_of_the_rounds_counts() -> None:
    vcm = load("vcm")
    match = play(vcm, {seat.id: "random" for seat in vcm.seats}, 1)
    money = [one.effective_musd for one in match.state.history]
    assert len(money) == 10
    assert settled_effective_musd(match) == sum(money[5:]) / 5


def test_the_same_seeds_give_the_same_answer_and_best_reply_that_of_theory() -> None:
    r5 = replace(load("east-asia"), rounds=6, round_scale=RoundScale.REPEATED)
    cast = dict.fromkeys(r5.seat_by_id, "best-reply")
    found = effective_over_seeds(r5, cast, range(1, 4))
    assert found == effective_over_seeds(r5, cast, range(1, 4))
    assert found.mean == 23_550, "model, 6.1"
