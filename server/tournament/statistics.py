"""Intervals, paired tests and ranks, from blocks that are independent of one another.

Pure and seeded. All matches of a block and repetition share a seed, so the block, not the
match, is what is drawn again in the bootstrap and whose differences are tested.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

DRAWS = 10_000
"""Of the bootstrap, and of the sign-flip test where there are too many flips to try all."""
AT_ONCE = 100_000
"""Numbers drawn at a time, so that memory does not grow with the blocks."""
LEVEL = 0.05
FEWEST = 6
"""Blocks below which no difference can come out at 5 % after any correction."""

Scores = Mapping[str, Mapping[object, float]]
"""By bot, then block: the mean score there."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A bot in the leaderboard."""

    rank: int
    """One more than the number of bots that are better beyond chance; equal ranks are ties."""
    tied: bool
    bot: str
    mean: float
    low: float
    high: float
    """95 % interval, percentile bootstrap over blocks."""
    blocks: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two bots on common seeds."""

    bot: str
    other: str
    blocks: int
    """In which both played."""
    difference: float
    """Mean of the paired differences."""
    effect: float
    """The mean difference in standard deviations of the differences."""
    p: float
    """Two-sided sign-flip test."""
    p_holm: float
    """After Holm's correction for all pairs."""


def slices(blocks: int, draws: int = DRAWS) -> Iterator[int]:
    """Numbers of draws that add up to `draws`, so few at a time that all fit a cache."""
    most = max(1, AT_ONCE // blocks)
    for done in range(0, draws, most):
        yield min(most, draws - done)


def interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """A 95 % percentile bootstrap interval of the mean."""
    found = np.asarray(values, dtype=float)
    random = np.random.default_rng(seed)
    drawn = (random.integers(0, len(found), (some, len(found))) for some in slices(len(found)))
    means = np.concatenate([found[places].mean(axis=1) for places in drawn])
    low, high = np.quantile(means, (LEVEL / 2, 1 - LEVEL / 2))
    return float(low), float(high)


def sign_flip(differences: Sequence[float], seed: int = 0) -> float:
    """The chance that differences of this mean come about if their signs are by chance.

    Exact up to 13 differences; beyond, by `DRAWS` random flips, the seen one counted in.
    """
    found = np.asarray(differences, dtype=float)
    seen = abs(found.sum()) - 1e-9
    if len(found) <= 13:
        flips = np.array(list(itertools.product((1, -1), repeat=len(found))))
        return float((np.abs(flips @ found) >= seen).mean())
    random = np.random.default_rng(seed)
    extreme = 0
    for some in slices(len(found)):
        flips = random.choice((1.0, -1.0), (some, len(found)))
        extreme += int((np.abs(flips @ found) >= seen).sum())
    return (extreme + 1) / (DRAWS + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, largest = [0.0] * len(p_values), 0.0
    for step, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - step) * p_values[place]))
        corrected[place] = largest
    return corrected


def compared(scores: Scores) -> list[Compared]:
    """Every pair of bots on the blocks in which both played."""
    pairs = [
        (one, other, [scores[one][key] - scores[other][key] for key in _common(scores, one, other)])
        for one, other in itertools.combinations(sorted(scores), 2)
    ]
    pairs = [pair for pair in pairs if pair[2]]
    p_values = [sign_flip(differences) for _, _, differences in pairs]
    return [
        Compared(one, other, len(found), float(np.mean(found)), _effect(found), p, corrected)
        for (one, other, found), p, corrected in zip(pairs, p_values, holm(p_values), strict=True)
    ]


def _common(scores: Scores, one: str, other: str) -> list[object]:
    return [key for key in scores[one] if key in scores[other]]


def _effect(differences: Sequence[float]) -> float:
    if len(differences) < 2:
        return 0.0
    spread = float(np.std(differences, ddof=1))
    return float(np.mean(differences)) / spread if spread else 0.0


def leaderboard(scores: Scores, comparisons: Sequence[Compared]) -> list[Ranked]:
    """The bots, best first; those that chance may have put in order share a rank."""
    better = dict.fromkeys(scores, 0)
    for one in comparisons:
        if one.p_holm < LEVEL and one.difference:
            better[one.other if one.difference > 0 else one.bot] += 1
    ranks = list(better.values())
    rows = [
        Ranked(
            better[bot] + 1,
            ranks.count(better[bot]) > 1,
            bot,
            float(np.mean(list(found.values()))),
            *interval(list(found.values())),
            len(found),
        )
        for bot, found in scores.items()
    ]
    return sorted(rows, key=lambda row: (row.rank, -row.mean, row.bot))
