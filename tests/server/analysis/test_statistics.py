"""The statistics against their definitions, known values, and another library."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.analysis.statistics import gini, ratio, spearman

AMOUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([5, 5, 5], 0.0),
        ([0, 0, 12], 2 / 3),
        ([1, 3], 0.25),
        ([10, 30, 90], 320 / 780),
        ([0, 0], None),
        ([], None),
    ],
)
def test_gini_of_small_cases(amounts: list[float], expected: float | None) -> None:
    assert gini(amounts) == (None if expected is None else pytest.approx(expected))


@given(AMOUNTS)
def test_gini_is_half_the_relative_mean_difference(amounts: list[int]) -> None:
    assume(sum(amounts))
    count, mean = len(amounts), sum(amounts) / len(amounts)
    differences = sum(abs(one - other) for one in amounts for other in amounts)
    assert gini(amounts) == pytest.approx(differences / (2 * count * count * mean), abs=1e-12)


def test_spearman_of_a_worked_example_without_ties() -> None:
    """1 - 6·Σd²/(n(n²-1)) with ranks 1 2 3 4 5 and 2 1 4 3 5: d² sums to 4."""
    assert spearman([10, 20, 30, 40, 50], [7, 3, 20, 9, 100]) == pytest.approx(1 - 6 * 4 / 120)


@pytest.mark.parametrize("first", [[1, 1, 1], [1, 2]])
def test_spearman_has_no_meaning_for_equal_values_or_two_pairs(first: list[float]) -> None:
    assert spearman(first, [3, 2, 1][: len(first)]) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=15))
def test_spearman_with_ties_is_pearson_of_mean_ranks_as_pandas_has_them(
    pairs: list[tuple[int, int]],
) -> None:
    first, second = (list(side) for side in zip(*pairs, strict=True))
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    ranks = [pd.Series(side).rank() for side in (first, second)]
    assert spearman(first, second) == pytest.approx(ranks[0].corr(ranks[1]), abs=1e-9)


def test_a_ratio_to_nothing_is_none() -> None:
    assert (ratio(3, 4), ratio(1, 0)) == (0.75, None)
