"""What a seat may do when, and why it is refused otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game import hosting, rules
from server.game.actions import (
    Action,
    Address,
    AnswerPackage,
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Say,
    TablePackage,
    Vote,
    Withdraw,
)
from server.game.events import DecidedBy, PackageStood, Pledged, ReadyMarked
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import Phase, SeatId, Switches
from server.game.state import replay
from tests.server.game.games import BANKS, CRISIS, DE, IMF, JP, US, Player

EVERYBODY = (JP, US, DE, BANKS, IMF)


def at(phase: Phase) -> Player:
    """The crisis in round 1, brought to `phase` by the host."""
    player = Player(CRISIS)
    while player.state.phase is not phase:
        player.record(hosting.next_phase(player.state, player.now_ms))
    return player


def refusal(player: Player, seat: SeatId, action: Action) -> Refused:
    before = player.state
    with pytest.raises(Refused) as refused:
        player.act(seat, action)
    assert player.state is before
    return refused.value


CASES: list[tuple[Phase, SeatId, Action, RefusalCode, str | None]] = [
    (Phase.BRIEF, JP, Say("hello"), RefusalCode.WRONG_PHASE, None),
    (Phase.TALK, JP, Pledge(100), RefusalCode.WRONG_PHASE, None),
    (Phase.PLEDGE, JP, Vote(1, Ballot.YES), RefusalCode.WRONG_PHASE, None),
    (Phase.PLEDGE, BANKS, Pledge(100), RefusalCode.NOT_YOUR_ROLE, None),
    (Phase.PLEDGE, JP, Withdraw(100), RefusalCode.NOT_YOUR_ROLE, None),
    (Phase.PLEDGE, JP, DecideTranche(True), RefusalCode.NOT_YOUR_ROLE, None),
    (Phase.VOTE, IMF, Vote(1, Ballot.YES), RefusalCode.NOT_YOUR_ROLE, None),
    (Phase.TALK, BANKS, TablePackage({JP: 100}), RefusalCode.NOT_YOUR_ROLE, None),
    (Phase.PLEDGE, JP, Pledge(-100), RefusalCode.OUT_OF_RANGE, "pledge_musd"),
    (Phase.PLEDGE, JP, Pledge(3_100), RefusalCode.OUT_OF_RANGE, "pledge_musd"),
    (Phase.PLEDGE, JP, Pledge(150), RefusalCode.NOT_A_STEP, "pledge_musd"),
    (Phase.PLEDGE, BANKS, Withdraw(1_001), RefusalCode.OUT_OF_RANGE, "withdrawn_permille"),
    (Phase.PLEDGE, IMF, DecideTranche(True), RefusalCode.SWITCHED_OFF, None),
    (Phase.TALK, JP, DeclareIntention(3_100), RefusalCode.OUT_OF_RANGE, "pledge_musd"),
    (Phase.TALK, JP, Say("  "), RefusalCode.EMPTY, "text"),
    (Phase.TALK, JP, Say("x" * 501), RefusalCode.TOO_LONG, "text"),
    (Phase.TALK, JP, Say("a\x00b"), RefusalCode.MALFORMED, "text"),
    (Phase.TALK, JP, Say("a\ud800b"), RefusalCode.MALFORMED, "text"),
    (Phase.TALK, JP, Say("hi", "g7"), RefusalCode.UNKNOWN_CHANNEL, "channel"),
    (Phase.TALK, BANKS, Say("hi", "g3"), RefusalCode.UNKNOWN_CHANNEL, "channel"),
    (Phase.TALK, JP, Say("hi", "pair"), RefusalCode.UNKNOWN_SEAT, "to"),
    (Phase.TALK, JP, Say("hi", "pair", JP), RefusalCode.UNKNOWN_SEAT, "to"),
    (Phase.TALK, JP, Say("hi", "plenary", US), RefusalCode.MALFORMED, "to"),
    (Phase.TALK, JP, TablePackage(), RefusalCode.EMPTY, "pledges_musd"),
    (Phase.TALK, JP, TablePackage({BANKS: 100}), RefusalCode.UNKNOWN_SEAT, "pledges_musd"),
    (
        Phase.TALK,
        JP,
        TablePackage({}, {US: 100}),
        RefusalCode.UNKNOWN_SEAT,
        "withdrawn_at_most_permille",
    ),
    (Phase.TALK, JP, TablePackage({US: 150}), RefusalCode.NOT_A_STEP, "pledges_musd.US"),
    (Phase.TALK, JP, TablePackage({US: -100}), RefusalCode.OUT_OF_RANGE, "pledges_musd.US"),
    (Phase.TALK, JP, TablePackage({US: 100}, {}, 7), RefusalCode.UNKNOWN_PACKAGE, "parent"),
    (Phase.TALK, JP, AnswerPackage(1, True), RefusalCode.UNKNOWN_PACKAGE, "package"),
    (Phase.PROPOSE, JP, ProposeTranche(6_667), RefusalCode.OUT_OF_RANGE, "tranche_musd"),
    (Phase.VOTE, JP, Vote(9, Ballot.YES), RefusalCode.UNKNOWN_PROPOSAL, "proposal"),
    (Phase.VOTE, JP, MarkReady(), RefusalCode.WRONG_PHASE, None),
]


@pytest.mark.parametrize(
    ("phase", "seat", "action", "code", "field"), CASES, ids=lambda part: str(part)[:40]
)
def test_an_action_that_is_not_allowed_is_refused_and_changes_nothing(
    phase: Phase, seat: SeatId, action: Action, code: RefusalCode, field: str | None
) -> None:
    refused = refusal(at(phase), seat, action)
    assert (refused.code, refused.field) == (code, field)


def test_a_refused_amount_is_told_what_is_allowed() -> None:
    refused = refusal(at(Phase.PLEDGE), JP, Pledge(3_150))
    assert refused.message == "3150 is outside 0 to 3000"
    assert refused.allowed == "0 to 3000"


def test_a_decision_meant_for_another_phase_is_refused_not_applied() -> None:
    player = at(Phase.PLEDGE)
    meant = Address(1, 1, Phase.TALK)
    with pytest.raises(Refused) as refused:
        rules.decide(player.state, JP, Pledge(100), meant, by=DecidedBy.HUMAN, at_ms=1)
    assert refused.value.code is RefusalCode.PHASE_OVER
    assert refused.value.allowed == "crisis 1, round 1, pledge"


def test_a_package_stands_once_every_named_seat_has_accepted() -> None:
    player = at(Phase.TALK)
    player.act(JP, TablePackage({JP: 2_000, US: 3_000}, {BANKS: 200}, text="All in"))
    player.act(US, AnswerPackage(1, True))
    assert not player.state.table.packages[0].stands
    events = player.act(BANKS, AnswerPackage(1, True))
    assert PackageStood(1, player.now_ms) in events
    assert player.state.table.signed_musd(US) == 3_000
    assert refusal(player, US, AnswerPackage(1, False)).code is RefusalCode.ALREADY_STANDS


def test_a_rejection_can_be_thought_over_and_a_counter_names_its_parent() -> None:
    player = at(Phase.TALK)
    player.act(JP, TablePackage({US: 3_000}))
    player.act(US, AnswerPackage(1, False))
    player.act(US, TablePackage({US: 1_000, JP: 2_000}, parent=1))
    assert player.state.table.packages[1].parent == 1
    player.act(US, AnswerPackage(1, True))
    assert player.state.table.packages[0].stands
    assert refusal(player, DE, AnswerPackage(2, True)).code is RefusalCode.NOT_NAMED


def test_a_package_for_oneself_alone_is_a_promise_at_once() -> None:
    player = at(Phase.TALK)
    player.act(JP, TablePackage({JP: 2_000}))
    assert player.state.table.packages[0].stands


def test_a_package_that_stands_obliges_nobody_where_packages_do_not_bind() -> None:
    player = at(Phase.TALK)
    player.act(JP, TablePackage({JP: 2_000, US: 3_000}))
    player.act(US, AnswerPackage(1, True))
    assert player.state.table.packages[0].stands
    while player.state.phase is not Phase.PLEDGE:
        player.record(hosting.next_phase(player.state, player.now_ms))
    for seat in (JP, US, DE):
        (pledged,) = player.act(seat, Pledge(0))
        assert isinstance(pledged, Pledged) and pledged.pledge_musd == 0


def test_packages_lapse_with_their_round_and_numbers_go_on() -> None:
    player = at(Phase.TALK)
    player.act(JP, TablePackage({JP: 2_000}))
    while player.state.round == 1 or player.state.phase is not Phase.TALK:
        player.record(hosting.next_phase(player.state, player.now_ms))
    assert player.state.table.packages == ()
    player.act(JP, TablePackage({JP: 100}))
    assert player.state.table.packages[0].package == 2


def test_a_seat_may_table_twenty_packages_a_round_and_no_more() -> None:
    player = at(Phase.TALK)
    for _ in range(20):
        player.act(JP, TablePackage({US: 100}))
    assert refusal(player, JP, TablePackage({US: 100})).code is RefusalCode.TOO_MANY
    player.act(US, TablePackage({JP: 100}))


def test_each_seat_tables_one_tranche_a_round() -> None:
    player = at(Phase.PROPOSE)
    player.act(US, ProposeTranche(1_000))
    assert refusal(player, US, ProposeTranche(2_000)).code is RefusalCode.ALREADY_TABLED
    player.act(IMF, ProposeTranche(2_000))
    assert [p.tranche_musd for p in player.state.table.proposals] == [1_000, 2_000]


def test_a_final_pledge_can_be_taken_back_to_a_draft_until_all_are_final() -> None:
    player = at(Phase.PLEDGE)
    player.act(JP, Pledge(500))
    events = player.act(JP, Pledge(700, final=False))
    assert events == [
        Pledged(JP, 700, False, DecidedBy.HUMAN, False, player.now_ms),
        ReadyMarked(JP, False, player.now_ms),
    ]
    assert player.act(JP, Pledge(800, final=False))[1:] == []
    for seat, action in ((US, Pledge(0)), (DE, Pledge(0)), (BANKS, Withdraw(0))):
        player.act(seat, action)
    assert player.state.phase is Phase.PLEDGE
    player.act(JP, Pledge(900))
    assert player.state.history[0].pledges_musd[JP] == 900


def test_switched_off_rules_refuse_their_actions() -> None:
    plain = replace(CRISIS, switches=Switches())
    player = Player(plain)
    player.record(hosting.next_phase(player.state, 0))
    assert refusal(player, JP, TablePackage({JP: 100})).code is RefusalCode.SWITCHED_OFF
    assert refusal(player, JP, Say("psst", "pair", US)).code is RefusalCode.UNKNOWN_CHANNEL


def test_nothing_is_decided_while_the_clock_stands() -> None:
    player = at(Phase.PLEDGE)
    player.record(hosting.pause(player.state, 10))
    refused = refusal(player, JP, Pledge(100))
    assert refused.code is RefusalCode.SESSION_PAUSED
    assert refused.retryable
    player.record(hosting.resume(player.state, 20))
    player.act(JP, Pledge(100))


def test_nothing_is_decided_after_the_end() -> None:
    player = at(Phase.PLEDGE)
    player.record(hosting.close(player.state, 10))
    assert refusal(player, JP, Pledge(100)).code is RefusalCode.SESSION_OVER
    for host_act in (hosting.next_phase, hosting.pause, hosting.resume, hosting.close):
        with pytest.raises(Refused, match="has ended"):
            host_act(player.state, 20)
    assert hosting.wake(player.state, 20) == []
    assert hosting.expire(player.state, 10**9) == []


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.RESOLVE])
def test_the_kinds_said_to_be_open_are_exactly_those_not_refused_for_phase_or_role(
    phase: Phase,
) -> None:
    samples: list[Action] = [
        Say("hello"),
        DeclareIntention(100),
        TablePackage({JP: 100}),
        AnswerPackage(99, True),
        ProposeTranche(100),
        Vote(99, Ballot.YES),
        Pledge(100),
        Withdraw(100),
        DecideTranche(True),
        MarkReady(),
    ]
    closed = {RefusalCode.WRONG_PHASE, RefusalCode.NOT_YOUR_ROLE, RefusalCode.SWITCHED_OFF}
    for seat in EVERYBODY:
        player = at(phase)
        for action in samples:
            try:
                rules.decide(
                    player.state, seat, action, player.address(), by=DecidedBy.HUMAN, at_ms=1
                )
                shut = False
            except Refused as refused:
                shut = refused.code in closed
            assert shut != (action.kind in rules.open_kinds(player.state, seat)), (seat, action)


def test_a_log_that_does_not_begin_with_its_opening_is_refused() -> None:
    player = at(Phase.TALK)
    with pytest.raises(ValueError, match="the first event is seat_occupied"):
        replay(player.log[1:])
    with pytest.raises(ValueError, match="opened twice"):
        replay([player.log[0], player.log[0]])
    with pytest.raises(ValueError, match="no events"):
        replay([])
