"""Evolution over groups of n: which bots would spread if payoff were offspring.

Pure and seeded. Payoffs are the means of groups as they were played (`Payoffs`), over whoever
sat in which seat; a group that was not played has none, and nothing is guessed: the design
``groups`` plays them all. Payoff is taken to breed as exp(w·percent/100), which
needs no zero point and lets losses stand (Traulsen, Shoresh and Nowak 2008); w is the force of
selection, and w = 0 is chance alone.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
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
Floats = npt.NDArray[np.float64]


class Unknown(Exception):
    """A group that could come about was not played: says how many were."""


class Payoffs:
    """What a bot gets in a group, from the groups that were played, every one of them.

    Args:
        groups: mean percent by bot and companions.
        bots: those who live in the population.

    Raises:
        Unknown: a group of these bots is missing.
    """

    def __init__(self, groups: Mapping[Group, Sum], bots: Sequence[str]) -> None:
        self.bots = tuple(bots)
        sizes = {len(companions) for _, companions in groups}
        if len(sizes) != 1 or sizes == {0}:
            raise Unknown("groups are of one size here, two or more")
        (self.companions,) = sizes
        """Of one bot in its group: n − 1."""
        self._seen = {group: found.mean for group, found in groups.items()}
        # Counted, not gone through: of many bots in many seats there are millions.
        every = len(bots) * comb(len(bots) + self.companions - 1, self.companions)
        known = sum({bot, *companions} <= set(bots) for bot, companions in groups)
        if known < every:
            raise Unknown(f"of {every:,} groups of a bot and its companions {known} were played")

    def of(self, bot: str, companions: Sequence[str]) -> float:
        """Percent of a bot in a group."""
        return self._seen[bot, tuple(sorted(companions))]

    def expected(self, shares: Floats) -> Floats:
        """Each bot's mean percent in groups drawn from an infinite population."""
        found = np.zeros(len(self.bots))
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
