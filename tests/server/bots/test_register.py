"""The register: names, roles, refusals, generators."""

from __future__ import annotations

import pytest

from server.bots import BOTS, bots_for, decision_random, make
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId

FIRST_LIST = {
    "free-rider",
    "full-contributor",
    "conditional",
    "best-reply",
    "leader",
    "follower",
    "random",
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DEBTOR])
def test_every_role_has_the_first_list_of_strategies(role: Role) -> None:
    assert set(bots_for(role)) >= FIRST_LIST


def test_banks_run_stay_or_go_with_the_crowd_and_the_fund_lends_by_the_book() -> None:
    assert {"run", "stay", "crowd"} <= set(bots_for(Role.BANK))
    assert {"by-the-book", "strict"} <= set(bots_for(Role.IMF))


def test_every_strategy_says_what_it_does() -> None:
    assert all(spec.summary and spec.roles for spec in BOTS.values())


def test_an_unknown_name_is_refused_with_what_is_near_and_what_there_is() -> None:
    with pytest.raises(Refused, match="did you mean leader") as caught:
        make("leadr", Role.GOVERNMENT)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT
    assert "conditional" in (caught.value.allowed or "")


def test_a_strategy_of_another_role_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        make("run", Role.GOVERNMENT)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT


@pytest.mark.parametrize("name", ["follower", "follower:", "leader:US"])
def test_the_seat_must_be_named_where_one_is_taken_and_nowhere_else(name: str) -> None:
    with pytest.raises(Refused) as caught:
        make(name, Role.GOVERNMENT)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT


def test_the_seat_that_is_followed_must_be_at_the_table_where_that_is_known() -> None:
    seats = [SeatId("JP"), SeatId("US")]
    make("follower:US", Role.BANK, seats)
    with pytest.raises(Refused) as caught:
        make("follower:USA", Role.BANK, seats)
    assert (caught.value.code, caught.value.allowed) == (RefusalCode.UNKNOWN_SEAT, "JP, US")


def test_a_generator_depends_on_seed_seat_and_number_and_on_nothing_else() -> None:
    first = decision_random(7, SeatId("JP"), 0).random()
    assert first == decision_random(7, SeatId("JP"), 0).random()
    others = [(8, "JP", 0), (7, "US", 0), (7, "JP", 1)]
    assert first not in [decision_random(a, SeatId(b), c).random() for a, b, c in others]


def test_generators_are_the_same_on_every_machine() -> None:
    # First 64 bits of SHA-256 of "7/JP/0", by `printf 7/JP/0 | sha256sum`.
    from random import Random

    assert decision_random(7, SeatId("JP"), 0).random() == Random(SEED_OF_7_JP_0).random()


SEED_OF_7_JP_0 = 0x895EDCCD43E5F3AA
