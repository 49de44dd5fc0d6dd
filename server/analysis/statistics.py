"""The few statistics that measures are made of. Knows no game."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def gini(amounts: Sequence[float]) -> float | None:
    """How unequally amounts are spread: half the mean difference over the mean.

    0 where all are equal, (n-1)/n where one has all. None where there is nothing to spread.
    Amounts are 0 or more.
    """
    values = np.sort(np.asarray(amounts, dtype=np.float64))
    whole = float(values.sum())
    if whole <= 0:
        return None
    ranks = np.arange(1, len(values) + 1)
    return float(
        2 * (ranks * values).sum() / (len(values) * whole) - (len(values) + 1) / len(values)
    )


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Rank correlation, equal values sharing the mean of their ranks.

    None below three pairs, or where one side is the same throughout.
    """
    if len(first) < 3:
        return None
    ranks = [_ranks(side) - (len(side) + 1) / 2 for side in (first, second)]
    scale = float(np.sqrt((ranks[0] ** 2).sum() * (ranks[1] ** 2).sum()))
    return float((ranks[0] * ranks[1]).sum() / scale) if scale else None


def _ranks(values: Sequence[float]) -> np.ndarray:
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[places])


def ratio(part: float, whole: float) -> float | None:
    """Part over whole; None where the whole is nothing."""
    return part / whole if whole else None
