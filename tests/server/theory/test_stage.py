"""A stage pays what the engine's ledger says, and what the advanced lines' formulas say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.game.clauses import active_pledges
from server.game.one_shot import one_shot
from server.game.resolution import Decisions
from server.game.scenario import Government, Scenario, SeatId
from server.theory.stage import stage_of
from tests.server.theory.games import (
    DE,
    JP,
    R5,
    R5_OUTCOMES,
    SPECIAL_CASES,
    US,
    advanced_scenarios,
    musd,
    plain,
    scenarios,
    switched,
    with_every_government,
    with_governments,
)

PROFILE = [12_150, 9_900, 900, 350, 250]


@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_a_stage_and_the_ledger_agree_on_every_government(data: st.DataObject) -> None:
    check_agreement(data, data.draw(scenarios()), {}, {})


@given(data=st.data())
@settings(deadline=None, max_examples=200)
def test_they_agree_under_the_advanced_rules_of_one_stage(data: st.DataObject) -> None:
    scenario = data.draw(advanced_scenarios())
    pairs = [(link.feels, link.partner) for link in scenario.links]
    amounts = st.integers(0, 20_000)
    asked: dict[SeatId, dict[SeatId, int]] = {}
    if pairs and scenario.switches.pressure:
        for pressed, asking in data.draw(st.lists(st.sampled_from(pairs), unique=True)):
            asked.setdefault(pressed, {})[asking] = data.draw(amounts)
    thresholds = {}
    if scenario.switches.clauses:
        thresholds = {seat.id: data.draw(amounts) for seat in scenario.governments}
    check_agreement(data, scenario, asked, thresholds)


def check_agreement(
    data: st.DataObject,
    scenario: Scenario,
    asked: dict[SeatId, dict[SeatId, int]],
    thresholds: dict[SeatId, int],
) -> None:
    """A stage and `one_shot` on one profile, as closely as the ledger's rounding allows."""
    pledges = {
        seat.id: data.draw(st.integers(0, seat.capacity_musd)) for seat in scenario.governments
    }
    withdrawn = {bank.id: data.draw(st.integers(0, 1000)) for bank in scenario.banks}
    tranche = data.draw(st.integers(0, 40_000))
    stage = stage_of(
        scenario,
        tranche_musd=tranche,
        withdrawn_permille=withdrawn,
        asked_musd=asked,
        others_at_least_musd=thresholds or None,
    )
    decisions = Decisions(
        pledges, withdrawn, tranche, asked_musd=asked, others_at_least_musd=thresholds
    )
    result = one_shot(scenario, decisions)
    outcome = result.outcome
    profile = list(pledges.values())
    counted = stage.active(np.array(profile, dtype=float))
    assert outcome.inactive == () or counted.sum() < sum(profile) or 0 in profile
    total = np.array(float(counted.sum()))
    assert float(stage.effective(total)) == pytest.approx(outcome.effective_musd, abs=1e-6)
    assert float(stage.stability(total)) == pytest.approx(outcome.stability, abs=1e-9)
    # Where pledges are cut pro rata the ledger cuts to whole millions, so that each may be a
    # million off, times the largest rates; relative gains compare sums that are that far off.
    cut = 4.0 + len(pledges) if counted.sum() > stage.room_musd else 0.0
    for seat, payoff in zip(pledges, stage.payoffs(profile), strict=True):
        lines = result.lines_musd[seat]
        assert payoff == pytest.approx(sum(lines.values()), abs=1.5 * len(lines) + 4 * cut + 1e-3)
    lines_of_all = sum(len(result.lines_musd[seat]) for seat in pledges)
    assert float(stage.welfare(profile)) == pytest.approx(
        result.welfare_musd, abs=lines_of_all / 2 + cut * len(pledges) + 1e-3
    )


@given(data=st.data())
@settings(deadline=None, max_examples=50)
def test_own_payoffs_are_those_of_the_profiles_they_stand_for(data: st.DataObject) -> None:
    scenario = data.draw(scenarios())
    stage = stage_of(scenario, grid_musd=1_000)
    count = len(stage.seats)
    place = data.draw(st.integers(0, count - 1))
    row = np.array([data.draw(st.integers(0, 20)) * 1_000 for _ in range(count)])
    own = stage.own_payoffs(place, row[None, :])[0]
    for level, payoff in zip(stage.levels_musd(place), own, strict=True):
        tried = row.copy()
        tried[place] = level
        assert payoff == pytest.approx(float(stage.payoffs(tried)[place]), abs=1e-6)


def test_r5_pays_the_tabulated_amounts() -> None:
    row = R5_OUTCOMES["outcomes"][0]
    paid = stage_of(R5).payoffs([musd(pledge) for pledge in row["pledges"]])
    assert paid / 1000 == pytest.approx(row["payoffs"], abs=5e-5)


