"""How a round goes: order, early end, clocks, defaults, pauses and what follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.game import hosting, rules
from server.game.actions import (
    Ballot,
    DecideTranche,
    DeclareIntention,
    MarkReady,
    Pledge,
    ProposeTranche,
    Vote,
    Withdraw,
)
from server.game.events import (
    DecidedBy,
    Ending,
    Participant,
    PhaseBegan,
    Pledged,
    RoundResolved,
    SessionEnded,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.refusals import RefusalCode, Refused
from server.game.reveal import resolve_round
from server.game.scenario import Draws, Phase, PhasePlan
from tests.server.game.games import BANKS, CRISIS, DE, IMF, JP, US, Player

PLAYED = [phase for phase in Phase if phase is not Phase.RESOLVE]


def play_round(player: Player, *, jp: int = 3_000, withdrawn: int = 0) -> None:
    """Everybody decides everything in one round of the crisis."""
    for phase in (Phase.BRIEF, Phase.TALK, Phase.PROPOSE):
        assert player.state.phase is phase
        for seat in (JP, US, DE, BANKS, IMF):
            player.act(seat, MarkReady())
    number = player.state.table.proposals[0].proposal
    for seat in (JP, US, DE):
        player.act(seat, Vote(number, Ballot.YES))
    player.act(JP, Pledge(jp))
    player.act(US, Pledge(2_000))
    player.act(DE, Pledge(0))
    player.act(BANKS, Withdraw(withdrawn))
    player.act(IMF, DecideTranche(True))
    for seat in (JP, US, DE, BANKS, IMF):
        player.act(seat, MarkReady())


def test_a_crisis_goes_through_all_phases_of_all_rounds_and_ends() -> None:
    player = Player(CRISIS)
    for _ in range(3):
        play_round(player)
    began = [(e.round, e.phase) for e in player.log if isinstance(e, PhaseBegan)]
    assert began == [(number, phase) for number in (1, 2, 3) for phase in Phase]
    assert player.log[-1] == SessionEnded(Ending.COMPLETED, player.now_ms)
    assert [resolved.round for resolved in player.state.history] == [1, 2, 3]


def test_money_of_a_played_round_by_hand() -> None:
    """Round 1 of 3: G = 6,666, D = 2,000, half withdrawn, tranche .4·6,666 = 2,666."""
    player = Player(CRISIS)
    play_round(player, withdrawn=500)
    resolved = player.state.history[0]
    assert resolved.need_musd == 6_666 + 1_000
    assert resolved.tranche_musd == 2_666
    # 5,000 left for pledges of 3,000 and 2,000: all of it is drawn.
    assert resolved.drawn_musd == {JP: 3_000, US: 2_000, DE: 0}
    assert resolved.stability == 1.0
    assert resolved.lines_musd[JP]["public"] == 3_000
    assert resolved.lines_musd[JP]["cost_bilateral"] == -(900 + 1_200)
    assert resolved.lines_musd[US]["cost_imf_share"] == round(-0.3 * 0.5 * 2_666)
    assert resolved.lines_musd[BANKS] == {"interest": 50, "loss": 0, "exit_cost": -50}


def test_the_clock_ends_a_phase_at_its_deadline_and_not_before() -> None:
    player = Player(CRISIS)
    assert player.state.deadline_ms == 60_000
    assert hosting.expire(player.state, 59_999) == []
    player.record(hosting.expire(player.state, 60_000))
    assert (player.state.phase, player.state.deadline_ms) == (Phase.TALK, 120_000)


def test_a_match_without_clocks_has_no_deadlines() -> None:
    player = Player(CRISIS, timed=False)
    assert player.state.deadline_ms is None
    assert hosting.expire(player.state, 10**9) == []


def test_who_does_not_decide_gets_the_written_defaults_marked_as_such() -> None:
    player = Player(CRISIS)
    while not player.state.history:
        player.record(hosting.expire(player.state, player.state.deadline_ms or 0))
    defaults = [
        (type(event), event.by, event.is_default)
        for event in player.log
        if isinstance(event, Pledged | WithdrawalDecided | Voted | TrancheProposed)
    ]
    assert {(by, default) for _, by, default in defaults} == {(DecidedBy.CLOCK, True)}
    kinds = [kind for kind, _, _ in defaults]
    assert kinds == [
        TrancheProposed,
        Voted,
        Voted,
        Voted,
        Pledged,
        Pledged,
        Pledged,
        WithdrawalDecided,
    ]
    resolved = player.state.history[0]
    # Everybody abstained, so there is no tranche to release or withhold.
    assert resolved.effective_musd == 0
    assert set(resolved.pledges_musd.values()) == {0}


def test_a_silent_bank_repeats_its_last_share_and_a_silent_fund_releases() -> None:
    player = Player(CRISIS)
    play_round(player, withdrawn=400)
    for _ in range(3):
        player.record(hosting.next_phase(player.state, player.now_ms))
    number = player.state.table.proposals[0].proposal
    for seat in (JP, US, DE):
        player.act(seat, Vote(number, Ballot.YES))
    player.act(JP, Pledge(1_000, final=False))
    player.record(hosting.next_phase(player.state, player.now_ms))
    resolved = player.state.history[1]
    assert resolved.withdrawn_permille == {BANKS: 400}
    assert resolved.released
    assert resolved.tranche_musd == 2_666
    assert resolved.pledges_musd == {JP: 1_000, US: 0, DE: 0}  # a draft counts
    released = [event for event in player.log if isinstance(event, TrancheDecided)][-1]
    assert (released.by, released.is_default) == (DecidedBy.HOST, True)


def test_a_withheld_tranche_is_not_drawn() -> None:
    player = Player(CRISIS)
    for _ in range(3):
        player.record(hosting.next_phase(player.state, 0))
    for seat in (JP, US, DE):
        player.act(seat, Vote(1, Ballot.YES))
    player.act(IMF, DecideTranche(False))
    player.record(hosting.next_phase(player.state, player.now_ms))
    resolved = player.state.history[0]
    assert (resolved.released, resolved.tranche_musd) == (False, 0)
    assert resolved.lines_musd[US]["cost_imf_share"] == 0


def test_nobodys_seats_are_not_waited_for() -> None:
    player = Player(CRISIS)
    for seat in (US, DE, BANKS, IMF):
        player.record(hosting.occupy(player.state, seat, Participant.NOBODY, None, 0))
    player.act(JP, MarkReady())
    assert player.state.phase is Phase.TALK


def test_an_emptied_seat_that_alone_was_awaited_ends_the_phase() -> None:
    player = Player(CRISIS)
    for seat in (US, DE, BANKS, IMF):
        player.act(seat, MarkReady())
    player.record(hosting.occupy(player.state, JP, Participant.NOBODY, None, 9))
    assert player.state.phase is Phase.TALK


def test_a_table_of_nobody_waits_for_the_clock() -> None:
    player = Player(CRISIS)
    for seat in (JP, US, DE, BANKS, IMF):
        player.record(hosting.occupy(player.state, seat, Participant.NOBODY, None, 0))
    assert player.state.phase is Phase.BRIEF
    player.record(hosting.expire(player.state, 60_000))
    assert player.state.phase is Phase.TALK


def test_a_vote_in_which_nobody_present_has_a_vote_does_not_wait() -> None:
    player = Player(CRISIS)
    for seat in (JP, US, DE):
        player.record(hosting.occupy(player.state, seat, Participant.NOBODY, None, 0))
    for _ in range(3):
        player.act(BANKS, MarkReady())
        player.act(IMF, MarkReady())
    assert player.state.phase is Phase.PLEDGE
    assert player.state.table.count is not None


def test_the_scripted_fund_proposes_ordinary_access_at_once() -> None:
    seats = tuple(seat for seat in CRISIS.seats if seat.id != IMF)
    player = Player(replace(CRISIS, seats=seats))
    for _ in range(2):
        player.record(hosting.next_phase(player.state, 0))
    (proposal,) = player.state.table.proposals
    assert (proposal.seat, proposal.tranche_musd, proposal.is_default) == (None, 2_666, True)


def test_a_fund_that_proposed_is_not_given_a_default_beside_it() -> None:
    player = Player(CRISIS)
    for _ in range(2):
        player.record(hosting.next_phase(player.state, 0))
    player.act(IMF, ProposeTranche(1_000))
    player.record(hosting.next_phase(player.state, 0))
    assert [p.tranche_musd for p in player.state.table.proposals] == [1_000]


def test_a_paused_clock_gives_back_the_time_that_was_left() -> None:
    player = Player(CRISIS)
    player.record(hosting.pause(player.state, 10_000))
    assert hosting.expire(player.state, 500_000) == []
    player.record(hosting.resume(player.state, 500_000))
    assert player.state.deadline_ms == 550_000


def test_a_phase_begun_while_paused_keeps_all_its_time() -> None:
    player = Player(CRISIS)
    player.record(hosting.pause(player.state, 10_000))
    player.record(hosting.next_phase(player.state, 20_000))
    player.record(hosting.resume(player.state, 100_000))
    assert player.state.deadline_ms == 160_000


def test_the_host_can_give_more_time() -> None:
    player = Player(CRISIS)
    player.record(hosting.extend(player.state, 30, 5))
    assert player.state.deadline_ms == 90_000


@pytest.mark.parametrize("seconds", [0, -5, 86_401])
def test_an_extension_outside_its_range_is_refused(seconds: int) -> None:
    with pytest.raises(Refused) as refused:
        hosting.extend(Player(CRISIS).state, seconds, 5)
    assert refused.value.code is RefusalCode.OUT_OF_RANGE
    assert refused.value.field == "seconds"


def test_pausing_twice_and_resuming_a_running_clock_are_refused() -> None:
    player = Player(CRISIS)
    with pytest.raises(Refused, match="running"):
        hosting.resume(player.state, 1)
    player.record(hosting.pause(player.state, 1))
    with pytest.raises(Refused, match="stands already"):
        hosting.pause(player.state, 2)


def test_a_hidden_ending_stops_after_the_drawn_number_of_rounds() -> None:
    short = replace(CRISIS, rounds=9, phases=(PhasePlan(Phase.PLEDGE),))
    log = rules.open_session(short, Draws(1, rounds=2), timed=False, participants={})
    player = Player(short)
    player.state = rules.evolve(None, log[0])
    player.record(log[1:])
    for _ in range(2):
        player.record(hosting.next_phase(player.state, 0))
    assert player.state.ending is Ending.COMPLETED
    assert len(player.state.history) == 2


def test_what_was_said_signed_pledged_and_paid_is_kept_by_round() -> None:
    player = Player(CRISIS)
    player.record(hosting.next_phase(player.state, 0))
    player.act(JP, DeclareIntention(2_500))
    for _ in range(3):
        player.record(hosting.next_phase(player.state, player.now_ms))
    player.act(JP, Pledge(1_000))
    player.record(hosting.next_phase(player.state, player.now_ms))
    promise = player.state.promises[0][0]
    assert (promise.seat, promise.said_musd, promise.signed_musd) == (JP, 2_500, None)
    assert (promise.pledged_musd, promise.paid_musd) == (1_000, 1_000)


def test_the_weakness_of_a_collapse_reaches_the_next_rounds_capacity() -> None:
    weak = tuple(
        replace(seat, crisis_weakness=0.5) if seat.id == JP else seat for seat in CRISIS.seats
    )
    player = Player(replace(CRISIS, seats=weak))
    while player.state.round == 1 or player.state.phase is not Phase.PLEDGE:
        player.record(hosting.next_phase(player.state, 0))
    assert player.state.history[0].stability == 0.0
    with pytest.raises(Refused) as refused:
        player.act(JP, Pledge(1_600))
    assert refused.value.allowed == "0 to 1500"


def test_resolving_again_from_the_state_gives_the_stored_round() -> None:
    player = Player(CRISIS)
    play_round(player, withdrawn=123)
    state = None
    for event in player.log:
        if isinstance(event, RoundResolved):
            assert state is not None
            assert resolve_round(state, event.at_ms) == event
        state = rules.evolve(state, event)
