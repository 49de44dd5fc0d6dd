"""What a handful of matches says: means over paired seeds with their intervals.

Knows matches and numbers, no scenario and no table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean, stdev

from server.game.scenario import Scenario, SeatId
from server.tournament.match import Match, play


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the 95 % interval around it."""

    mean: float
    low: float
    high: float


def effective_over_seeds(
    scenario: Scenario, bots: Mapping[SeatId, str], seeds: Sequence[int]
) -> Interval:
    """E a round in US$ millions, one match a seed; the same seeds pair two scenarios.

    Raises:
        Refused: as of `play`.
    """
    return interval([settled_effective_musd(play(scenario, bots, seed)) for seed in seeds])


def settled_effective_musd(match: Match) -> float:
    """Mean E of the last half of the rounds, the middle one included."""
    rounds = match.state.history
    return fmean(one.effective_musd for one in rounds[len(rounds) // 2 :])


def interval(values: Sequence[float]) -> Interval:
    """The mean with Student's interval; of a single value no wider than it."""
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean, mean, mean)
    half = t_quantile(len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def t_quantile(degrees: int, share: float = 0.95) -> float:
    """What Student's t stays within, in both directions, with probability `share`.

    With t = sqrt(n)·tan(a) the density is proportional to cos(a)^(n-1) on ±pi/2, which is
    summed here by trapezoids; right to six digits.
    """
    steps = 20_000
    angles = [math.pi / 2 * step / steps for step in range(steps + 1)]
    heights = [math.cos(angle) ** (degrees - 1) for angle in angles]
    areas = list(accumulate((a + b for a, b in pairwise(heights)), initial=0.0))
    wanted = share * areas[-1]
    after = next(place for place, area in enumerate(areas) if area >= wanted)
    part = (wanted - areas[after - 1]) / (areas[after] - areas[after - 1])
    return math.sqrt(degrees) * math.tan(angles[after - 1] + part * math.pi / 2 / steps)
