"""Evolution over groups of n: which bots would spread if payoff were offspring.

Pure and seeded. Payoffs are the means of groups as they were played (`Payoffs`); a group that
was never seen is estimated from pairs. Payoff is taken to breed as exp(w·percent/100), which
needs no zero point and lets losses stand (Traulsen, Shoresh and Nowak 2008); w is the force of
selection, and w = 0 is chance alone.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import comb
from random import Random

import numpy as np
import numpy.typing as npt

from server.tournament.standings import Group, Sum

SELECTION = 1.0
"""w, where nothing else is said: a bot that saves 100 percent more has e times the offspring."""
GENERATIONS = 300
"""Of the ecological course."""
POPULATION = 30
"""Of the Moran process; one more than the group where that is larger."""
RUNS = 200
"""Moran runs from equal parts."""
MOST_STEPS = 200_000
"""Births in one run, after which it counts as undecided."""
MOST_GROUPS = 5_000
"""Groups above which expected payoffs are those of pairs, which are exact where a payoff is a
sum of what each companion brings."""

Floats = npt.NDArray[np.float64]


class Unknown(Exception):
    """Two bots, or one with itself, never were in one group: nothing can be said of that."""


class Payoffs:
    """What a bot gets in a group, from the groups that were played.

    A group that was not seen gets the mean over its companions of what the bot got in groups
    with that companion: an estimate. Groups of the most frequent size alone are looked at.

    Raises:
        Unknown: a pair is missing.
    """

    def __init__(self, groups: Mapping[Group, Sum], bots: Sequence[str]) -> None:
        self.bots = tuple(bots)
        sizes: Counter[int] = Counter()
        for (_, companions), found in groups.items():
            sizes[len(companions)] += found.number
        self.companions = max(sizes, key=lambda size: sizes[size], default=0)
        """Of one bot in its group: n − 1."""
        if not self.companions:
            raise Unknown("no bot has a companion in its role")
        self._seen = {
            group: found.mean for group, found in groups.items() if len(group[1]) == self.companions
        }
        self.pairs = self._pairs(groups)

    def _pairs(self, groups: Mapping[Group, Sum]) -> Floats:
        """Bots by companion: mean percent in groups with that companion."""
        sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for bot, companions in self._seen:
            found = groups[bot, companions]
            for other, times in Counter(companions).items():
                # A group with two of a kind tells twice as much of that kind.
                sums[bot, other][0] += times * found.total
                sums[bot, other][1] += times * found.number
        for bot, other in itertools.product(self.bots, repeat=2):
            if (bot, other) not in sums:
                raise Unknown(f"{bot} never was in a group with {other}")
        return np.array(
            [
                [sums[bot, other][0] / sums[bot, other][1] for other in self.bots]
                for bot in self.bots
            ]
        )

    def of(self, bot: str, companions: Sequence[str]) -> float:
        """Percent of a bot in a group."""
        found = self._seen.get((bot, tuple(sorted(companions))))
        if found is not None:
            return found
        row = self.pairs[self.bots.index(bot)]
        return sum(float(row[self.bots.index(one)]) for one in companions) / len(companions)

    @property
    def seen_share(self) -> float:
        """Which part of all groups there could be was played, and need not be estimated."""
        every = len(self.bots) * comb(len(self.bots) + self.companions - 1, self.companions)
        known = sum(
            bot in self.bots and set(others) <= set(self.bots) for bot, others in self._seen
        )
        return known / every

    def expected(self, shares: Floats) -> Floats:
        """Each bot's mean percent in groups drawn from an infinite population."""
        size = len(self.bots)
        if comb(size + self.companions - 1, self.companions) > MOST_GROUPS:
            return np.asarray(self.pairs @ shares)
        found = np.zeros(size)
        for counts, ways, payoffs in self._compositions:
            found += ways * np.prod(shares**counts) * payoffs
        return found

    @cached_property
    def _compositions(self) -> list[tuple[Floats, float, Floats]]:
        """Every group of companions: how many of each bot, in how many orders, payoffs in it."""
        places = range(len(self.bots))
        every = itertools.combinations_with_replacement(places, self.companions)
        return [self._composition(chosen) for chosen in every]

    def _composition(self, chosen: tuple[int, ...]) -> tuple[Floats, float, Floats]:
        counts = np.bincount(chosen, minlength=len(self.bots)).astype(float)
        ways = math.factorial(self.companions) / math.prod(
            math.factorial(int(one)) for one in counts
        )
        names = [self.bots[one] for one in chosen]
        return counts, ways, np.array([self.of(bot, names) for bot in self.bots])


