"""Several rankings side by side: the same bots, ordered by different ideas of good.

Pure and seeded. Every ranking has a score for each bot, the larger the better, its interval
and a rank: one more than the number of bots that are better beyond chance, by a bootstrap
over blocks, the same draws for all bots, corrected by Holm for all pairs. `docs/tournaments.md`
says when each misleads.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from server.tournament import evolution
from server.tournament.evolution import Unknown
from server.tournament.standings import RoleStandings
from server.tournament.statistics import LEVEL, Scores, holm, slices

DRAWS = 2_000
"""Of the bootstrap. With more than 50 pairs no rank but 1 can come of it."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A bot in a ranking."""

    ranking: str
    bot: str
    rank: int
    tied: bool
    score: float
    low: float | None
    """None where there is no interval."""
    high: float | None


MEANINGS: Mapping[str, str] = {
    "mean": "mean percent of the own stake saved",
    "median": "median over blocks of the percent saved",
    "wins": "Copeland: bots beaten in most common blocks, less those lost to, of all others",
    "maximin": "mean percent beside the one companion beside which it is lowest",
    "efficiency": "mean efficiency of the tables at which it sits",
    "evolution": "share of the population after ecological selection from equal shares",
    "regret": "regret against best replies, in percent of the stake, with a minus",
}
"""The rankings, in the order of the page."""


def rankings(role: RoleStandings, seed: int = 0) -> list[Placed]:
    """Every ranking that the matches allow, in the order of `MEANINGS`, best bots first.

    `efficiency` and `regret` are of governments; `evolution` needs every group of the bots
    (`evolution.Payoffs`), and has no interval.
    """
    percent = role.score()
    bots = sorted(percent)
    blocks = list(dict.fromkeys(place for bot in bots for place in percent[bot]))
    table = _table(percent, bots, blocks)
    company = [_table(role.with_companion(bot), bots, blocks) for bot in bots]
    scorers: dict[str, Callable[[Floats], Floats]] = {
        "mean": lambda weights: _mean(table, weights),
        "median": lambda weights: _median(table, weights),
        "wins": lambda weights: _wins(table, weights),
        "maximin": lambda weights: _maximin(company, weights),
    }
    for name, sign in (("efficiency", 1.0), ("regret", -1.0)):
        scores = role.score(name)
        if scores:
            found = sign * _table(scores, bots, blocks)
            scorers[name] = lambda weights, found=found: _mean(found, weights)  # type: ignore[misc]
    placed = [
        one
        for name in MEANINGS
        if name in scorers
        for one in _placed(name, bots, len(blocks), scorers[name], seed)
    ]
    return placed + _by_evolution(role, bots)


def _table(scores: Scores, bots: Sequence[str], blocks: Sequence[object]) -> Floats:
    """Blocks by bots; nan where a bot has no score."""
    nothing: Mapping[object, float] = {}
    return np.array(
        [[scores.get(bot, nothing).get(block, np.nan) for bot in bots] for block in blocks]
    )


def _mean(table: Floats, weights: Floats) -> Floats:
    """Draws by bots: means over the blocks drawn."""
    seen = ~np.isnan(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((weights @ np.where(seen, table, 0.0)) / (weights @ seen))


def _median(table: Floats, weights: Floats) -> Floats:
    """The value at which half of the blocks drawn lie below; of two, their mean."""
    columns = []
    for column in table.T:
        order = np.argsort(column)[: int((~np.isnan(column)).sum())]
        heights = np.cumsum(weights[:, order], axis=1)
        half = heights[:, -1:] / 2
        low = np.argmax(heights >= half, axis=1)
        high = np.argmax(heights > half, axis=1)
        value = (column[order][low] + column[order][high]) / 2
        columns.append(np.where(half[:, 0] > 0, value, np.nan))
    return np.column_stack(columns)


def _wins(table: Floats, weights: Floats) -> Floats:
    """Copeland's score, −1..1: who has more points in most common blocks beats the other."""
    size = table.shape[1]
    scores = np.zeros((len(weights), size))
    for one, other in itertools.combinations(range(size), 2):
        ahead = np.nan_to_num(np.sign(table[:, one] - table[:, other]))
        result = np.sign(weights @ ahead)
        scores[:, one] += result
        scores[:, other] -= result
    return np.asarray(scores / max(1, size - 1))


def _maximin(company: Sequence[Floats], weights: Floats) -> Floats:
    """The lowest mean beside any companion that was met."""
    return np.column_stack([np.fmin.reduce(_mean(one, weights), axis=1) for one in company])


def _placed(
    name: str, bots: Sequence[str], blocks: int, scorer: Callable[[Floats], Floats], seed: int
) -> list[Placed]:
    random = np.random.default_rng(seed)
    scores = scorer(np.ones((1, blocks)))[0]
    # Who never had a companion, say, has no place among those who had.
    known = ~np.isnan(scores)
    if not known.any():
        return []
    bots = [bot for bot, has in zip(bots, known, strict=True) if has]
    scores = scores[known]
    drawn = np.concatenate(
        [
            scorer(random.multinomial(blocks, np.full(blocks, 1 / blocks), some).astype(float))
            for some in slices(blocks, DRAWS)
        ]
    )
    drawn = drawn[:, known]
    low, high = np.nanquantile(drawn, (LEVEL / 2, 1 - LEVEL / 2), axis=0)
    ranks = _ranks(scores, drawn)
    rows = [
        Placed(name, bot, rank, ranks.count(rank) > 1, *map(float, found))
        for bot, rank, *found in zip(bots, ranks, scores, low, high, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.rank, -row.score, row.bot))


def _ranks(scores: Floats, drawn: Floats) -> list[int]:
    """One more than the number of bots whose lead is beyond chance after Holm's correction."""
    pairs = list(itertools.combinations(range(len(scores)), 2))
    chances = []
    for one, other in pairs:
        lead = (drawn[:, one] - drawn[:, other]) * np.sign(scores[one] - scores[other])
        chances.append(min(1.0, 2 * (int((~(lead > 0)).sum()) + 1) / (len(drawn) + 1)))
    ranks = [1] * len(scores)
    for (one, other), chance in zip(pairs, holm(chances), strict=True):
        if chance < LEVEL and scores[one] != scores[other]:
            ranks[other if scores[one] > scores[other] else one] += 1
    return ranks


def _by_evolution(role: RoleStandings, bots: Sequence[str]) -> list[Placed]:
    try:
        course = evolution.ecological(evolution.Payoffs(role.groups, bots))
    except Unknown:
        return []
    shares = [round(float(share), 6) for share in course[-1]]
    ranks = [1 + sum(other > share for other in shares) for share in shares]
    fields: Any = zip(bots, ranks, shares, strict=True)
    rows = [
        Placed("evolution", bot, rank, ranks.count(rank) > 1, share, None, None)
        for bot, rank, share in fields
    ]
    return sorted(rows, key=lambda row: (row.rank, row.bot))
