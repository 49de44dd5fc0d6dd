"""What a tournament's matches add up to: by bot and block, by bot and group.

Streams: matches are counted one at a time, and what is kept does not grow with their number
but with that of blocks and of groups. Scores by block are what intervals and tests are made
of (`statistics`, `rankings`), means by group what evolution plays with (`evolution`).

A block is what is independent of the others: its groups are drawn anew, with a seed of their own.
Its repetitions have the same groups, and the treatments of a scenario (`vary`) the same groups and
seeds, so they are part of it. In a plan of one block its repetitions take the place of blocks.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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


class Scored:
    """The measures of `SCORED` of a bot in a block, added up."""

    __slots__ = ("numbers", "totals")

    def __init__(self) -> None:
        # There are as many of these as bots times blocks.
        self.numbers = array("l", [0] * len(SCORED))
        self.totals = array("d", [0.0] * len(SCORED))

    def add(self, row: SeatResult) -> None:
        """One more seat; a measure without a value is left out."""
        for place, name in enumerate(SCORED):
            value = getattr(row, name)
            if value is not None:
                self.numbers[place] += 1
                self.totals[place] += value


Group = tuple[str, tuple[str, ...]]
"""A bot, and the bots in the other seats of its role, sorted."""


@dataclass(slots=True)
class RoleStandings:
    """Of one role."""

    scores: dict[str, dict[object, Scored]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Scored))
    )
    """By bot and block."""
    company: dict[str, dict[str, dict[object, Sum]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(Sum)))
    )
    """Percent by bot, one other bot of its group, and block."""
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By bot: its seats, failures and trembles."""
    groups: dict[Group, Sum] = field(default_factory=dict)
    """Percent by bot and companions, of all matches and seats."""

    def score(self, measure: str = "percent") -> Scores:
        """The mean of a measure by bot, then block; without the bots that never had a value."""
        place = SCORED.index(measure)
        found = {
            bot: {
                block: one.totals[place] / one.numbers[place]
                for block, one in blocks.items()
                if one.numbers[place]
            }
            for bot, blocks in self.scores.items()
        }
        return {bot: blocks for bot, blocks in found.items() if blocks}

    def with_companion(self, bot: str) -> Scores:
        """Mean percent of a bot by other bot of its group, then block."""
        return _means(self.company[bot])


def _means(sums: Mapping[str, Mapping[object, Sum]]) -> dict[str, dict[object, float]]:
    return {
        one: {place: found.mean for place, found in places.items()} for one, places in sums.items()
    }


@dataclass(slots=True)
class ScenarioStandings:
    """Of one scenario, whoever played."""

    matches: int = 0
    by_block: dict[str, dict[object, Sum]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Sum))
    )
    """By measure of the match, then block."""


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
                scenario.by_block[name][self._block(match)].add(value)
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
    assert row.percent is not None, "looked at before"
    role.scores[row.bot][block].add(row)
    # Not a set: its order differs from process to process, and with it the figures' files.
    for other in dict.fromkeys(companions):
        role.company[row.bot][other][block].add(row.percent)
    role.counts[row.bot].update(seats=1, failures=row.failures, trembles=row.trembles)
