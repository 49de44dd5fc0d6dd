"""Hegemons, groups, regional leaders and reactive states, by hand or from a closed form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.actions import (
    Ballot,
    Pledge,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
    Vote,
)
from server.game.scenario import Government, Phase, PhasePlan, RoundScale, SeatId
from server.scenarios import load
from server.tournament import play
from tests.server.bots.tables import THREE, VOTING, A, B, C, Table, with_rules, with_seats
from tests.server.game.games import vcm

JP, US, DE, AU = SeatId("JP"), SeatId("US"), SeatId("DE"), SeatId("AU")
TWICE = replace(
    load("east-asia"),
    rounds=2,
    round_scale=RoundScale.REPEATED,
    phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE)),
)


# --- the benevolent hegemon ---


def test_a_benevolent_hegemon_pays_up_to_where_it_would_be_no_gain() -> None:
    # x·(Psi/N + p - c) = tau·x²/(2B) at twice the best reply of 9921.9 (model, 6.1).
    assert Table(TWICE).pledge_of("benevolent-hegemon", US) == 19_800


@pytest.mark.parametrize(("each_musd", "pays_musd"), [(0, 8_000), (2_000, 6_000), (5_000, 0)])
def test_a_benevolent_hegemon_fills_what_the_others_leave(each_musd: int, pays_musd: int) -> None:
    # A dollar saves it 2 and costs 1/2; 10 are needed and it has 8.
    table = Table().play_round({B: each_musd, C: each_musd})
    assert table.pledge_of("benevolent-hegemon", A) == pays_musd


def test_a_benevolent_hegemon_stands_behind_what_is_missing() -> None:
    # 10 needed and 5 of claims; it pledges 8 at once, and has 8 in all to announce.
    pledge = (
        Table(with_rules(THREE, "second_line")).skip_to(Phase.PLEDGE).asked("benevolent-hegemon", A)
    )
    assert isinstance(pledge, Pledge)
    assert (pledge.pledge_musd, pledge.second_line_musd, pledge.pays_calls) == (8_000, 7_000, True)


# --- the predatory hegemon ---


def test_a_predatory_hegemon_asks_the_others_for_all_of_it() -> None:
    taken = Table(with_rules(THREE, "pressure", pressure_force=1.0)).let("predatory-hegemon", A)
    # 10 by 3:2.
    assert [one for one in taken if isinstance(one, Press)] == [Press(B, 6_000), Press(C, 4_000)]


@pytest.mark.parametrize(("promised_musd", "ballot"), [(1_400, Ballot.NO), (1_500, Ballot.YES)])
def test_a_predatory_hegemon_votes_no_until_half_of_the_others_shares_are_promised(
    promised_musd: int, ballot: Ballot
) -> None:
    # Ordinary access leaves 6, of which half is the others' fair share: 3.
    table = Table(VOTING).say({B: promised_musd}).skip_to(Phase.VOTE)
    assert table.asked("predatory-hegemon", A) == Vote(1, ballot)
    assert table.asked("conditional", A) == Vote(1, Ballot.YES)


def test_a_predatory_hegemon_tables_its_own_terms() -> None:
    scenario = with_rules(
        VOTING, "terms", "modality", term_names=("x", "y"), standard_terms=(0.5, 0.5)
    )
    scenario = with_seats(scenario, Government, ideal_terms=(0.2, 0.9))
    taken = Table(scenario).skip_to(Phase.PROPOSE).let("predatory-hegemon", A)
    assert [one for one in taken if isinstance(one, ProposeTranche)] == [
        ProposeTranche(4_000, (200, 900))
    ]


# --- the k-group ---


@pytest.mark.parametrize(
    ("alpha", "private_rate", "smallest"),
    [
        (0.24, 0.0, 5),
        (0.24, 0.3, 3),
        (0.36, 0.0, 3),
        (0.36, 0.3, 2),
        (0.12, 0.0, 7),
        (0.12, 0.3, 6),
    ],
)
def test_a_group_forms_from_snidals_k_on(alpha: float, private_rate: float, smallest: int) -> None:
    # Six equal players (model, 6.4); 7 stands for none.
    scenario = vcm(alpha, 6, 10_000, private_rate)
    scenario = with_rules(scenario, "clauses")
    for members in range(1, 7):
        bots = {
            seat.id: "k-group" if number < members else "free-rider"
            for number, seat in enumerate(scenario.seats)
        }
        drawn = play(scenario, bots, 1).state.history[0].effective_musd
        assert drawn == (10_000 * members if members >= smallest else 0), members


def test_a_group_forms_by_word_where_nothing_can_be_sealed_and_ends_with_deeds() -> None:
    scenario = replace(
        vcm(0.36, 6, 10_000),
        rounds=3,
        phases=(PhasePlan(Phase.TALK), PhasePlan(Phase.PLEDGE)),
    )
    bots = {
        seat.id: "k-group" if number < 2 else "free-rider"
        for number, seat in enumerate(scenario.seats)
    }
    match = play(scenario, bots, 1)
    # Free riders promise as well, so two believe that they are six; three would be enough.
    assert [one.effective_musd for one in match.state.history] == [20_000, 0, 0]
    alike = play(scenario, {seat.id: "k-group" for seat in scenario.seats}, 1)
    assert [one.effective_musd for one in alike.state.history] == [60_000] * 3


def test_a_group_builder_tables_the_total_that_makes_its_part_worth_while() -> None:
    # Psi is 4, and 5 at .5 each costs 2.5: worth while from 2.5/4 of 10 on, in steps of .1.
    scenario = with_seats(with_rules(THREE, "package_minima"), Government, public_stake_musd=4_000)
    taken = Table(scenario).let("k-group", A)
    packages = [one for one in taken if isinstance(one, TablePackage)]
    assert [one.minimum_total_musd for one in packages] == [6_300]
    assert packages[0].pledges_musd == {A: 5_000, B: 3_000, C: 2_000}


# --- regions, and the hegemon's follower ---


def test_a_regional_leader_leads_at_home_and_goes_along_elsewhere() -> None:
    # Japan's banks lent most: 1.3 times its share of 9.6; Germany half of its own at first.
    assert Table(TWICE).pledge_of("regional-leader", JP) == 12_450
    assert Table(TWICE).pledge_of("regional-leader", DE) == 4_800


def test_a_regional_leader_brings_in_the_regions_fund() -> None:
    scenario = with_rules(VOTING, "regional_fund", regional_cap_musd=2_000)
    scenario = with_seats(scenario, Government, regional_share=0.3)
    taken = Table(scenario).skip_to(Phase.PROPOSE).let("regional-leader", A)
    assert ProposeRegional(2_000) in taken


@pytest.mark.parametrize(("us_musd", "pays_musd"), [(30_000, 9_600), (15_000, 4_800), (0, 0)])
def test_a_reactive_state_follows_whoever_has_most_votes(us_musd: int, pays_musd: int) -> None:
    rich = with_seats(TWICE, Government, capacity_musd=60_000)
    table = Table(rich).play_round({US: us_musd, AU: 2_400})
    assert table.pledge_of("reactive", JP) == pays_musd