def test_a_leak_goes_to_all_in_proportion_to_bank_exposure() -> None:
    """d(1-phi)x + s·phi·sum d·x, by hand for phi = .5 (model, 2.3); the sum does not change."""
    leaky = switched(replace(R5, fungibility=0.5), fungibility=True)
    with_leak, without = stage_of(leaky).payoffs(PROFILE), stage_of(R5).payoffs(PROFILE)
    returns = [0.15 * 12_150, 0.05 * 9_900, 0.05 * 900, 0.05 * 350, 0.05 * 250]
    shares = [24 / 55, 10 / 55, 11 / 55, 8 / 55, 2 / 55]
    moved = [0.5 * (share * sum(returns) - own) for share, own in zip(shares, returns, strict=True)]
    assert with_leak - without == pytest.approx(moved, abs=1e-6)
    assert sum(with_leak) == pytest.approx(sum(without))


def test_relative_gains_compare_with_the_mean_of_the_others() -> None:
    """-g(mean_{j≠i} pi_j - pi_i), by hand; welfare leaves it out (model, 8, trap 5)."""
    envious = switched(with_every_government(R5, relative_gains_weight=0.5), relative_gains=True)
    material = stage_of(R5).payoffs(PROFILE)
    others = [(sum(material) - own) / 4 for own in material]
    expected = [own - 0.5 * (other - own) for own, other in zip(material, others, strict=True)]
    assert stage_of(envious).payoffs(PROFILE) == pytest.approx(expected)
    assert float(stage_of(envious).welfare(PROFILE)) == pytest.approx(sum(material))


def test_a_credit_loss_is_the_lent_share_of_what_collapses() -> None:
    """-loss·x·(1-S) (model, 2.3): .2·12,150·(1-.3925) of JP at the tabulated equilibrium."""
    risky = switched(with_every_government(R5, credit_loss=0.2), credit_losses=True)
    lost = stage_of(R5).payoffs(PROFILE) - stage_of(risky).payoffs(PROFILE)
    assert lost == pytest.approx([0.2 * pledge * (1 - 0.3925) for pledge in PROFILE])


def test_pressure_costs_what_is_missing_of_what_was_asked() -> None:
    """-theta·e·max(0, A - x) (model, 2.3): e is how far JP feels the US, .4."""
    pressed = switched(replace(R5, pressure_force=0.5), pressure=True)
    stage = stage_of(pressed, asked_musd={JP: {US: 15_000}, DE: {JP: 500}})
    felt = stage_of(R5).payoffs(PROFILE) - stage.payoffs(PROFILE)
    assert felt == pytest.approx([0.5 * 0.4 * (15_000 - 12_150), 0, 0, 0, 0])
    assert float(stage.welfare(PROFILE)) == float(stage_of(R5).welfare(PROFILE))


def test_pressure_within_the_region_has_a_force_of_its_own() -> None:
    """Model, section 1, row 41: theta may be higher between members of the region."""
    regional = with_governments(R5, regional_share=[0.5, 0, 0, 0, 0.5])
    pressed = switched(
        replace(regional, pressure_force=0.5, regional_pressure_force=1.0), pressure=True
    )
    stage = stage_of(pressed, asked_musd={SeatId("AU"): {JP: 1_250, US: 1_250}})
    felt = stage_of(R5).payoffs(PROFILE) - stage.payoffs(PROFILE)
    assert felt[4] == pytest.approx(1.0 * 0.40 * 1_000 + 0.5 * 0.15 * 1_000)


@pytest.mark.parametrize(
    ("profile", "gives_back"), [([6_000] * 5, False), ([6_000] * 4 + [5_950], True)]
)
def test_with_refunds_a_rescue_that_falls_short_costs_nobody(
    profile: list[int], gives_back: bool
) -> None:
    game = plain(5, need_musd=30_000, stake_musd=10_000, capacity_musd=12_000, private_rate=0.2)
    stage = stage_of(switched(game, refund=True))
    kept = [0.0] * 5 if gives_back else [10_000 - 0.8 * 6_000] * 5
    assert stage.payoffs(profile) == pytest.approx(kept)


def test_money_above_the_need_is_not_drawn_and_earns_nothing() -> None:
    """Model, 8, trap 8: 60,000 pledged for 30,000, so half of each pledge is drawn."""
    game = plain(5, need_musd=30_000, stake_musd=10_000, capacity_musd=12_000, private_rate=0.2)
    assert stage_of(game).payoffs([12_000] * 5) == pytest.approx([10_000 - 0.8 * 6_000] * 5)


