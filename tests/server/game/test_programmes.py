"""Programmes, the region's fund and the debtor: what passes, goes on, and is accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game import rules, standing
from server.game.actions import (
    Ballot,
    DecideProgramme,
    DecideTranche,
    DeclareIntention,
    Pledge,
    ProposeRegional,
    ProposeTranche,
    Vote,
    Withdraw,
)
from server.game.events import ProgrammeDecided, TrancheProposed, VoteCounted
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Debtor, Phase, PhasePlan, Switches
from tests.server.game.games import BANKS, CRISIS, DE, DEBTOR, IMF, JP, US, Player

SHORT = tuple(PhasePlan(phase) for phase in (Phase.TALK, Phase.PROPOSE, Phase.VOTE, Phase.PLEDGE))
PROGRAMMES = replace(
    CRISIS,
    phases=SHORT,
    switches=replace(CRISIS.switches, terms=True, programmes=True),
    term_names=("fiscal", "banks"),
    standard_terms=(0.6, 0.4),
)
WITH_DEBTOR = replace(
    PROGRAMMES,
    seats=(*PROGRAMMES.seats, Debtor(DEBTOR, "Korea", "", 9_000, 0.2, 3_000, 500, 2_000)),
)


def to(player: Player, phase: Phase) -> Player:
    while player.state.phase is not phase:
        player.record(player.next_phase())
    return player


def passed(player: Player, proposal: int) -> Player:
    """All governments vote yes on one proposal, and the rest is left to the defaults."""
    to(player, Phase.VOTE)
    for seat in (JP, US, DE):
        if player.state.phase is Phase.VOTE:
            player.act(seat, Vote(proposal, Ballot.YES))
    return to(player, Phase.PLEDGE)


def finish_round(player: Player) -> None:
    for seat in (JP, US, DE):
        player.act(seat, Pledge(1_000))
    player.act(BANKS, Withdraw(0))
    if standing.granted_musd(player.state) and player.state.phase is Phase.PLEDGE:
        player.act(IMF, DecideTranche(True))
    if player.state.phase is Phase.PLEDGE:
        player.record(player.next_phase())


def test_the_standard_programme_is_ordinary_access_on_standard_terms_in_every_round() -> None:
    player = to(Player(PROGRAMMES), Phase.VOTE)
    (proposal,) = player.state.table.proposals
    assert proposal.is_default
    assert proposal.terms_permille == (600, 400)
    # 0.4 of a third of 20 bn, in whole millions: the thirds are 6666, 6667 and 6667.
    assert (proposal.tranche_musd, *proposal.later_musd) == (2_666, 2_666, 2_666)


def test_a_programme_pays_in_later_rounds_without_another_vote() -> None:
    player = to(Player(PROGRAMMES), Phase.PROPOSE)
    player.act(IMF, ProposeTranche(2_000, (500, 300), (1_500, 700)))
    passed(player, 1)
    finish_round(player)
    for _ in range(2):
        to(player, Phase.PLEDGE)
        finish_round(player)
    assert [past.tranche_musd for past in player.state.history] == [2_000, 1_500, 700]
    assert [past.required_strictness for past in player.state.history] == [0.4, 0.4, 0.4]
    assert sum(isinstance(event, TrancheProposed) for event in player.log) == 1


def test_a_new_programme_takes_the_place_of_the_old_one() -> None:
    player = to(Player(PROGRAMMES), Phase.PROPOSE)
    player.act(IMF, ProposeTranche(2_000, (500, 300), (1_500, 700)))
    passed(player, 1)
    finish_round(player)
    to(player, Phase.PROPOSE)
    player.act(US, ProposeTranche(2_500, (0, 0), (900,)))
    passed(player, 2)
    finish_round(player)
    to(player, Phase.PLEDGE)
    finish_round(player)
    assert [past.tranche_musd for past in player.state.history] == [2_000, 2_500, 900]


def test_one_tranche_above_ordinary_access_makes_the_whole_programme_exceptional() -> None:
    player = to(Player(PROGRAMMES), Phase.PROPOSE)
    player.act(IMF, ProposeTranche(2_000, (), (2_000, 6_000)))
    to(player, Phase.VOTE)
    player.act(JP, Vote(1, Ballot.YES))
    player.act(US, Vote(1, Ballot.YES))
    # 80 of 100 votes: enough for a majority, not for 85 per cent.
    player.act(DE, Vote(1, Ballot.NO))
    count = player.state.table.count
    assert count is not None and count.passed is None


@pytest.mark.parametrize(
    ("action", "code", "field"),
    [
        (ProposeTranche(100, (1,)), RefusalCode.OUT_OF_RANGE, "terms_permille"),
        (ProposeTranche(100, (1, 1_001)), RefusalCode.OUT_OF_RANGE, "terms_permille.banks"),
        (ProposeTranche(100, (), (1,)), RefusalCode.OUT_OF_RANGE, "later_musd"),
        (ProposeTranche(100, (), (1, 9_999)), RefusalCode.OUT_OF_RANGE, "later_musd"),
    ],
)
def test_a_programme_of_the_wrong_form_is_refused(
    action: ProposeTranche, code: RefusalCode, field: str
) -> None:
    player = to(Player(PROGRAMMES), Phase.PROPOSE)
    with pytest.raises(Refused) as refused:
        player.act(IMF, action)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_terms_are_refused_where_that_rule_is_off() -> None:
    player = to(Player(replace(CRISIS, phases=SHORT)), Phase.PROPOSE)
    with pytest.raises(Refused) as refused:
        player.act(IMF, ProposeTranche(100, (500,)))
    assert (refused.value.code, refused.value.field) == (
        RefusalCode.SWITCHED_OFF,
        "terms_permille",
    )


def test_a_declined_programme_brings_neither_money_nor_terms() -> None:
    player = passed(Player(WITH_DEBTOR), 1)
    player.act(DEBTOR, DecideProgramme(False))
    for seat in (JP, US, DE):
        player.act(seat, Pledge(1_000, strictness_permille=100))
    player.act(BANKS, Withdraw(0))
    player.act(IMF, DecideTranche(True))
    (resolved,) = player.state.history
    assert (resolved.accepted, resolved.in_programme, resolved.tranche_musd) == (False, False, 0)
    assert resolved.strictness == {JP: 0.1, US: 0.1, DE: 0.1}
    # finance 0.2·3000; pain 3000/3·0.1; no loss of sovereignty.
    assert resolved.lines_musd[DEBTOR] == {
        "relief": round(3_000 * resolved.stability),
        "finance": 600,
        "pain": -100,
        "sovereignty": 0,
    }


def test_an_accepted_programme_costs_the_debtor_pain_and_sovereignty() -> None:
    player = passed(Player(WITH_DEBTOR), 1)
    player.act(DEBTOR, DecideProgramme(True))
    player.act(BANKS, Withdraw(0))
    player.act(IMF, DecideTranche(True))
    for seat in (JP, US, DE):
        player.act(seat, Pledge(1_000))
    (resolved,) = player.state.history
    lines = resolved.lines_musd[DEBTOR]
    # Terms 0.6 and 0.4: half of 3000/3; sovereignty 500/3.
    assert (lines["pain"], lines["sovereignty"]) == (-500, -167)
    assert lines["finance"] == round(0.2 * (2_666 + 3_000))


@pytest.mark.parametrize(("promised", "accepts"), [((0, 0), True), ((3_000, 3_600), False)])
def test_the_scripted_debtor_takes_friends_money_where_there_is_enough(
    promised: tuple[int, int], accepts: bool
) -> None:
    player = Player(WITH_DEBTOR)
    for seat, amount_musd in zip((JP, US), promised, strict=True):
        player.act(seat, DeclareIntention(amount_musd))
    passed(player, 1)
    player.record(player.next_phase())
    (decided,) = (event for event in player.log if isinstance(event, ProgrammeDecided))
    # Without promises the tranche brings 3000·0.16 + 0.2·2666 for a price of 667: worth it.
    # With 6600 of 6666 promised it brings next to nothing for the same price.
    assert (decided.is_default, decided.accept) == (True, accepts)


REGION = replace(
    CRISIS,
    phases=SHORT,
    seats=tuple(
        replace(seat, regional_share={JP: 0.6, DE: 0.4}.get(seat.id, 0.0))
        if seat in CRISIS.governments
        else seat
        for seat in CRISIS.seats
    ),
    switches=replace(CRISIS.switches, regional_fund=True, terms=True),
    term_names=("k",),
    standard_terms=(0.8,),
    regional_cap_musd=3_000,
    regional_strictness=0.2,
)


def test_the_region_votes_alone_on_its_fund() -> None:
    player = to(Player(REGION), Phase.PROPOSE)
    player.act(JP, ProposeRegional(1_000))
    to(player, Phase.VOTE)
    with pytest.raises(Refused) as refused:
        player.act(US, Vote(1, Ballot.YES))
    assert refused.value.code is RefusalCode.UNKNOWN_PROPOSAL
    player.act(JP, Vote(1, Ballot.YES))
    player.act(DE, Vote(1, Ballot.NO))
    player.record(player.next_phase())
    count = next(event for event in player.log if isinstance(event, VoteCounted))
    assert (count.regional_passed, count.regional_musd, count.passed) == (1, 1_000, None)


def test_the_regions_milder_terms_water_a_programme_down_by_their_part() -> None:
    player = to(Player(REGION), Phase.PROPOSE)
    player.act(IMF, ProposeTranche(2_000))
    player.act(JP, ProposeRegional(1_000))
    to(player, Phase.VOTE)
    for proposal in (1, 2):
        player.act(JP, Vote(proposal, Ballot.YES))
        player.act(DE, Vote(proposal, Ballot.YES))
    player.act(US, Vote(1, Ballot.YES))
    for seat in (JP, US, DE):
        player.act(seat, Pledge(0))
    player.act(BANKS, Withdraw(0))
    player.act(IMF, DecideTranche(True))
    (resolved,) = player.state.history
    assert (resolved.tranche_musd, resolved.regional_musd) == (2_000, 1_000)
    assert resolved.required_strictness == pytest.approx((0.8 * 2 + 0.2 * 1) / 3)


def test_who_is_not_of_the_region_cannot_propose_to_it() -> None:
    player = to(Player(REGION), Phase.PROPOSE)
    with pytest.raises(Refused) as refused:
        player.act(US, ProposeRegional(100))
    assert refused.value.code is RefusalCode.SWITCHED_OFF
    with pytest.raises(Refused) as refused:
        player.act(JP, ProposeRegional(1_001))
    assert refused.value.allowed == "0 to 1000"


def test_switches_that_are_off_open_no_action() -> None:
    player = Player(CRISIS)
    advanced = {"press", "lobby", "offer_favour", "propose_regional", "decide_programme"}
    while player.state.ending is None:
        for seat in player.state.scenario.seat_by_id:
            assert not advanced & set(rules.open_kinds(player.state, seat))
        player.record(player.next_phase())
    assert CRISIS.switches == Switches(
        home_stakes=True, links=True, private_returns=True, packages=True, pair_talk=True
    )
