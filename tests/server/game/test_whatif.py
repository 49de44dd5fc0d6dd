"""What a round would bring a seat, as far as the seat may know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game.actions import (
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    Pledge,
    ProposeTranche,
    Supposition,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Government, Phase, Scenario, SeatId
from server.game.whatif import what_if
from tests.server.game.games import BANKS, CRISIS, DE, DEBTOR, EVERYTHING, IMF, JP, US, Player


def at(scenario: Scenario, phase: Phase) -> Player:
    player = Player(scenario)
    while player.state.phase is not phase:
        player.record(player.next_phase())
    return player


def test_when_all_do_what_is_assumed_the_ledger_is_what_was_expected() -> None:
    player = at(CRISIS, Phase.TALK)
    player.act(US, DeclareIntention(2_000))
    player.act(DE, DeclareIntention(700))
    while player.state.phase is not Phase.PROPOSE:
        player.record(player.next_phase())
    player.act(IMF, ProposeTranche(1_500))
    player.record(player.next_phase())
    for voter in (JP, US, DE):
        player.act(voter, Vote(1, Ballot.YES))
    assert player.state.phase is Phase.PLEDGE
    supposed = {JP: Supposition(pledge_musd=1_100), BANKS: Supposition(withdrawn_permille=0)}
    player.act(JP, Pledge(1_100, final=False))
    expected = {
        seat: what_if(player.state, seat, supposed.get(seat, Supposition()))
        for seat in (JP, US, DE, BANKS, IMF)
    }
    for seat, pledge_musd in ((JP, 1_100), (US, 2_000), (DE, 700)):
        player.act(seat, Pledge(pledge_musd))
    player.act(BANKS, Withdraw(0))
    player.act(IMF, DecideTranche(True))
    resolved = player.state.history[-1]
    # Nobody but Japan knows of its pledge, which it had not promised.
    assert expected[JP].lines_musd == resolved.lines_musd[JP]
    assert expected[JP].stability == resolved.stability
    assert expected[US].pledges_musd == {JP: 0, US: 2_000, DE: 700}
    assert expected[JP].tranche_basis == "granted"


def test_the_public_line_is_the_stake_times_the_stability_that_the_promises_give() -> None:
    player = at(CRISIS, Phase.TALK)
    player.act(US, DeclareIntention(2_000))
    # A third of 20,000 is needed; a simple majority can grant 0.4 of it.
    asked = what_if(player.state, JP, Supposition(pledge_musd=1_000))
    need_musd = 20_000 // 3
    money_musd = round(0.4 * need_musd) + 1_000 + 2_000
    stability = round((money_musd / need_musd) ** 2, 9)
    assert asked.tranche_basis == "access"
    assert asked.stability == pytest.approx(stability, abs=1e-4)
    assert asked.lines_musd["public"] == pytest.approx(9_000 / 3 * stability, abs=1)
    assert asked.total_musd == sum(asked.lines_musd.values())


def test_a_package_is_taken_as_accepted_and_kept_by_all_it_names() -> None:
    player = at(CRISIS, Phase.PROPOSE)
    player.act(US, TablePackage({JP: 1_000, US: 1_500}, {BANKS: 300}))
    asked = what_if(player.state, JP, Supposition(package=1))
    assert asked.pledges_musd == {JP: 1_000, US: 1_500, DE: 0}
    assert asked.withdrawn_permille == {BANKS: 300}
    player.act(JP, AnswerPackage(1, accept=False))
    assert what_if(player.state, JP, Supposition()).pledges_musd[US] == 0


def _with_secrets(scenario: Scenario) -> Scenario:
    """As `scenario`, but for the numbers of Germany that are its own secret."""
    seats = tuple(
        replace(
            seat,
            private_domestic_rate=0.9,
            private_international_rate=0.7,
            unit_cost=2.0,
            capacity_musd=3_000,
            public_stake_musd=1,
            relative_gains_weight=0.9,
        )
        if isinstance(seat, Government) and seat.id == DE
        else seat
        for seat in scenario.seats
    )
    return replace(scenario, seats=seats)


@pytest.mark.parametrize("scenario", [CRISIS, EVERYTHING], ids=["basic", "all rules"])
def test_nothing_that_others_keep_to_themselves_changes_the_answer(scenario: Scenario) -> None:
    answers = []
    for game, pledge_musd, permille in ((scenario, 100, 0), (_with_secrets(scenario), 900, 800)):
        player = at(game, Phase.PLEDGE)
        player.act(DE, Pledge(pledge_musd, final=True))
        player.act(BANKS, Withdraw(permille, final=True))
        answers.append(
            [
                what_if(player.state, JP, Supposition(pledge_musd=amount, tranche_musd=tranche))
                for amount in (0, 500)
                for tranche in (None, 0, 1_000)
            ]
        )
    assert answers[0] == answers[1]


def test_lines_that_need_the_secrets_of_others_are_named_and_left_out() -> None:
    player = at(EVERYTHING, Phase.PLEDGE)
    asked = what_if(player.state, JP, Supposition(pledge_musd=500))
    assert asked.left_out == ("relative_gains",)
    assert "relative_gains" not in asked.lines_musd
    assert what_if(player.state, IMF, Supposition()).left_out == ("moral_hazard",)


def test_declining_a_programme_costs_its_money_and_saves_its_price() -> None:
    player = at(EVERYTHING, Phase.VOTE)
    for voter in (JP, US, DE):
        player.act(voter, Vote(1, Ballot.YES))
    accepted = what_if(player.state, DEBTOR, Supposition())
    declined = what_if(player.state, DEBTOR, Supposition(accept=False))
    assert accepted.tranche_musd > 0
    assert declined.tranche_musd == 0
    # The sovereignty of a whole crisis, in one of its three rounds.
    assert accepted.lines_musd["sovereignty"] == round(-500 / 3)
    assert declined.lines_musd["sovereignty"] == 0
    assert declined.lines_musd["finance"] < accepted.lines_musd["finance"]


@pytest.mark.parametrize(
    ("supposed", "code", "field"),
    [
        (Supposition(pledge_musd=-1), RefusalCode.OUT_OF_RANGE, "pledge_musd"),
        (Supposition(withdrawn_permille=1_001), RefusalCode.OUT_OF_RANGE, "withdrawn_permille"),
        (Supposition(tranche_musd=10**9), RefusalCode.OUT_OF_RANGE, "tranche_musd"),
        (Supposition(package=7), RefusalCode.UNKNOWN_PACKAGE, "package"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    supposed: Supposition, code: RefusalCode, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        what_if(at(CRISIS, Phase.TALK).state, SeatId("JP"), supposed)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_resolved_round_has_its_ledger_instead() -> None:
    with pytest.raises(Refused) as refused:
        what_if(at(CRISIS, Phase.DISBURSE).state, JP, Supposition())
    assert refused.value.code is RefusalCode.WRONG_PHASE
