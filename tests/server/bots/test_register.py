"""The register: names, roles, refusals, generators."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import fields

import pytest

from server.bots import BOTS, bots_for, decision_random, make
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Role, SeatId, Switches

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


def test_the_chapters_kinds_are_there() -> None:
    governments = {
        *("free-rider", "unconditional", "conditional", "hump-shaped", "best-reply", "logit"),
        *("reciprocal", "benevolent-hegemon", "predatory-hegemon", "k-group", "reactive"),
        *("regional-leader", "realist", "two-level", "developmental", "pluralist"),
    }
    assert set(bots_for(Role.GOVERNMENT)) >= governments
    assert set(bots_for(Role.BANK)) >= {"run", "stay", "crowd", "committee", "lobbyist"}
    assert set(bots_for(Role.IMF)) >= {"by-the-book", "catalytic", "strict"}
    assert set(bots_for(Role.DEBTOR)) >= {"adjuster", "player-off"}


def test_every_strategy_says_what_it_does_and_where_it_is_from() -> None:
    assert all(spec.summary and spec.roles and spec.source for spec in BOTS.values())


def test_traits_name_rules_that_there_are() -> None:
    rules = {one.name for one in fields(Switches)}
    assert all(spec.traits.uses <= rules for spec in BOTS.values())


def test_an_unknown_name_is_refused_with_what_is_near_and_what_there_is() -> None:
    with pytest.raises(Refused, match="did you mean leader") as caught:
        make("leadr", Role.GOVERNMENT)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT
    assert "conditional" in (caught.value.allowed or "")


def test_a_strategy_of_another_role_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        make("run", Role.GOVERNMENT)
    assert caught.value.code is RefusalCode.UNKNOWN_BOT


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("follower", "follower:SEAT"),
        ("follower:", "follower:SEAT"),
        ("leader:US", "leader"),
        ("leader:", "leader"),
        ("logit:", "logit[:TEMPERATURE]"),
        ("logit:warm", "logit[:TEMPERATURE]"),
        ("logit:0", "logit[:TEMPERATURE]"),
        ("logit:-1", "logit[:TEMPERATURE]"),
        ("logit:nan", "logit[:TEMPERATURE]"),
        ("logit:inf", "logit[:TEMPERATURE]"),
    ],
)
def test_what_stands_behind_the_colon_is_what_the_strategy_takes(name: str, form: str) -> None:
    with pytest.raises(Refused) as caught:
        make(name, Role.GOVERNMENT)
    assert (caught.value.code, caught.value.allowed) == (RefusalCode.UNKNOWN_BOT, form)


def test_a_temperature_may_be_left_out() -> None:
    for name in ("logit", "logit:0.25", "logit:1e1"):
        make(name, Role.GOVERNMENT)


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


def test_a_generator_draws_in_every_way_that_its_kind_knows() -> None:
    from random import Random

    # `gauss` keeps what it has over, before anything was drawn.
    mine, plain = decision_random(7, SeatId("JP"), 0), Random(SEED_OF_7_JP_0)
    assert [mine.gauss(0, 1) for _ in range(3)] == [plain.gauss(0, 1) for _ in range(3)]


SEED_OF_7_JP_0 = 0x895EDCCD43E5F3AA


def test_a_generator_is_copied_and_sent_to_other_processes_as_it_stands() -> None:
    for drawn in (0, 3):
        random = decision_random(7, SeatId("JP"), 0)
        for _ in range(drawn):
            random.random()
        copies = [deepcopy(random), pickle.loads(pickle.dumps(random))]
        assert [copy.random() for copy in copies] == [random.random()] * 2
