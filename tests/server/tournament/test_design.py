"""Designs: who sits where how often, counted; the same plan gives the same groups."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import pytest

from server.tournament.design import Planned, count, matches, seed_of
from tests.server.tournament.plans import plan


def seats(planned: list[Planned]) -> Counter[tuple[str, str]]:
    """How often each bot sat in each seat."""
    return Counter(pair for one in planned for pair in one.cast.items())


@pytest.mark.parametrize("blocks", [1, 4])
def test_in_a_balanced_design_every_bot_is_in_every_seat_equally_often(blocks: int) -> None:
    planned = list(matches(plan(blocks=blocks)))
    # Three governments' bots and two banks': six matches a block.
    assert len(planned) == 6 * blocks
    found = seats(planned)
    for seat in ("JP", "US", "DE"):
        assert {found[seat, bot] for bot in ("free-rider", "conditional", "random")} == {2 * blocks}
    assert {found["JP-banks", bot] for bot in ("run", "stay")} == {3 * blocks}


def test_a_balanced_group_has_no_bot_twice_where_the_pool_is_large_enough() -> None:
    for one in matches(plan(blocks=20)):
        assert len({one.cast[seat] for seat in ("JP", "US", "DE")}) == 3


def test_a_pool_smaller_than_the_table_is_balanced_too() -> None:
    small = plan(blocks=5, pools={"government": ["free-rider", "leader"]})
    found = seats(list(matches(small)))
    assert {found[seat, "leader"] for seat in ("JP", "US", "DE")} == {5}


def test_swapping_changes_one_seat_and_nothing_else() -> None:
    planned = list(matches(plan(design="swap", blocks=3)))
    # Three governments with three bots each, two banks' seats with two each.
    assert len(planned) == 3 * (3 * 3 + 2 * 2) == 39
    for (_, focal), group in groupby(planned, lambda one: (one.block, one.focal)):
        members = list(group)
        assert focal is not None
        assert len({one.cast[focal] for one in members}) == len(members)
        rest = [{seat: bot for seat, bot in one.cast.items() if seat != focal} for one in members]
        assert all(one == rest[0] for one in rest)
        assert len({one.seed for one in members}) == 1


def test_the_full_design_has_every_combination_once() -> None:
    planned = list(matches(plan(design="full")))
    assert len(planned) == 3**3 * 2**2 == count(plan(design="full"))
    assert len({tuple(sorted(one.cast.items())) for one in planned}) == len(planned)


def test_the_design_groups_has_every_group_once_a_block_and_seats_it_by_chance() -> None:
    planned = list(matches(plan(design="groups", blocks=2)))
    # Three bots in three seats, in any order: C(5, 3).
    assert len(planned) == 2 * 10 == count(plan(design="groups", blocks=2))
    groups = Counter(
        tuple(sorted(one.cast[seat] for seat in ("JP", "US", "DE"))) for one in planned
    )
    assert len(groups) == 10 and set(groups.values()) == {2}
    assert len({one.cast["JP-banks"] for one in planned if one.block == 1}) == 1
    assert {one.cast["JP"] for one in planned} == {"free-rider", "conditional", "random"}


def test_what_is_varied_is_played_on_the_same_seeds_by_the_same_groups() -> None:
    planned = list(matches(plan(vary={"links": [0.0, 1.0]}, blocks=2)))
    first, second = ([one for one in planned if one.scenario == place] for place in (0, 1))
    assert [one.seed for one in first] == [one.seed for one in second]
    assert [one.cast for one in first] == [one.cast for one in second]


def test_alike_seats_one_bot_everywhere_in_its_role() -> None:
    casts = [one.cast for one in matches(plan(design="alike"))]
    assert [{cast[seat] for seat in ("JP", "US", "DE")} for cast in casts] == [
        {"free-rider"},
        {"conditional"},
        {"random"},
    ]


def test_a_held_seat_never_changes_hands() -> None:
    held = plan(blocks=3, seats={"US": "leader"})
    assert {one.cast["US"] for one in matches(held)} == {"leader"}
    found = seats(list(matches(held)))
    assert found["JP", "random"] == found["DE", "random"] == found["JP", "conditional"]


@pytest.mark.parametrize("design", ["balanced", "swap", "full", "alike"])
def test_every_seat_is_taken_numbers_follow_and_the_count_is_right(design: str) -> None:
    many = plan(design=design, repetitions=2, scenarios=["korea-1997", "vcm"])
    planned = list(matches(many))
    assert [one.number for one in planned] == list(range(1, count(many) + 1))
    for one in planned:
        assert list(one.cast) == [seat.id for seat in many.scenarios[one.scenario].seats]


def test_groups_and_seeds_depend_on_the_plans_seed_alone() -> None:
    assert list(matches(plan(blocks=2))) == list(matches(plan(blocks=2)))
    assert list(matches(plan(blocks=2))) == list(matches(plan(blocks=5)))[:12]
    other = list(matches(plan(blocks=2, seed=6)))
    assert [one.cast for one in other] != [one.cast for one in matches(plan(blocks=2))]
    assert {one.seed for one in other}.isdisjoint({one.seed for one in matches(plan(blocks=2))})


def test_all_of_a_block_meet_the_same_chance_and_repetitions_another() -> None:
    planned = list(matches(plan(blocks=2, repetitions=3)))
    by_place = {(one.block, one.repetition): one.seed for one in planned}
    assert len(set(by_place.values())) == 6
    assert all(one.seed == by_place[one.block, one.repetition] for one in planned)


def test_seeds_are_the_same_on_every_machine() -> None:
    # The first 63 bits of SHA-256 of "5/vcm/1/1", by `printf 5/vcm/1/1 | sha256sum`.
    assert seed_of(5, "vcm", 1, 1) == FIRST_64_BITS >> 1


FIRST_64_BITS = 0xA57726DBB8D93993
