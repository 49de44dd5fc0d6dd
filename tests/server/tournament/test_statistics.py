"""Intervals, tests and ranks against hand calculations and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from server.tournament.statistics import (
    AT_ONCE,
    Scores,
    compared,
    holm,
    interval,
    leaderboard,
    sign_flip,
    slices,
)


def test_a_few_differences_of_one_sign_have_the_exact_chance() -> None:
    # All positive: of 2^n sign patterns two are as extreme.
    assert sign_flip([1.0, 2.0, 3.0]) == pytest.approx(2 / 8)
    assert sign_flip([0.5] * 6) == pytest.approx(2 / 64)


def test_differences_that_cancel_are_no_evidence() -> None:
    assert sign_flip([1.0, -1.0]) == 1.0
    assert sign_flip([0.0] * 20) == 1.0


def test_many_differences_agree_with_the_normal_law() -> None:
    # Sum 30 of 100 signs: 3 standard deviations, two-sided .0027 (normal), .0035 (binomial).
    assert sign_flip([1.0] * 65 + [-1.0] * 35) == pytest.approx(0.0035, abs=0.002)


def test_holm_corrects_as_in_his_example() -> None:
    # .01·3, then max(.03, .02·2), then max(.04, .03·1).
    assert holm([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_interval_of_many_values_is_that_of_the_normal_law() -> None:
    values = np.random.default_rng(1).normal(10, 2, 400)
    low, high = interval(list(values))
    half = 1.96 * values.std(ddof=1) / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.03)


def test_the_interval_of_one_value_is_the_value() -> None:
    assert interval([7.0]) == (7.0, 7.0)


def blocks(*values: float) -> dict[object, float]:
    """A score by block."""
    return dict(enumerate(values))


CLEAR: Scores = {
    "best": blocks(*[9.0 + i % 3 for i in range(20)]),
    "same": blocks(*[9.0 + (i + 1) % 3 for i in range(20)]),
    "worst": blocks(*[1.0 + i % 3 for i in range(20)]),
}


def test_what_chance_may_have_ordered_shares_a_rank_and_is_called_a_tie() -> None:
    rows = leaderboard(CLEAR, compared(CLEAR))
    assert {(row.bot, row.rank, row.tied) for row in rows} == {
        ("best", 1, True),
        ("same", 1, True),
        ("worst", 3, False),
    }


def test_pairs_are_compared_on_the_blocks_in_which_both_played() -> None:
    (pair,) = compared({"a": {1: 5.0, 2: 7.0, 3: 1.0}, "b": {2: 4.0, 3: 0.0, 4: 99.0}})
    assert (pair.blocks, pair.difference) == (2, 2.0)
    # Differences 3 and 1: mean 2, standard deviation sqrt(2).
    assert pair.effect == pytest.approx(2 / 2**0.5)


def test_bots_that_never_met_are_not_compared_and_tie() -> None:
    apart: Scores = {"a": {1: 5.0}, "b": {2: 9.0}}
    assert compared(apart) == []
    assert all(row.tied for row in leaderboard(apart, []))


def test_draws_come_in_slices_that_do_not_grow_with_the_blocks() -> None:
    for blocks in (1, 7, 3_000, 10 * AT_ONCE):
        found = list(slices(blocks, 2_500))
        assert sum(found) == 2_500
        assert max(found) == 1 or max(found) * blocks <= AT_ONCE
