"""What counts as independent: blocks, and neither their repetitions nor their treatments."""

from __future__ import annotations

from server.tournament.standings import RoleStandings, Standings
from tests.server.tournament.test_rankings import seat


def scored(blocks: int, *places: tuple[str, int, int, float]) -> RoleStandings:
    """One bot's percents by scenario, block and repetition."""
    found = Standings(swap=False, blocks=blocks)
    for scenario, block, repetition, percent in places:
        found.add_seats(
            [seat(block, "A", "bot", percent, scenario=scenario, repetition=repetition)]
        )
    return found.roles["government"]


def test_repetitions_of_a_block_have_the_same_groups_and_are_one_score() -> None:
    found = scored(2, ("s", 1, 1, 10.0), ("s", 1, 2, 20.0), ("s", 2, 1, 40.0), ("s", 2, 2, 40.0))
    assert list(found.score()["bot"].values()) == [15.0, 40.0]


def test_repetitions_of_the_only_block_are_what_is_independent() -> None:
    found = scored(1, ("s", 1, 1, 10.0), ("s", 1, 2, 20.0), ("s", 1, 3, 30.0))
    assert list(found.score()["bot"].values()) == [10.0, 20.0, 30.0]


def test_treatments_on_the_same_seeds_are_one_score_and_other_scenarios_are_not() -> None:
    found = scored(
        2,
        ("s/links=0", 1, 1, 10.0),
        ("s/links=1", 1, 1, 30.0),
        ("other", 1, 1, 50.0),
        ("s/links=0", 2, 1, 70.0),
    )
    assert list(found.score()["bot"].values()) == [20.0, 50.0, 70.0]


def test_a_measure_without_a_value_is_left_out_of_its_mean() -> None:
    found = Standings(swap=False, blocks=2)
    found.add_seats([seat(1, "A", "silent", 5.0), seat(1, "B", "talker", 5.0, kept=0.5)])
    found.add_seats([seat(2, "A", "silent", 5.0), seat(2, "B", "talker", 5.0)])
    assert found.roles["government"].score("kept") == {"talker": {("s", 1): 0.5}}
