"""What a tournament's matches add up to: by bot and block, by bot and group.

Streams: matches are counted one at a time, and what is kept does not grow with their number
but, by few bytes, with that of blocks, and with that of groups. Scores by block are what
intervals and tests are made of (`statistics`, `rankings`), means by group what evolution plays
with (`evolution`).
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from server.tournament.measures import MatchResult, SeatResult
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
"""The measures whose plain means a bot's row shows."""
OF_MATCH = ("provision", "stability", "efficiency")
"""The measures of a match that are kept by scenario and block."""
SCORED = ("percent", "efficiency", "regret")
"""The measures that are kept by block."""
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


class ByPlace(Generic[K]):
    """Means by block or the like of many series of values, which are known by a key.

    In arrays: with many blocks there are very many of them.
    """

    def __init__(self) -> None:
        self._places: dict[object, int] = {}
        self._series: dict[K, tuple[array[int], array[float]]] = {}

    def add(self, key: K, place: object, value: float) -> None:
        """One more value of a series."""
        if key not in self._series:
            self._series[key] = array("L"), array("d")
        numbers, totals = self._series[key]
        at = self._places.setdefault(place, len(self._places))
        missing = at + 1 - len(numbers)
        numbers.extend([0] * missing)
        totals.extend([0.0] * missing)
        numbers[at] += 1
        totals[at] += value

    def __iter__(self) -> Iterator[K]:
        """The keys of all series, in the order in which they came up."""
        return iter(self._series)

    def means(self, key: K) -> dict[object, float]:
        """A series: the mean of each place where it has a value, in the order of places."""
        numbers, totals = self._series.get(key, ((), ()))
        found = zip(self._places, numbers, totals, strict=False)
        return {place: total / number for place, number, total in found if number}


Group = tuple[str, tuple[str, ...]]
"""A bot, and the bots in the other seats of its role, sorted."""


@dataclass(slots=True)
class RoleStandings:
    """Of one role."""

    scores: ByPlace[tuple[str, str]] = field(default_factory=ByPlace)
    """By measure and bot."""
    company: ByPlace[tuple[str, str]] = field(default_factory=ByPlace)
    """Percent by bot and one other bot of its group."""
    means: dict[str, dict[str, Sum]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Sum))
    )
    """By bot and measure, failures and trembles too."""
    groups: dict[Group, Sum] = field(default_factory=dict)
    """Percent by bot and companions, of all matches and seats."""

    def score(self, measure: str = "percent") -> Scores:
        """The mean of a measure by bot, then block."""
        keys = [key for key in self.scores if key[0] == measure]
        return {key[1]: self.scores.means(key) for key in keys}

    def with_companion(self, bot: str) -> Scores:
        """Mean percent of a bot by other bot of its group, then block."""
        keys = [key for key in self.company if key[0] == bot]
        return {key[1]: self.company.means(key) for key in keys}

    def mean(self, bot: str, measure: str) -> float | None:
        """Over all seats that count for a bot; None where it never had a value."""
        found = self.means[bot][measure]
        return found.mean if found.number else None


@dataclass(slots=True)
class ScenarioStandings:
    """Of one scenario, whoever played."""

    matches: int = 0
    measures: ByPlace[str] = field(default_factory=ByPlace)
    """Of the match, by name; a place is a block and a repetition."""


class Standings:
    """By role, and by scenario."""

    def __init__(self, *, swap: bool) -> None:
        self._swap = swap
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
                scenario.measures.add(name, (match.block, match.repetition), value)
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
                _count(role, row, companions)


def _companions(rows: Sequence[SeatResult]) -> Iterator[tuple[SeatResult, list[str]]]:
    for row in rows:
        others = [one.bot for one in rows if one.role == row.role and one.seat != row.seat]
        yield row, others


def _count(role: RoleStandings, row: SeatResult, companions: Iterable[str]) -> None:
    place = (row.scenario, row.block, row.repetition)
    for name in SCORED:
        value = getattr(row, name)
        if value is not None:
            role.scores.add((name, row.bot), place, value)
    assert row.percent is not None, "looked at before"
    # Not a set: its order differs from process to process, and with it the figures' files.
    for other in dict.fromkeys(companions):
        role.company.add((row.bot, other), place, row.percent)
    means = role.means[row.bot]
    for name in MEANS:
        value = getattr(row, name)
        if value is not None:
            means[name].add(value)
    for name in ("failures", "trembles"):
        means[name].add(getattr(row, name))
