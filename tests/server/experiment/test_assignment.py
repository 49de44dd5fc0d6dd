"""Who plays with whom under which treatment: balanced, repeatable, and nobody twice."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from server.experiment.assignment import (
    grouped,
    groups_for,
    paid_session,
    shuffled,
    treatments_of,
)


def meetings(plan: list[list[tuple[int, ...]]]) -> Counter[tuple[int, int]]:
    """How often each two places play together."""
    return Counter(
        (min(pair), max(pair))
        for session in plan
        for group in session
        for pair in combinations(group, 2)
    )


@pytest.mark.parametrize(("groups", "seats"), [(2, 2), (3, 3), (5, 4), (7, 7), (11, 6)])
def test_strangers_never_meet_twice_in_as_many_sessions_as_a_prime_number_of_groups(
    groups: int, seats: int
) -> None:
    plan = grouped(("",) * groups, seats, groups, strangers=True)
    assert max(meetings(plan).values()) == 1
    # In that many sessions everybody meets everybody of the other seats: G*G*S*(S-1)/2 pairs.
    assert len(meetings(plan)) == groups * groups * seats * (seats - 1) // 2


@pytest.mark.parametrize(
    ("groups", "seats", "sessions"), [(4, 3, 3), (6, 2, 6), (8, 3, 6), (9, 3, 8)]
)
def test_strangers_do_not_meet_twice_in_these_numbers_of_groups_that_are_no_primes(
    groups: int, seats: int, sessions: int
) -> None:
    plan = grouped(("",) * groups, seats, sessions, strangers=True)
    assert max(meetings(plan).values()) == 1


def test_everybody_plays_in_every_session_in_the_own_seat() -> None:
    for session in grouped(("a", "b", "a", "b", "a"), 3, 4, strangers=True):
        assert sorted(place for group in session for place in group) == list(range(15))
        assert all(place % 3 == seat for group in session for seat, place in enumerate(group))


def test_strangers_stay_in_their_treatment() -> None:
    treatments = ("a", "b", "b", "a", "a", "b")
    for session in grouped(treatments, 2, 3, strangers=True):
        for group, places in enumerate(session):
            assert {treatments[place // 2] for place in places} == {treatments[group]}


def test_partners_stay_together() -> None:
    first, *others = grouped(("a", "b", "b"), 4, 5, strangers=False)
    assert first == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)]
    assert all(session == first for session in others)


@pytest.mark.parametrize("groups", range(1, 12))
def test_treatments_are_balanced_and_follow_from_the_seed(groups: int) -> None:
    names = ("talk", "silence", "half")
    drawn = treatments_of(groups, names, seed=5)
    counts = [drawn.count(name) for name in names]
    assert max(counts) - min(counts) <= 1
    assert drawn == treatments_of(groups, names, seed=5)


def test_other_seeds_draw_other_treatments_and_places() -> None:
    assert len({treatments_of(4, ("a", "b"), seed) for seed in range(40)}) == 4
    labels = [f"P{number}" for number in range(6)]
    assert len({tuple(shuffled(labels, seed)) for seed in range(20)}) > 10
    assert shuffled(labels, 3) == shuffled(reversed(labels), 3)


def test_the_paid_session_is_one_of_those_played() -> None:
    assert {paid_session(3, seed) for seed in range(60)} == {1, 2, 3}


@pytest.mark.parametrize(
    ("people", "most", "groups"), [(0, None, 1), (4, None, 2), (5, None, 3), (5, 2, 2), (1, 8, 1)]
)
def test_there_are_as_many_groups_as_the_people_need(
    people: int, most: int | None, groups: int
) -> None:
    assert groups_for(people, 2, most) == groups
