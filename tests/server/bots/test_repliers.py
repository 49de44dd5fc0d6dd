"""Best replies under advanced rules, noisy ones, reciprocity and envy: closed forms by hand."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from server.game.actions import AnswerPackage, Pledge, Press
from server.game.scenario import Government, Phase, PhasePlan, RoundScale, Scenario, SeatId
from server.scenarios import load
from server.tournament import play
from tests.server.bots.tables import THREE, A, B, C, Table, with_rules, with_seats

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "bot_rows.json").read_text("utf-8"))
JP, US, DE = SeatId("JP"), SeatId("US"), SeatId("DE")
EAST_ASIA = replace(load("east-asia"), phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE)))
TWICE = replace(EAST_ASIA, rounds=2, round_scale=RoundScale.REPEATED)


def japan_with(scenario: Scenario, **numbers: object) -> Scenario:
    """The scenario with other numbers for Japan."""
    return replace(scenario, seats=(replace(scenario.seats[0], **numbers), *scenario.seats[1:]))


# --- best replies where advanced rules are on ---


@pytest.mark.parametrize("force", [0, 0.25, 0.5, 1])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_same_pressure_moves_a_best_replier_by_what_it_gains(force: float, place: int) -> None:
    table_of_model = ROWS["japan_asked_for_15_by_us"]
    rate = table_of_model["private_domestic_rate"][place]
    scenario = with_rules(EAST_ASIA, "pressure", pressure_force=force)
    table = Table(japan_with(scenario, private_domestic_rate=rate))
    table.act(US, Press(JP, 15_000))
    expected = table_of_model["by_pressure_force"][f"{force:g}"][place]
    assert table.pledge_of("best-reply", JP) / 1000 == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("rate", [0, 0.05, 0.15])
def test_a_reactive_state_gives_in_to_the_same_pressure_whatever_it_gains(rate: float) -> None:
    scenario = with_rules(EAST_ASIA, "pressure", pressure_force=0.25)
    table = Table(japan_with(scenario, private_domestic_rate=rate))
    table.act(US, Press(JP, 15_000))
    assert table.pledge_of("reactive", JP) == 15_000


@pytest.mark.parametrize(("place", "leak"), [(0, 0.0), (1, 0.5), (2, 1.0)])
def test_where_money_is_fungible_best_repliers_pay_less(place: int, leak: float) -> None:
    scenario = with_rules(EAST_ASIA, "fungibility", fungibility=leak)
    match = play(scenario, {seat.id: "best-reply" for seat in scenario.seats}, 1)
    effective = match.state.history[0].effective_musd / 1000
    assert effective == pytest.approx(ROWS["nash_by_fungibility_0_half_1"][place], abs=0.051)


def test_a_refund_makes_it_safe_to_offer_and_useless_to_offer_too_little() -> None:
    # Worth 10 a player at 1 a dollar, 30 needed: 9 of the last 9 are paid, of the last 12 none.
    scenario = with_rules(load("provision-point"), "refund")
    for each_musd, pays_musd in ((7_000, 9_000), (6_000, 0)):
        others = {SeatId(f"P{number}"): each_musd for number in (2, 3, 4)}
        table = Table(scenario).play_round(others)
        assert table.pledge_of("best-reply", SeatId("P1")) == pays_musd


def test_reserves_behind_the_pledges_leave_less_for_them_to_do() -> None:
    # Psi/N - c = 1.5 a dollar up to the need of 10, of which reserves will pay 3.
    scenario = with_rules(THREE, "reserves", reserves_musd=4_000, reserve_floor_musd=1_000)
    assert Table(scenario).pledge_of("best-reply", A) == 7_000
    assert Table(THREE).pledge_of("best-reply", A) == 8_000


@pytest.mark.parametrize(
    ("discipline_musd", "concession_musd", "strictness"),
    [(4_000, 2_000, 0), (6_100, 2_000, 1000), (0, 0, 1000)],
)
def test_best_repliers_undercut_where_that_pays(
    discipline_musd: int, concession_musd: int, strictness: int
) -> None:
    # The slope of the own terms is a/n - beta with n = 3 (model, 3 (iii)).
    scenario = with_rules(THREE, "terms", term_names=("all",), standard_terms=(0.5,))
    scenario = with_seats(
        scenario,
        Government,
        discipline_stake_musd=discipline_musd,
        concession_gain_musd=concession_musd,
    )
    pledge = Table(scenario).skip_to(Phase.PLEDGE).asked("best-reply", A)
    assert isinstance(pledge, Pledge)
    assert pledge.strictness_permille == strictness


# --- noise ---


def logit_mean_musd(slope: float, resistance: float, pledges: range, temperature: float) -> float:
    """Mean of the pledges weighed by exp((slope·x - resistance·x²)/temperature), US$ millions."""
    weights = [math.exp((slope * x - resistance * x * x) / (1000 * temperature)) for x in pledges]
    return sum(x * weight for x, weight in zip(pledges, weights, strict=True)) / sum(weights)


@pytest.mark.parametrize(("bot", "temperature"), [("logit", 0.25), ("logit:2", 2.0)])
def test_logit_pledges_are_as_likely_as_their_payoffs_say(bot: str, temperature: float) -> None:
    table = Table(TWICE).play_round({US: 10_000})
    pledges = [table.pledge_of(bot, JP, seed) for seed in range(600)]
    # 401 pledges in steps of 50 are 26 in steps of 800.
    allowed = range(0, 20_001, 800)
    assert set(pledges) <= set(allowed)
    slope, resistance = 32.22 / 60 + 0.25 - 0.3, 0.8 / (2 * 20_000)
    expected_musd = logit_mean_musd(slope, resistance, allowed, temperature)
    deviation = math.sqrt(temperature * 1000 / (2 * resistance))
    assert sum(pledges) / 600 == pytest.approx(expected_musd, abs=4 * deviation / math.sqrt(600))


def test_without_noise_a_logit_reply_is_the_best_round_amount() -> None:
    # The best pledge, 12175, lies between 12000 and 12800: 15·800 is nearer.
    table = Table(TWICE).play_round({US: 10_000})
    found = Counter(table.pledge_of("logit:0.0001", JP, seed) for seed in range(20))
    assert found == {12_000: 20}


# --- reciprocity ---


@pytest.mark.parametrize(("others_musd", "kindness"), [(40_300, 0.96), (25_200, 0.9), (0, 0.8)])
def test_a_reciprocal_government_pays_a_fifth_less_to_those_who_never_paid(
    others_musd: int, kindness: float
) -> None:
    # The others' quotas are .84 of the 60 that are needed: 50.4.
    america = replace(TWICE.seats[1], capacity_musd=60_000)
    scenario = replace(TWICE, seats=(TWICE.seats[0], america, *TWICE.seats[2:]))

    def mean_musd(table: Table) -> float:
        return sum(table.pledge_of("reciprocal", JP, seed) for seed in range(200)) / 200

    before_musd = mean_musd(Table(scenario))
    after_musd = mean_musd(Table(scenario).play_round({US: others_musd}))
    # The same draws in both, each rounded to 50.
    assert after_musd == pytest.approx(kindness * before_musd, abs=25)


def test_a_reciprocal_government_pays_exactly_what_it_said() -> None:
    table = Table(TWICE)
    table.let("reciprocal", JP)
    said = table.view(JP).seats[0].intention_musd
    assert said
    assert {table.pledge_of("reciprocal", JP, seed) for seed in range(9)} == {said}


# --- envy ---


def test_a_realist_pays_as_if_stability_were_worth_half() -> None:
    # Psi·S + (1 + g)·(…) with g = 1, if others gain as much from stability as it does itself.
    expected_musd = 20_000 / 0.8 * (32.22 / 60 / 2 + 0.25 - 0.3)
    assert Table(TWICE).pledge_of("realist", JP) == pytest.approx(expected_musd, abs=50)


@pytest.mark.parametrize(
    ("asked", "accepts"),
    [
        ({A: 5_000, B: 3_000, C: 2_000}, True),
        ({A: 6_000, B: 2_000, C: 2_000}, False),
        ({A: 3_000, B: 1_800, C: 1_200}, True),
    ],
)
def test_a_realist_signs_equal_burdens_alone(asked: dict[SeatId, int], accepts: bool) -> None:
    # With Psi 12 a dollar saves 1.2, worth .6 to the envious, and costs .6: it says nothing.
    poor = with_seats(THREE, Government, public_stake_musd=12_000, unit_cost=0.6)
    taken = Table(poor).ask(B, asked).let("realist", A)
    assert [one.accept for one in taken if isinstance(one, AnswerPackage)] == [accepts]
