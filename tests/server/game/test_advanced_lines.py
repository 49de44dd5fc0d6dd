"""The lines of the advanced rules, each against its formula with numbers done by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.one_shot import one_shot
from server.game.outcome import Favour
from server.game.resolution import Decisions
from server.game.scenario import (
    Bank,
    Government,
    Imf,
    Link,
    RoundScale,
    Scenario,
    SeatId,
    Switches,
)
from server.scenarios import load

A, B, BA, BB, F = (SeatId(name) for name in ("A", "B", "A-banks", "B-banks", "IMF"))
BASE = Scenario(
    name="two",
    title="Two",
    situation="",
    seats=(
        Government(
            A,
            "A",
            quota_share=0.6,
            public_stake_musd=10_000,
            bank_exposure_musd=6_000,
            bank_weight=0.4,
            private_domestic_rate=0.2,
            private_international_rate=0.1,
            unit_cost=0.5,
            capacity_musd=10_000,
            discipline_stake_musd=1_000,
            concession_gain_musd=600,
            guidance_cost_musd=400,
            credit_loss=0.3,
            relative_gains_weight=0.5,
            regional_share=1.0,
            regional_bonus_musd=800,
        ),
        Government(
            B,
            "B",
            quota_share=0.4,
            public_stake_musd=4_000,
            bank_exposure_musd=2_000,
            private_domestic_rate=0.1,
            unit_cost=0.5,
            capacity_musd=10_000,
            discipline_stake_musd=2_000,
            concession_gain_musd=600,
        ),
        Bank(BA, "A banks", A, "", 6_000, 0.05, 0.5, 0.05, peer_pressure=0.1, lobby_cost_musd=50),
        Bank(BB, "B banks", B, "", 2_000, 0.05, 0.5, 0.05, peer_pressure=0.1),
        Imf(F, "IMF", programme_stake_musd=3_000),
    ),
    need_musd=10_000,
    links=(Link(A, B, economic=0.25),),
    round_scale=RoundScale.REPEATED,
)


def lines(
    switches: Switches, decisions: Decisions, seat: SeatId, **changes: object
) -> dict[str, int]:
    scenario = replace(BASE, switches=switches, **changes)  # type: ignore[arg-type]
    return dict(one_shot(scenario, decisions).lines_musd[seat])


def test_fungible_money_leaks_to_all_by_bank_exposure() -> None:
    on = Switches(private_returns=True, fungibility=True)
    paid = Decisions({A: 2_000, B: 1_000}, {})
    # d·x: A 400, B 100. Half stays, half of the 500 is shared 6 : 2.
    of_a = lines(on, paid, A, fungibility=0.5)
    of_b = lines(on, paid, B, fungibility=0.5)
    assert of_a["private_domestic"] == round(200 + 0.75 * 0.5 * 500)
    assert of_b["private_domestic"] == round(50 + 0.25 * 0.5 * 500)


def test_gaining_less_than_the_others_hurts_by_its_weight() -> None:
    on = Switches(relative_gains=True)
    # Stability 0.3: A gains 3000 - 1500, B 1200.
    of_a = lines(on, Decisions({A: 3_000}, {}), A)
    assert (of_a["public"], of_a["cost_bilateral"]) == (3_000, -1_500)
    assert of_a["relative_gains"] == round(-0.5 * (1_200 - 1_500))


def test_relative_gains_and_pressure_are_not_in_welfare() -> None:
    on = Switches(relative_gains=True, pressure=True)
    scenario = replace(BASE, switches=on, pressure_force=0.5)
    result = one_shot(scenario, Decisions({A: 3_000}, {}, asked_musd={A: {B: 5_000}}))
    assert result.lines_musd[A]["pressure"] == -round(0.5 * 0.25 * 2_000)
    assert result.welfare_musd == 1_500 + 1_200


def test_a_collapse_costs_lenders_part_of_their_money() -> None:
    of_a = lines(Switches(credit_losses=True), Decisions({A: 3_000}, {}), A)
    assert of_a["credit_loss"] == -round(0.3 * 3_000 * 0.7)


def test_own_terms_bring_discipline_and_concessions() -> None:
    own = Decisions({A: 0, B: 0}, {}, strictness={A: 0.8, B: 0.2})
    of_a = lines(Switches(terms=True), own, A, term_names=("k",))
    assert of_a["discipline"] == 500
    assert of_a["concession"] == round(-600 * (0.8 - 0.2))
    of_b = lines(Switches(terms=True), own, B, term_names=("k",))
    assert of_b["concession"] == -of_a["concession"]


def test_a_programme_seals_the_terms_for_all() -> None:
    sealed = Decisions(
        {A: 0, B: 0}, {}, 1_000, in_programme=True, terms=(0.5,), strictness={A: 0.8, B: 0.2}
    )
    of_a = lines(Switches(terms=True), sealed, A, term_names=("k",))
    assert (of_a["discipline"], of_a["concession"]) == (500, 0)
    assert lines(Switches(terms=True), sealed, F, term_names=("k",))["programme"] == 1_500


def test_undercutting_a_programme_is_fined_where_there_is_a_fine() -> None:
    breach = Decisions({}, {}, 1_000, in_programme=True, terms=(0.5,), strictness={B: 0.2})
    of_b = lines(Switches(terms=True), breach, B, term_names=("k",), breach_fine_musd=1_000)
    assert of_b["breach_fine"] == -300
    assert of_b["concession"] == round(-600 * (0.2 - 0.5))


def test_a_programme_is_judged_by_its_distance_from_the_ideal() -> None:
    seats = tuple(
        replace(seat, modality_weight_musd=1_000, ideal_terms=(0.1, 0.9)) if seat.id == A else seat
        for seat in BASE.seats
    )
    decisions = Decisions({}, {}, 1_000, in_programme=True, terms=(0.5, 0.6))
    of_a = lines(
        Switches(terms=True, modality=True), decisions, A, term_names=("k", "b"), seats=seats
    )
    assert of_a["modality"] == -round(1_000 * (0.4**2 + 0.3**2))


def test_guidance_costs_the_state_and_holds_its_banks_as_far_as_it_is_dominant() -> None:
    on = Switches(guidance=True)
    decisions = Decisions({}, {BA: 500}, guidance_permille={A: 500})
    assert lines(on, decisions, A)["guidance_cost"] == -100
    assert lines(on, decisions, BA)["guidance"] == -round((1 - 0.4) * 0.5 * 3_000)
    assert lines(on, decisions, BB)["guidance"] == 0


def test_leaving_costs_more_the_more_of_the_peers_stay() -> None:
    of_a = lines(Switches(peer_pressure=True), Decisions({}, {BA: 1000, BB: 250}), BA)
    assert of_a["peer"] == -round(0.1 * 6_000 * 0.75)


def test_lobbying_has_its_price() -> None:
    of_a = lines(Switches(lobbying=True), Decisions({}, {}, lobbied_permille={BA: 400}), BA)
    assert of_a["lobbying"] == -8


@pytest.mark.parametrize(("withdrawn", "paid"), [(200, 700), (201, 0)])
def test_a_favour_is_paid_if_the_bank_stays_as_agreed(withdrawn: int, paid: int) -> None:
    on = Switches(favours=True)
    decisions = Decisions({}, {BA: withdrawn}, favours={BA: Favour(700, 200)})
    assert lines(on, decisions, BA)["favour"] == paid
    assert lines(on, decisions, A)["favours_paid"] == -paid
    assert lines(on, decisions, B)["favours_paid"] == 0


@pytest.mark.parametrize(("withdrawn", "need"), [(800, 10_000 + 4_800), (801, 10_000 + 8_000)])
def test_past_the_threshold_everything_falls_due(withdrawn: int, need: int) -> None:
    scenario = replace(BASE, switches=Switches(cross_default=True), cross_default_share=0.6)
    outcome = one_shot(scenario, Decisions({}, {BA: withdrawn})).outcome
    assert outcome.need_musd == need
    assert outcome.cross_default is (withdrawn > 800)


@pytest.mark.parametrize(("pledge", "drawn"), [(9_999, 0), (10_000, 10_000)])
def test_short_of_the_need_pledges_are_given_back(pledge: int, drawn: int) -> None:
    on = Switches(private_returns=True, refund=True)
    of_a = lines(on, Decisions({A: pledge}, {}), A)
    assert of_a["private_domestic"] == round(0.2 * drawn)
    assert of_a["cost_bilateral"] == -round(0.5 * drawn)
    assert of_a["public"] == drawn


def test_the_regions_money_counts_costs_by_share_and_favours_members() -> None:
    on = Switches(regional_fund=True)
    decisions = Decisions({B: 1_000}, {}, regional_musd=2_000)
    of_a = lines(on, decisions, A, regional_unit_cost=0.2, regional_cap_musd=3_000)
    assert of_a["public"] == 3_000
    assert of_a["cost_regional_share"] == -400
    assert of_a["regional_bonus"] == 160
    assert lines(on, decisions, B)["cost_regional_share"] == 0


def test_lenient_money_is_drawn_first() -> None:
    scenario = replace(BASE, switches=Switches(terms=True), term_names=("k",))
    decisions = Decisions({A: 8_000, B: 6_000}, {}, strictness={A: 0.8, B: 0.2})
    assert one_shot(scenario, decisions).outcome.drawn_musd == {B: 6_000, A: 4_000}


def test_raising_fungibility_keeps_the_groups_gain() -> None:
    # Model, 2.7: the optimum does not move, since what leaks reaches somebody.
    scenario = replace(load("east-asia"))
    switches = replace(scenario.switches, fungibility=True)
    pledges = {
        SeatId(seat): amount
        for seat, amount in zip(
            ("JP", "US", "DE", "UK", "AU"), (20_000, 21_900, 8_100, 6_500, 3_500), strict=True
        )
    }
    welfare = [
        one_shot(
            replace(scenario, switches=switches, fungibility=phi), Decisions(pledges, {})
        ).welfare_musd
        for phi in (0.0, 0.5, 1.0)
    ]
    assert max(welfare) - min(welfare) <= 5
