"""What a tournament's matches add up to: by bot and block, by bot and group.

Streams: matches are counted one at a time, and what is kept does not grow with their number
but, by few bytes, with that of blocks, and with that of groups. Scores by block are what
intervals and tests are made of (`statistics`, `rankings`), means by group what evolution plays
with (`evolution`).

A block is what is independent of the others: its groups are drawn anew, with a seed of their own.
Its repetitions have the same groups, and the treatments of a scenario (`vary`) the same groups and
seeds, so they are part of it. In a plan of one block its repetitions take the place of blocks.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from server.tournament.measures import MatchResult, SeatResult
from server.tournament.plan import plain_name
from server.tournament.statistics import Scores

MEANS = (
    "contributed",
    "burden",
    "kept",
    "exploited",
    "regret",
    "efficiency",
    "stability",
    "provided",
)
"""The measures that a bot's row shows beside its percent."""
SCORED = ("percent", *MEANS)
"""The measures of a seat that are kept by bot and block."""
OF_MATCH = ("provision", "stability", "efficiency")
"""The measures of a match that are kept by scenario and block."""
MOST_GROUPS = 50_000
"""Beyond which new groups are no longer kept; there are as many only in huge pools."""


@dataclass(slots=True)
class Sum:
    """Values added up."""

    number: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """One more."""
        self.number += 1
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float:
        """Of what was added."""
        return self.total / self.number

    @property
    def deviation(self) -> float | None:
        """Standard deviation; None of a single value."""
        if self.number < 2:
            return None
        spread = self.squares - self.total * self.mean
        return math.sqrt(max(0.0, spread) / (self.number - 1))


K = TypeVar("K")


class ByBlock(Generic[K]):
    """Means by block of many series of values, which are known by a key.

    In arrays: with many blocks there are very many of them.
    """

    def __init__(self) -> None:
        self._blocks: dict[object, int] = {}
        self._series: dict[K, tuple[array[int], array[float]]] = {}

    def add(self, key: K, block: object, value: float) -> None:
        """One more value of a series."""
        if key not in self._series:
            self._series[key] = array("L"), array("d")
        numbers, totals = self._series[key]
        at = self._blocks.setdefault(block, len(self._blocks))
        missing = at + 1 - len(numbers)
        numbers.extend([0] * missing)
        totals.extend([0.0] * missing)
        numbers[at] += 1
        totals[at] += value

    def __iter__(self) -> Iterator[K]:
        """The keys of all series, in the order in which they came up."""
        return iter(self._series)

    def means(self, key: K) -> dict[object, float]:
        """A series: the mean of each block where it has a value, in the order of blocks."""
        numbers, totals = self._series.get(key, ((), ()))
        found = zip(self._blocks, numbers, totals, strict=False)
        return {block: total / number for block, number, total in found if number}


Group = tuple[str, tuple[str, ...]]
"""A bot, and the bots in the other seats of its role, sorted."""


@dataclass(slots=True)
class RoleStandings:
    """Of one role."""

    scores: ByBlock[tuple[str, str]] = field(default_factory=ByBlock)
    """By measure of `SCORED` and bot."""
    company: ByBlock[tuple[str, str]] = field(default_factory=ByBlock)
    """Percent by bot and one other bot of its group."""
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By bot: its seats, failures and trembles."""
    groups: dict[Group, Sum] = field(default_factory=dict)
    """Percent by bot and companions, of all matches and seats."""

    def score(self, measure: str = "percent") -> Scores:
        """The mean of a measure by bot, then block; without the bots that never had a value."""
        keys = [key for key in self.scores if key[0] == measure]
        return {key[1]: self.scores.means(key) for key in keys}

    def with_companion(self, bot: str) -> Scores:
        """Mean percent of a bot by other bot of its group, then block."""
        keys = [key for key in self.company if key[0] == bot]
        return {key[1]: self.company.means(key) for key in keys}


@dataclass(slots=True)
class ScenarioStandings:
    """Of one scenario, whoever played."""

    matches: int = 0
    measures: ByBlock[str] = field(default_factory=ByBlock)
    """Of the match, by name."""


class Standings:
    """By role, and by scenario.

    Args:
        swap: whether the design is that.
        blocks: how many the plan has.
    """

    def __init__(self, *, swap: bool, blocks: int) -> None:
        self._swap, self._blocks = swap, blocks
        self.roles: dict[str, RoleStandings] = defaultdict(RoleStandings)
        self.scenarios: dict[str, ScenarioStandings] = defaultdict(ScenarioStandings)
        self.versions: dict[str, str] = {}
        """Of the bots, by name."""

    def add(self, match: MatchResult, rows: Sequence[SeatResult]) -> None:
        """Count a match."""
        scenario = self.scenarios[match.scenario]
        scenario.matches += 1
        for name in OF_MATCH:
            value = getattr(match, name)
            if value is not None:
                scenario.measures.add(name, self._block(match), value)
        self.add_seats(rows)

    def add_seats(self, rows: Sequence[SeatResult]) -> None:
        """Count the seats of a match; of the design swap, the one that changed hands alone.

        Groups are counted whole, and those of one bot alone with them.
        """
        for row, companions in _companions(rows):
            self.versions[row.bot] = row.bot_version
            if row.percent is None:
                continue
            role = self.roles[row.role]
            group = (row.bot, tuple(sorted(companions)))
            if group in role.groups or len(role.groups) < MOST_GROUPS:
                role.groups.setdefault(group, Sum()).add(row.percent)
            if not row.alike and (row.focal or not self._swap):
                _count(role, row, companions, self._block(row))

    def _block(self, row: MatchResult | SeatResult) -> object:
        """What is independent of all others."""
        number = row.block if self._blocks > 1 else row.repetition
        return plain_name(row.scenario), number


def _companions(rows: Sequence[SeatResult]) -> Iterator[tuple[SeatResult, list[str]]]:
    for row in rows:
        others = [one.bot for one in rows if one.role == row.role and one.seat != row.seat]
        yield row, others


def _count(role: RoleStandings, row: SeatResult, companions: Iterable[str], block: object) -> None:
    for name in SCORED:
        value = getattr(row, name)
        if value is not None:
            role.scores.add((name, row.bot), block, value)
    assert row.percent is not None, "looked at before"
    # Not a set: its order differs from process to process, and with it the figures' files.
    for other in dict.fromkeys(companions):
        role.company.add((row.bot, other), block, row.percent)
    role.counts[row.bot].update(seats=1, failures=row.failures, trembles=row.trembles)
