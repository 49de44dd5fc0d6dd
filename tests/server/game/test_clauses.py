"""Pledges that depend on others: clauses, package minima, and packages that bind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.game.actions import AnswerPackage, Pledge, TablePackage
from server.game.clauses import active_pledges
from server.game.events import DecidedBy, Pledged
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, PhasePlan, SeatId, Switches
from tests.server.game.games import CRISIS, DE, JP, US, Player

SEATS = [SeatId(name) for name in "ABCD"]
PLEDGES = dict(zip(SEATS, (10, 8, 5, 2), strict=True))
TALKS = replace(
    CRISIS,
    seats=CRISIS.governments,
    rounds=1,
    phases=(PhasePlan(Phase.TALK, 60), PhasePlan(Phase.PLEDGE, 60)),
    groups=(),
    switches=Switches(packages=True, clauses=True, package_minima=True, binding_packages=True),
    links=(),
)


@pytest.mark.parametrize(
    ("thresholds", "total"),
    [((0, 10, 18, 23), 25), ((15, 15, 15, 15), 25), ((16, 15, 18, 23), 0), ((0, 0, 18, 30), 23)],
)
def test_the_models_clauses_row_comes_out(thresholds: tuple[int, ...], total: int) -> None:
    # Model, section 6.4, row Clauses: pledges (10, 8, 5, 2).
    active = active_pledges(PLEDGES, dict(zip(SEATS, thresholds, strict=True)))
    assert sum(active.values()) == total


@given(
    st.lists(st.integers(0, 20), min_size=4, max_size=4),
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
)
def test_what_is_active_is_the_greatest_set_whose_conditions_hold(
    pledges: list[int], thresholds: list[int]
) -> None:
    given_pledges = dict(zip(SEATS, pledges, strict=True))
    asked = dict(zip(SEATS, thresholds, strict=True))
    found = set(active_pledges(given_pledges, asked))
    stable = []
    for mask in range(16):
        group = {seat for number, seat in enumerate(SEATS) if mask >> number & 1}
        whole = sum(given_pledges[seat] for seat in group)
        if all(whole - given_pledges[seat] >= asked[seat] for seat in group):
            stable.append(group)
    assert found in stable
    assert all(group <= found for group in stable)


def test_an_inactive_pledge_is_neither_drawn_nor_paid_for() -> None:
    player = Player(TALKS)
    player.record(player.next_phase())
    player.act(JP, Pledge(3_000, others_at_least_musd=5_000))
    player.act(US, Pledge(4_000))
    player.act(DE, Pledge(900))
    (resolved,) = player.state.history
    assert resolved.inactive == (JP,)
    assert resolved.drawn_musd == {JP: 0, US: 4_000, DE: 900}
    assert resolved.effective_musd == 4_900
    assert resolved.lines_musd[JP]["cost_bilateral"] == 0


def signed(minimum_musd: int) -> Player:
    """JP and US have signed 2 and 3 bn; the pledge phase has begun."""
    player = Player(TALKS)
    player.act(US, TablePackage({JP: 2_000, US: 3_000}, minimum_total_musd=minimum_musd))
    player.act(JP, AnswerPackage(1, True))
    player.record(player.next_phase())
    return player


def test_a_minimum_total_frees_who_signed_where_it_is_missed() -> None:
    player = signed(6_000)
    player.act(JP, Pledge(2_000))
    player.act(US, Pledge(3_000))
    player.act(DE, Pledge(900))
    (resolved,) = player.state.history
    assert set(resolved.inactive) == {JP, US}
    assert resolved.effective_musd == 900


def test_a_minimum_total_holds_who_signed_where_it_is_reached() -> None:
    player = signed(6_000)
    player.act(JP, Pledge(2_000))
    player.act(US, Pledge(3_000))
    player.act(DE, Pledge(1_000))
    (resolved,) = player.state.history
    assert resolved.inactive == ()
    assert resolved.effective_musd == 6_000


def test_a_binding_package_is_a_floor_under_the_pledge() -> None:
    player = signed(0)
    with pytest.raises(Refused) as refused:
        player.act(JP, Pledge(1_900))
    assert refused.value.code is RefusalCode.OUT_OF_RANGE
    assert refused.value.allowed == "2000 to 9000"
    assert player.act(JP, Pledge(2_000))


def test_who_signed_and_says_nothing_pledges_the_floor() -> None:
    player = signed(0)
    player.record(player.next_phase())
    defaults = {event.seat: event for event in player.log if isinstance(event, Pledged)}
    assert {seat: event.pledge_musd for seat, event in defaults.items()} == {
        JP: 2_000,
        US: 3_000,
        DE: 0,
    }
    assert all(event.is_default and event.by is DecidedBy.HOST for event in defaults.values())


def test_nobody_can_sign_more_than_it_can_pay_where_packages_bind() -> None:
    player = Player(TALKS)
    player.act(US, TablePackage({DE: 6_100}))
    with pytest.raises(Refused) as refused:
        player.act(DE, AnswerPackage(1, True))
    assert refused.value.code is RefusalCode.OUT_OF_RANGE
    assert player.act(DE, AnswerPackage(1, False))


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (Pledge(100, others_at_least_musd=100), "others_at_least_musd"),
        (Pledge(100, second_line_musd=100), "second_line_musd"),
        (Pledge(100, pays_calls=False), "pays_calls"),
        (Pledge(100, strictness_permille=0), "strictness_permille"),
        (Pledge(100, guidance_permille=1), "guidance_permille"),
    ],
)
def test_a_part_whose_rule_is_off_is_refused_by_name(action: Pledge, field: str) -> None:
    player = Player(CRISIS)
    while player.state.phase is not Phase.PLEDGE:
        player.record(player.next_phase())
    with pytest.raises(Refused) as refused:
        player.act(JP, action)
    assert (refused.value.code, refused.value.field) == (RefusalCode.SWITCHED_OFF, field)
