"""Shipped tournaments set beside what is known: a published experiment, and two hypotheses.

Owns what is compared and how it is labelled. Nothing here fits anything: each row says what
was found, by whom and how surely it is known, and whether the bots show the same sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np

from server.game.scenario import Scenario
from server.theory.solution import solve
from server.tournament.measures import Stored
from server.tournament.plan import plain_name
from server.tournament.statistics import interval

SMALL_SIZE_EFFECT = 0.1
"""Below this part of the endowment a difference between groups of four and ten is called
little; the paper speaks of little effect, the number is ours."""


@dataclass(frozen=True, slots=True)
class Span:
    """A mean over seeds, and its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Span:
        """Of one value a seed."""
        return cls(fmean(values), *interval(values))


@dataclass(frozen=True, slots=True)
class Course:
    """What a group gave in each round, as a part of all it had; one row a seed."""

    rates: tuple[tuple[float, ...], ...]

    @property
    def means(self) -> list[float]:
        """By seed, over the rounds."""
        return [fmean(one) for one in self.rates]

    def at(self, place: int) -> list[float]:
        """By seed, in one round, from 0."""
        return [one[place] for one in self.rates]

    @property
    def by_round(self) -> list[Span]:
        """Over the seeds."""
        return [Span.of(found) for found in zip(*self.rates, strict=True)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the four cells of Isaac and Walker, with one kind of bot in all seats."""

    bot: str
    players: int
    mpcr: float
    course: Course


@dataclass(frozen=True, slots=True)
class Regularity:
    """Something published, and what the bots did."""

    published: str
    status: str
    """How surely it is known: checked against the source, or recalled."""
    bot: str
    seen: str
    matches: bool


RECALLED: Mapping[tuple[int, float], str] = {
    (4, 0.3): "18–19 %",
    (4, 0.75): "57 %",
    (10, 0.3): "26–33 %",
    (10, 0.75): "59 %",
}
"""Mean shares given in Isaac and Walker (1988), by group and MPCR: recalled, with medium
confidence, not checked against the paper."""
CHECKED, RECALL = "checked", "recalled"


def cells(matches: Iterable[Stored]) -> list[Cell]:
    """The cells of a tournament in which one bot plays all seats, by bot, group and MPCR."""
    found: dict[tuple[str, int, float], list[tuple[float, ...]]] = defaultdict(list)
    for stored in matches:
        scenario = stored.scenario
        bot = stored.record["cast"][scenario.governments[0].id]
        key = (bot, len(scenario.governments), _mpcr(scenario))
        found[key].append(_rates(stored))
    return [Cell(*key, Course(tuple(rates))) for key, rates in sorted(found.items())]


def _mpcr(scenario: Scenario) -> float:
    """What a dollar returns to each player: V/N of the linear mechanism (model, 3 (i))."""
    return scenario.governments[0].public_stake_musd / scenario.need_musd


def _rates(stored: Stored) -> tuple[float, ...]:
    whole = sum(seat.capacity_musd for seat in stored.scenario.governments)
    return tuple(sum(one.drawn_musd.values()) / whole for one in stored.rounds)


def regularities(found: Sequence[Cell]) -> list[Regularity]:
    """What was published of the design, for each kind of bot.

    A sign holds where the 95 % interval of the difference excludes 0. Cells are of scenarios with
    seeds of their own: their groups are set against one another as they come.
    """
    return [one for bot in dict.fromkeys(cell.bot for cell in found) for one in _of_bot(bot, found)]


def _of_bot(bot: str, found: Sequence[Cell]) -> list[Regularity]:
    by = {(cell.players, cell.mpcr): cell.course for cell in found if cell.bot == bot}
    effects = [_difference(by[n, 0.75].means, by[n, 0.3].means) for n in (4, 10)]
    sizes = [_difference(by[10, mpcr].means, by[4, mpcr].means) for mpcr in (0.3, 0.75)]
    decays = [_difference(course.at(0), course.at(-1)) for course in by.values()]
    first = [Span.of(course.at(0)) for course in by.values()]
    return [
        Regularity(
            "the higher MPCR, the more is given, in groups of 4 and of 10 (Isaac and Walker 1988)",
            CHECKED,
            bot,
            f"{_told(effects[0])} and {_told(effects[1])} points more",
            all(one.low > 0 for one in effects),
        ),
        Regularity(
            "little pure effect of group size, 4 to 10 (Isaac and Walker 1988)",
            CHECKED,
            bot,
            f"{_told(sizes[0])} points at MPCR .30, {_told(sizes[1])} at .75",
            all(max(abs(one.low), abs(one.high)) < SMALL_SIZE_EFFECT for one in sizes),
        ),
        Regularity(
            "giving decays with repetition (Ledyard 1995)",
            RECALL,
            bot,
            f"first less last round: {_points(min(one.mean for one in decays))} to "
            f"{_points(max(one.mean for one in decays))} points",
            all(one.low > 0 for one in decays),
        ),
        Regularity(
            "the first round gives 40–60 % of the optimum (Ledyard 1995)",
            RECALL,
            bot,
            f"{_percent(min(one.mean for one in first))} to "
            f"{_percent(max(one.mean for one in first))}",
            all(0.4 <= one.mean <= 0.6 for one in first),
        ),
    ]


def _difference(more: Sequence[float], less: Sequence[float]) -> Span:
    return Span.of([a - b for a, b in zip(more, less, strict=True)])


def _percent(part: float) -> str:
    return f"{round(100 * part)} %".replace("-", "−")


def _points(part: float) -> str:
    """A difference of two shares: percentage points, which are no percent more."""
    return f"{round(100 * part)}".replace("-", "−")


def _told(span: Span) -> str:
    return f"{_points(span.mean)} ({_points(span.low)} to {_points(span.high)})"


# --- the two hypotheses ---


@dataclass(frozen=True, slots=True)
class Treatment:
    """One value of what a hypothesis varies, with one kind of bot in all seats."""

    bot: str
    value: float
    effective: tuple[float, ...]
    """By seed: money a round in US$ bn, over the last half of the rounds."""
    equilibrium: float
    """The same where best replies lead from no pledges."""


def treatments(matches: Iterable[Stored]) -> list[Treatment]:
    """By bot and value; of a plan that varies one thing."""
    found: dict[tuple[str, float], list[float]] = defaultdict(list)
    scenarios: dict[float, Scenario] = {}
    for stored in matches:
        value = float(stored.scenario.name.rpartition("=")[2])
        scenarios[value] = stored.scenario
        bot = stored.record["cast"][stored.scenario.governments[0].id]
        last = stored.rounds[len(stored.rounds) // 2 :]
        found[bot, value].append(fmean(one.effective_musd for one in last) / 1000)
    nash = {value: _equilibrium(scenario) for value, scenario in scenarios.items()}
    return [
        Treatment(bot, value, tuple(amounts), nash[value])
        for (bot, value), amounts in sorted(found.items())
    ]


def _equilibrium(scenario: Scenario) -> float:
    found = solve(scenario).from_zero
    assert found is not None, "linear stability has one equilibrium, and replies lead there"
    return found.point.effective_musd / 1000


def slope(found: Sequence[Treatment], bot: str) -> Span:
    """How much more money a round for one more of the multiplier: least squares, seed by seed."""
    own = [one for one in found if one.bot == bot]
    values = np.array([one.value for one in own])
    amounts = np.array([one.effective for one in own])
    centred = values - values.mean()
    slopes = centred @ amounts / float(centred @ centred)
    return Span.of(slopes.tolist())


def rises(found: Sequence[Treatment], bot: str) -> bool:
    """Whether mean money rises with every step of the value."""
    means = [fmean(one.effective) for one in found if one.bot == bot]
    return all(less < more for less, more in pairwise(means))


def varied_name(scenario: Scenario) -> str:
    """What is varied in a treatment, by name."""
    return scenario.name.removeprefix(plain_name(scenario.name) + "/").partition("=")[0]