def ecological(
    payoffs: Payoffs, selection: float = SELECTION, generations: int = GENERATIONS
) -> Floats:
    """Shares of the bots by generation, from equal parts: the ecological variant of Axelrod.

    A bot's share grows with its mean payoff in groups drawn from the population as it stands:
    x_i' = x_i·f_i / sum_j x_j·f_j, with f = exp(w·percent/100). Shape (generations + 1, bots).
    """
    shares = np.full(len(payoffs.bots), 1 / len(payoffs.bots))
    course = [shares]
    for _ in range(generations):
        fitness = np.exp(selection * payoffs.expected(shares) / 100)
        shares = shares * fitness / float(shares @ fitness)
        course.append(shares)
    return np.array(course)


def population_of(payoffs: Payoffs) -> int:
    """N, where nothing else is said."""
    return max(POPULATION, payoffs.companions + 2)


def fixation(
    invader: Callable[[int], float], resident: Callable[[int], float], population: int
) -> float:
    """The chance that one invader takes over a population of residents (Moran process).

    rho = 1 / (1 + sum_{k=1}^{N-1} prod_{l=1}^{k} g_l/f_l): exact for the birth-death process
    with two types (Nowak, Sasaki, Taylor and Fudenberg 2004).

    Args:
        invader: f, its fitness where there are that many invaders, 1..N−1.
        resident: g, the residents' there.
        population: N.
    """
    total, product = 1.0, 1.0
    for number in range(1, population):
        product *= resident(number) / invader(number)
        total += product
    return 1 / total


def invasions(
    payoffs: Payoffs, selection: float = SELECTION, population: int | None = None
) -> Floats:
    """Chance of one invader (row) among residents (column), times N: above 1 it is favoured.

    Groups are drawn without replacement from the N. The diagonal is 1: one of the same kind.
    """
    size = population or population_of(payoffs)
    return np.array(
        [
            [
                1.0
                if invader == resident
                else size * _invasion(payoffs, invader, resident, selection, size)
                for resident in payoffs.bots
            ]
            for invader in payoffs.bots
        ]
    )


def _invasion(
    payoffs: Payoffs, invader: str, resident: str, selection: float, population: int
) -> float:
    def fitness(bot: str) -> Callable[[int], float]:
        own = int(bot == invader)

        def at(invaders: int) -> float:
            expected = _in_two(payoffs, bot, invader, resident, invaders - own, population - 1)
            return math.exp(selection * expected / 100)

        return at

    return fixation(fitness(invader), fitness(resident), population)


def _in_two(
    payoffs: Payoffs, bot: str, invader: str, resident: str, invaders: int, others: int
) -> float:
    """Mean percent of a bot whose companions are drawn from others of two kinds."""
    seats = payoffs.companions
    found = 0.0
    for among in range(max(0, seats - (others - invaders)), min(seats, invaders) + 1):
        ways = comb(invaders, among) * comb(others - invaders, seats - among)
        group = [invader] * among + [resident] * (seats - among)
        found += ways / comb(others, seats) * payoffs.of(bot, group)
    return found


def moran(
    payoffs: Payoffs,
    seed: int,
    selection: float = SELECTION,
    population: int | None = None,
    runs: int = RUNS,
) -> dict[str, float]:
    """How often each bot takes over from equal parts, by runs of the Moran process.

    One is born at a time, with chances by fitness, and takes the place of one of all, drawn
    with equal chances. Approximation: fitness is the mean over one group of companions that is
    drawn for each bot anew with every birth, not over all groups; without mutation. A run that
    does not end within `MOST_STEPS` births counts for nobody.

    Args:
        payoffs: of groups.
        seed: all chance comes from it.
        selection: w.
        population: N; bots that do not divide it start with one more, in their order.
        runs: how many.
    """
    size = population or population_of(payoffs)
    random = Random(f"moran/{seed}")
    ended: Counter[str] = Counter()
    for _ in range(runs):
        last = _run(payoffs, random, selection, size)
        if last is not None:
            ended[last] += 1
    return {bot: ended[bot] / runs for bot in payoffs.bots}


def _run(payoffs: Payoffs, random: Random, selection: float, size: int) -> str | None:
    living = [payoffs.bots[place % len(payoffs.bots)] for place in range(size)]
    for _ in range(MOST_STEPS):
        kinds = Counter(living)
        if len(kinds) == 1:
            return living[0]
        weights = []
        for bot, number in kinds.items():
            others = list((kinds - Counter([bot])).elements())
            percent = payoffs.of(bot, random.sample(others, payoffs.companions))
            weights.append(number * math.exp(selection * percent / 100))
        born = random.choices(list(kinds), weights)[0]
        living[random.randrange(size)] = born
    return None
