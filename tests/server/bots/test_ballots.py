"""How governments vote where more than money is before them, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.actions import Action, Ballot, ProposeRegional, ProposeTranche, Vote
from server.game.scenario import Government, Phase, Scenario, SeatId
from tests.server.bots.tables import FUND, VOTING, A, B, C, Table, with_rules, with_seats

REGIONAL = with_rules(VOTING, "regional_fund", regional_cap_musd=2_000, regional_unit_cost=1.0)


def in_region(scenario: Scenario, *members: SeatId, **numbers: object) -> Scenario:
    """The scenario with these governments as members, each with an equal share."""
    seats = (
        replace(seat, regional_share=1 / len(members), **numbers) if seat.id in members else seat
        for seat in scenario.seats
    )
    return replace(scenario, seats=tuple(seats))


def votes(table: Table, seat: SeatId) -> list[Action]:
    """All ballots that a conditional co-operator casts in the seat."""
    return table.skip_to(Phase.VOTE).let("conditional", seat)


@pytest.mark.parametrize(("bonus_musd", "ballot"), [(400, Ballot.NO), (600, Ballot.YES)])
def test_members_weigh_what_the_regions_money_costs_them(bonus_musd: int, ballot: Ballot) -> None:
    # 2 of 10 lift S by .2: of Psi 4.5 that is .9; a half of 2 costs 1; 1/5 of the bonus makes
    # up for the .1 between from .5 on.
    scenario = in_region(REGIONAL, A, B, regional_bonus_musd=bonus_musd)
    scenario = with_seats(scenario, Government, public_stake_musd=4_500)
    table = Table(scenario).skip_to(Phase.PROPOSE)
    table.act(FUND, ProposeTranche(0))
    table.act(A, ProposeRegional(2_000))
    assert votes(table, A)[1:] == [Vote(2, ballot)]


def test_each_votes_where_it_has_a_vote_and_nowhere_else() -> None:
    scenario = in_region(REGIONAL, A, C)
    seats = (replace(s, quota_share=0.0) if s.id == C else s for s in scenario.seats)
    table = Table(replace(scenario, seats=tuple(seats))).skip_to(Phase.PROPOSE)
    table.act(A, ProposeRegional(2_000))
    numbers = {
        seat: [one.proposal for one in votes(table, seat) if isinstance(one, Vote)]
        for seat in (A, B, C)
    }
    # The ordinary tranche, proposed for the silent Fund, is the second.
    assert numbers == {A: [1, 2], B: [2], C: [1]}


@pytest.mark.parametrize(
    ("terms_permille", "ballot"), [((200, 200), Ballot.YES), ((1000, 1000), Ballot.NO)]
)
def test_governments_weigh_the_terms_of_a_programme(
    terms_permille: tuple[int, ...], ballot: Ballot
) -> None:
    # 4 of 10 lift S by .4: of Psi 2 that is .8; A's half of 4 costs .6 at .3 a dollar. Terms
    # .8 away from the ideal in both dimensions cost 1·(.64 + .64) more, less .5·1.
    scenario = with_rules(
        VOTING, "terms", "modality", term_names=("x", "y"), standard_terms=(0.5, 0.5)
    )
    scenario = with_seats(
        scenario,
        Government,
        public_stake_musd=2_000,
        discipline_stake_musd=500,
        modality_weight_musd=1_000,
        ideal_terms=(0.2, 0.2),
    )
    table = Table(scenario).skip_to(Phase.PROPOSE)
    table.act(FUND, ProposeTranche(4_000, terms_permille))
    assert votes(table, A) == [Vote(1, ballot)]
