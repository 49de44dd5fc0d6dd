"""Evolution against closed forms, and against games small enough to count out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from server.tournament.evolution import (
    Payoffs,
    Unknown,
    ecological,
    fixation,
    invasions,
    moran,
)
from server.tournament.standings import Group, Sum

BOTS = ("giver", "keeper")


def of_game(size: int, givers_payoff: float, keepers_payoff: float) -> Payoffs:
    """Groups of `size`: a giver brings everybody 10 for each giver, the kinds a bonus each."""
    groups: dict[Group, Sum] = {}
    for bot, bonus in zip(BOTS, (givers_payoff, keepers_payoff), strict=True):
        for others in itertools.combinations_with_replacement(BOTS, size - 1):
            found = Sum()
            found.add(10 * (others.count("giver") + (bot == "giver")) + bonus)
            groups[bot, tuple(sorted(others))] = found
    return Payoffs(groups, BOTS)


def test_missing_groups_are_counted_and_not_gone_through() -> None:
    # Twenty bots in ten seats: 138 million groups of a bot and its companions.
    bots = [f"bot-{number}" for number in range(20)]
    seen = Sum()
    seen.add(1.0)
    with pytest.raises(Unknown, match=r"of 138,138,000 groups .* 1 were played"):
        Payoffs({(bots[0], tuple(bots[:9])): seen}, bots)


@pytest.mark.parametrize("population", [2, 7, 30])
def test_a_neutral_newcomer_takes_over_with_chance_one_in_n(population: int) -> None:
    assert fixation(lambda _: 1.0, lambda _: 1.0, population) == pytest.approx(1 / population)
    neutral = invasions(of_game(2, 0, 10), selection=0.0, population=population)
    assert neutral == pytest.approx(np.ones((2, 2)))


def test_constant_fitness_gives_the_closed_form_of_moran() -> None:
    # rho = (1 − 1/r)/(1 − 1/r^N) for an invader that is r times as fit.
    r, size = 1.5, 10
    closed = (1 - 1 / r) / (1 - r**-size)
    assert fixation(lambda _: r, lambda _: 1.0, size) == pytest.approx(closed)


def test_of_two_who_meet_each_other_the_fitter_is_born_as_often_as_it_is_fit() -> None:
    # N = 2: whoever is born first and takes the other's place has taken over: f/(f + g). The
    # giver has 10 of its own gift, the keeper 10 of it and 20 more.
    payoffs = of_game(2, 0, 20)
    found = invasions(payoffs, selection=1.0, population=2) / 2
    f, g = math.exp(0.3), math.exp(0.1)
    assert found[1, 0] == pytest.approx(f / (f + g))
    assert found[0, 1] == pytest.approx(g / (f + g))


def test_companions_are_drawn_without_replacement_in_a_finite_population() -> None:
    # N = 3, groups of 3: everybody is in one group. A keeper among two givers has 20 + 15, a
    # giver 20; two keepers and one giver: 10 + 15 and 10.
    found = invasions(of_game(3, 0, 15), selection=1.0, population=3) / 3
    ratio = math.exp(0.20 - 0.35)
    assert found[1, 0] == pytest.approx(1 / (1 + ratio + ratio * math.exp(0.10 - 0.25)))


def test_the_moran_runs_agree_with_the_closed_form_and_with_their_seed() -> None:
    # Two of a population of two: one of each kind to begin with.
    payoffs = of_game(2, 0, 20)
    chance = float(invasions(payoffs, population=2)[1, 0]) / 2
    runs = 4000
    found = moran(payoffs, seed=3, population=2, runs=runs)
    assert found["keeper"] == pytest.approx(chance, abs=4 * math.sqrt(0.25 / runs))
    assert found == moran(payoffs, seed=3, population=2, runs=runs)
    assert found != moran(payoffs, seed=4, population=2, runs=runs)


def test_without_selection_nothing_changes_ecologically() -> None:
    course = ecological(of_game(4, 0, 30), selection=0.0, generations=20)
    assert course == pytest.approx(np.full((21, 2), 0.5))


def test_a_generation_grows_by_payoff_as_worked_out_by_hand() -> None:
    # Pairs, equal parts: a giver meets a giver half the time, 10 + 5 on average; a keeper has
    # 5 and its 20.
    course = ecological(of_game(2, 0, 20), selection=1.0, generations=1)
    giver, keeper = math.exp(0.15), math.exp(0.25)
    assert course[1] == pytest.approx([giver / (giver + keeper), keeper / (giver + keeper)])


def test_keepers_displace_givers_though_all_would_be_better_off_giving() -> None:
    payoffs = of_game(4, 0, 12)
    assert payoffs.of("giver", ["giver"] * 3) > payoffs.of("keeper", ["keeper"] * 3)
    assert ecological(payoffs)[-1][1] > 0.99


def test_a_group_that_was_not_played_is_not_guessed() -> None:
    groups: dict[Group, Sum] = {("giver", ("giver",)): Sum(1, 5.0, 25.0)}
    with pytest.raises(Unknown, match="of 4 groups of a bot and its companions 1 were played"):
        Payoffs(groups, BOTS)