def test_the_debtors_reserves_pay_only_what_pledges_leave_open() -> None:
    game = switched(
        replace(
            plain(2, need_musd=1_000, stake_musd=1_000, capacity_musd=1_000),
            reserves_musd=500,
            reserve_floor_musd=200,
        ),
        reserves=True,
    )
    stage = stage_of(game)
    assert stage.payoffs([200, 0]) == pytest.approx([500 - 200, 500])
    assert stage.payoffs([700, 0]) == pytest.approx([1_000 - 700, 1_000])
    assert stage.payoffs([900, 0]) == pytest.approx([1_000 - 900, 1_000])


def test_past_the_share_of_cross_default_all_claims_leave() -> None:
    korea_like = replace(
        switched(R5, cross_default=True),
        cross_default_share=0.5,
        seats=(*R5.seats, *_two_banks()),
    )
    banks = [bank.id for bank in korea_like.banks]
    below = stage_of(korea_like, withdrawn_permille={banks[0]: 1000})
    above = stage_of(korea_like, withdrawn_permille={banks[0]: 1000, banks[1]: 1})
    assert below.need_musd == 60_000 + 4_000
    assert above.need_musd == 60_000 + 8_000


def _two_banks() -> tuple:  # type: ignore[type-arg]
    from server.game.scenario import Bank

    return tuple(
        Bank(SeatId(f"B{number}"), "Bank", JP, "", 4_000, 0.05, 0.5, 0.05) for number in (1, 2)
    )


def test_the_crowd_that_leaves_enlarges_the_need() -> None:
    fearful = switched(replace(R5, crowd_musd=15_000, panic_share=0.3), panic=True)
    assert stage_of(fearful).need_musd == 60_000 + 4_500


@pytest.mark.parametrize(("thresholds", "total"), SPECIAL_CASES["clauses"]["cases"])
def test_conditional_pledges_come_to_the_greatest_fixed_point(
    thresholds: list[int], total: int
) -> None:
    game = plain(4, need_musd=100, stake_musd=100, capacity_musd=100)
    seats = [seat.id for seat in game.governments]
    stage = stage_of(game, others_at_least_musd=dict(zip(seats, thresholds, strict=True)))
    pledges = np.array(SPECIAL_CASES["clauses"]["pledges"], dtype=float)
    assert stage.active(pledges).sum() == total
    assert stage.active(np.stack([pledges, pledges])).sum() == 2 * total


@given(data=st.data())
def test_the_game_itself_counts_the_same_pledges(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    game = plain(count, need_musd=100, stake_musd=100, capacity_musd=100)
    seats = [seat.id for seat in game.governments]
    pledges, thresholds = (
        {seat: data.draw(st.integers(0, 12)) for seat in seats} for _ in range(2)
    )
    stage = stage_of(game, others_at_least_musd=thresholds)
    found = stage.active(np.array(list(pledges.values()), dtype=float))
    assert found.sum() == sum(active_pledges(pledges, thresholds).values())


@given(data=st.data())
def test_active_pledges_are_a_fixed_point_that_holds_every_other(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    amounts = st.lists(st.integers(0, 12), min_size=count, max_size=count)
    game = plain(count, need_musd=100, stake_musd=100, capacity_musd=100)
    thresholds = data.draw(amounts)
    seats = [seat.id for seat in game.governments]
    stage = stage_of(game, others_at_least_musd=dict(zip(seats, thresholds, strict=True)))
    pledges = np.array(data.draw(amounts), dtype=float)
    found = stage.active(pledges)
    holds = np.array([
        [bool(mask >> place & 1) for place in range(count)] for mask in range(2**count)
    ])  # fmt: skip
    kept = holds * pledges
    others = kept.sum(axis=1, keepdims=True) - kept
    fixed = kept[(~holds | (others >= thresholds)).all(axis=1)]
    assert (found >= fixed).all()
    assert any((found == one).all() for one in fixed)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"grid_musd": 0}, "grid: 0"),
        ({"tranche_musd": -1}, "tranche: -1"),
        ({"withdrawn_permille": {SeatId("JP"): 1}}, "JP makes no withdrawal"),
        ({"asked_musd": {JP: {US: 1}}}, "nobody can be pressed"),
        ({"others_at_least_musd": {SeatId("XX"): 1}}, "XX is no government"),
    ],
)
def test_a_setting_that_the_scenario_does_not_have_is_refused(
    wrong: dict[str, object], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        stage_of(R5, **wrong)  # type: ignore[arg-type]


def test_a_scenario_without_any_need_is_stable() -> None:
    stage = stage_of(_without_need(R5))
    assert stage.payoffs([0] * 5) == pytest.approx(stage.stake)


def _without_need(scenario: Scenario) -> Scenario:
    assert all(isinstance(seat, Government) for seat in scenario.seats)
    return replace(scenario, need_musd=0)
