"""The prisoner's dilemma over conditions: enumeration, the table, and unequal governments."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from server.game.scenario import Scenario
from server.theory.terms import payoffs_musd, terms
from tests.server.theory.games import R5, SPECIAL_CASES, plain, switched, with_governments

CASE = SPECIAL_CASES["dilemma_of_terms"]


def game(a: list[int], beta: list[int]) -> Scenario:
    base = plain(len(a), need_musd=1_000, stake_musd=0, capacity_musd=1_000)
    base = replace(switched(base, terms=True), term_names=("strictness",))
    return with_governments(base, discipline_stake_musd=a, concession_gain_musd=beta)


@pytest.mark.parametrize("n", [2, 3, 4, 6])
@pytest.mark.parametrize("a", [0, 1_000, 4_000, 9_000])
@pytest.mark.parametrize("beta", [0, 700, 2_000, 3_100])
def test_equilibrium_and_optimum_are_those_of_enumerating_all_binary_terms(
    n: int, a: int, beta: int
) -> None:
    scenario = game([a] * n, [beta] * n)
    found = terms(scenario)
    assert found is not None
    profiles = np.array(list(itertools.product((0, 1), repeat=n)))
    payoffs = payoffs_musd(scenario, profiles)
    assert [tuple(found.nash.values())] == [
        profile for profile in map(tuple, profiles.tolist()) if is_nash(scenario, profile)
    ]
    best = payoffs.sum(axis=1).max()
    optimum = payoffs_musd(scenario, list(found.optimum.values())).sum()
    assert optimum == pytest.approx(best)
    assert found.dilemma == (0 < a <= n * beta)
    assert payoffs.sum(axis=1) == pytest.approx(a * profiles.sum(axis=1)), "concessions cancel"


def is_nash(scenario: Scenario, profile: tuple[int, ...]) -> bool:
    """Nobody gains by other terms, and who is indifferent is lenient."""
    for place, own in enumerate(profile):
        tried = [list(profile), list(profile)]
        tried[0][place], tried[1][place] = 0, 1
        lenient, strict = payoffs_musd(scenario, tried)[:, place]
        if own != int(strict > lenient + 1e-9):
            return False
    return True


@pytest.mark.parametrize("strict", range(5))
def test_the_payoffs_are_those_of_the_table(strict: int) -> None:
    scenario = game([1000 * CASE["a"]] * CASE["n"], [1000 * CASE["beta"]] * CASE["n"])
    payoffs = payoffs_musd(scenario, [1] * strict + [0] * (CASE["n"] - strict)) / 1000
    expected_strict, expected_lenient = CASE["by_number_strict"][str(strict)]
    if expected_strict is not None:
        assert payoffs[0] == pytest.approx(expected_strict, abs=5e-4)
    if expected_lenient is not None:
        assert payoffs[-1] == pytest.approx(expected_lenient, abs=5e-4)


def test_unequal_governments_part_ways() -> None:
    """Slope a/n - beta: 3,000/3 - 500 > 0 > 3,000/3 - 2,000."""
    found = terms(game([3_000, 3_000, 3_000], [500, 2_000, 2_000]))
    assert found is not None
    assert list(found.nash.values()) == [1, 0, 0]
    assert list(found.optimum.values()) == [1, 1, 1]


def test_where_a_concession_hurts_few_and_gains_much_leniency_is_best_for_all() -> None:
    """Together k of the first is worth 300/3 - 2,000 + 0: the others have nothing to lose."""
    found = terms(game([100, 100, 100], [2_000, 0, 0]))
    assert found is not None
    assert list(found.optimum.values()) == [0, 1, 1]
    assert not found.dilemma


def test_without_the_rule_there_is_no_game_in_terms() -> None:
    assert terms(R5) is None
