"""How a round's money is asked for, drawn and turned into stability."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.game.crisis import (
    RoundMoney,
    apportion,
    largest_pledge_musd,
    round_money,
    share_of_round,
    stability_of,
)
from server.game.one_shot import one_shot
from server.game.resolution import Decisions, resolve
from server.game.scenario import Draws, Government, RoundScale, SeatId
from tests.server.game.games import BANKS, CRISIS, DE, JP, US

amounts = st.integers(0, 10**7)


def test_stability_reaches_one_exactly_at_the_need() -> None:
    assert stability_of(60_000, 60_000, math.inf) == 1.0
    assert stability_of(59_999, 60_000, math.inf) == 0.0
    assert stability_of(0, 0, 2.0) == 1.0
    assert stability_of(30_000, 60_000, 2.0) == 0.25


def test_stability_is_rounded_to_nine_decimals() -> None:
    assert stability_of(1, 3, 1.0) == 0.333333333


@given(amounts, st.integers(1, 12))
def test_the_parts_of_the_rounds_add_up_to_the_whole(amount: int, rounds: int) -> None:
    parts = [share_of_round(amount, rounds, number) for number in range(1, rounds + 1)]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1


@given(amounts, st.lists(amounts, min_size=1, max_size=8))
def test_drawing_is_pro_rata_and_conserves_money(total: int, weights: list[int]) -> None:
    pledges = {SeatId(str(index)): weight for index, weight in enumerate(weights)}
    drawn = apportion(total, pledges)
    assert sum(drawn.values()) == min(total, sum(weights))
    whole = sum(weights)
    for seat, pledge in pledges.items():
        assert 0 <= drawn[seat] <= pledge
        if whole > total:
            assert abs(drawn[seat] - total * pledge / whole) < 1


def test_ties_of_the_largest_remainder_go_by_seat_order() -> None:
    drawn = apportion(100, {JP: 1_000, US: 1_000, DE: 1_000})
    assert drawn == {JP: 34, US: 33, DE: 33}


def test_the_tranche_is_drawn_first_then_other_institutions_then_pledges() -> None:
    scenario = replace(CRISIS, ifi_share=0.5)
    money = RoundMoney(1, 10_000, {BANKS: 2_000})
    decisions = Decisions({JP: 3_000, US: 3_000, DE: 0}, {BANKS: 500}, tranche_musd=4_000)
    outcome = resolve(scenario, money, decisions)
    assert (outcome.need_musd, outcome.tranche_musd, outcome.ifi_musd) == (11_000, 4_000, 2_000)
    assert outcome.drawn_musd == {JP: 2_500, US: 2_500, DE: 0}
    assert outcome.effective_musd == 11_000


def test_a_tranche_above_the_need_is_not_drawn_beyond_it() -> None:
    money = RoundMoney(1, 1_000, {BANKS: 0})
    nothing = Decisions({JP: 500, US: 0, DE: 0}, {BANKS: 0}, tranche_musd=5_000)
    outcome = resolve(CRISIS, money, nothing)
    assert (outcome.tranche_musd, outcome.effective_musd) == (1_000, 1_000)
    assert sum(outcome.drawn_musd.values()) == 0


def test_the_largest_pledge_is_the_rounds_capacity_rounded_down_to_the_step() -> None:
    japan = CRISIS.governments[0]
    tight = replace(japan, capacity_musd=10_000)
    assert largest_pledge_musd(CRISIS, tight, 1.0) == 3_300
    weak = replace(japan, crisis_weakness=0.5)
    assert largest_pledge_musd(CRISIS, weak, 0.0) == 1_500
    assert largest_pledge_musd(CRISIS, weak, 1.0) == 3_000
    whole = replace(CRISIS, round_scale=RoundScale.REPEATED)
    assert largest_pledge_musd(whole, japan, 1.0) == 9_000


def test_a_shock_enlarges_the_need_of_the_crisis_before_it_is_split() -> None:
    money = [round_money(CRISIS, Draws(1, 3, need_shock_share=0.1), number) for number in (1, 2, 3)]
    assert sum(part.scheduled_need_musd for part in money) == 22_000
    assert sum(part.claims_due_musd[BANKS] for part in money) == 6_000


@pytest.mark.parametrize(
    ("decisions", "told"),
    [
        (Decisions({SeatId("XX"): 1}, {}), "XX makes no pledge here; allowed: JP, US, DE"),
        (Decisions({JP: -1}, {}), "pledge of JP: -1 is outside 0..9000"),
        (Decisions({JP: 9_001}, {}), "pledge of JP: 9001 is outside 0..9000"),
        (Decisions({}, {BANKS: 1_001}), "withdrawal of JP-banks: 1001 is outside 0..1000"),
        (Decisions({}, {}, -5), "tranche: -5 is below 0"),
    ],
)
def test_a_profile_that_cannot_be_played_is_refused_in_words(
    decisions: Decisions, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        one_shot(CRISIS, decisions)


def test_the_largest_pledge_of_a_third_is_not_lost_to_division() -> None:
    fair = Government(JP, "Japan", capacity_musd=300)
    for rounds in range(1, 31):
        scenario = replace(CRISIS, rounds=rounds, pledge_step_musd=10)
        assert largest_pledge_musd(scenario, fair, 1.0) == 300 // rounds // 10 * 10
