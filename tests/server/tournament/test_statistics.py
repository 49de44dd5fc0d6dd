"""Intervals, tests and ranks against hand calculations and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from server.tournament.statistics import (
    AT_ONCE,
    Estimate,
    Scores,
    blocks_wanted,
    compared,
    enough_draws,
    fewest_blocks,
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


@pytest.mark.parametrize("bots", [2, 3, 5, 8, 12])
def test_so_many_blocks_of_one_sign_are_the_fewest_that_tell_bots_apart(bots: int) -> None:
    pairs = bots * (bots - 1) // 2
    fewest = fewest_blocks(pairs)
    assert holm([sign_flip([1.0] * fewest)] * pairs)[0] < 0.05
    assert holm([sign_flip([1.0] * (fewest - 1))] * pairs)[0] >= 0.05


def test_few_blocks_are_told_by_how_many_bots_there_are() -> None:
    eight = {f"b{n}": blocks(*[float(n + i % 2) for i in range(10)]) for n in range(8)}
    # 28 pairs: 2 in 2^10 times 28 is .055.
    assert blocks_wanted(compared(eight)) == 11
    two = {name: eight[name] for name in ("b0", "b1")}
    assert blocks_wanted(compared(two)) is None
    assert blocks_wanted([]) is None


def test_draws_grow_with_the_pairs_so_that_the_smallest_p_outlasts_holm() -> None:
    for pairs in (1, 28, 66, 1_000):
        draws = enough_draws(2_000, pairs)
        assert draws >= 2_000 and draws % 500 == 0
        assert 2 / (draws + 1) * pairs < 0.05


def test_forty_bots_in_clear_order_are_told_apart() -> None:
    # 780 pairs: of 10,000 flips no p could be small enough.
    scores = {f"b{n}": blocks(*[float(n)] * 20) for n in range(40)}
    rows = leaderboard(scores, compared(scores))
    assert [row.rank for row in rows] == list(range(1, 41))


def test_an_estimate_is_a_mean_with_its_interval() -> None:
    found = Estimate.of([1.0, 2.0, 3.0, 4.0])
    assert (found.mean, found.blocks) == (2.5, 4)
    assert 1 <= found.low < 2.5 < found.high <= 4


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
