"""How phases follow one another, and what is decided for those who did not.

Owns the order of a round, its early end, the written defaults and the resolution of a
round; knows nothing of what a seat may ask for (that is `rules`). Functions return the
events to record and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.game import board
from server.game.actions import Ballot
from server.game.crisis import Decisions, RoundMoney, largest_pledge_musd, resolve, round_money
from server.game.events import (
    DecidedBy,
    Ending,
    Event,
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
from server.game.payoffs import lines_musd
from server.game.scenario import Bank, Debtor, Government, Imf, Phase, Scenario, SeatId
from server.game.state import State, Table, evolve


class Unfolding:
    """Events in the making, and the state they lead to, one step ahead of the log."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Record one more event and fold it."""
        self.state = evolve(self.state, event)
        self.events.append(event)


def money_of(state: State) -> RoundMoney:
    """What the current round asks for."""
    return round_money(state.scenario, state.draws, state.round)


def ordinary_access_musd(state: State) -> int:
    """The most that a simple majority can grant this round."""
    return board.ordinary_access_musd(state.scenario, money_of(state).scheduled_need_musd)


def exceptional_access_musd(state: State) -> int:
    """The most that the board can grant this round at all."""
    return board.exceptional_access_musd(state.scenario, money_of(state).scheduled_need_musd)


def pledge_limit_musd(state: State, seat: Government) -> int:
    """The largest pledge of a government this round."""
    last_stability = state.history[-1].stability if state.history else 1.0
    return largest_pledge_musd(state.scenario, seat, last_stability)


def last_withdrawn_permille(state: State, bank: SeatId) -> int:
    """What a bank withdrew in the round before; 0 before the first."""
    return state.history[-1].withdrawn_permille[bank] if state.history else 0


def is_done(state: State, seat_id: SeatId) -> bool:
    """Whether the phase need not wait for this seat."""
    table, seat = state.table, state.scenario.seat_by_id[seat_id]
    if state.phase is Phase.VOTE:
        return not (isinstance(seat, Government) and seat.quota_share > 0) or all(
            (proposal.proposal, seat_id) in table.ballots for proposal in table.proposals
        )
    if state.phase is not Phase.PLEDGE:
        return seat_id in state.ready
    match seat:
        case Government():
            return seat_id in table.pledges and table.pledges[seat_id].final
        case Bank():
            return seat_id in table.withdrawals and table.withdrawals[seat_id].final
        case Imf():
            return not table.tranche_musd or (table.release is not None and table.release.final)
        case Debtor():
            return True


def all_done(state: State) -> bool:
    """Whether somebody plays and nobody who plays is awaited."""
    somebody_plays = False
    for seat, who in state.participants.items():
        if who is not Participant.NOBODY:
            if not is_done(state, seat):
                return False
            somebody_plays = True
    return somebody_plays


def begin_first_phase(unfolding: Unfolding) -> None:
    """Open round 1."""
    _begin(unfolding, 1, next(iter(unfolding.state.scenario.plan)), unfolding.state.at_ms)


def finish_if_all_done(unfolding: Unfolding, at_ms: int) -> None:
    """End the phase early where nobody is awaited any more."""
    if unfolding.state.ending is None and all_done(unfolding.state):
        finish_phase(unfolding, DecidedBy.CLOCK, at_ms)


def finish_phase(unfolding: Unfolding, by: DecidedBy, at_ms: int) -> None:
    """End the phase: decide the defaults, then whatever follows from its end."""
    phase = unfolding.state.phase
    for event in _defaults(unfolding.state, by, at_ms):
        unfolding.emit(event)
    if phase is Phase.VOTE:
        state = unfolding.state
        counted = board.count(
            state.scenario,
            state.table.proposals,
            state.table.ballots,
            ordinary_access_musd(state),
            at_ms,
        )
        unfolding.emit(counted)
    if phase is Phase.PLEDGE:
        _begin(unfolding, unfolding.state.round, Phase.RESOLVE, at_ms)
        unfolding.emit(resolve_round(unfolding.state, at_ms))
    _begin_next(unfolding, phase, at_ms)


def _begin_next(unfolding: Unfolding, ended: Phase, at_ms: int) -> None:
    state = unfolding.state
    order = list(Phase)
    later = [phase for phase in state.scenario.plan if order.index(phase) > order.index(ended)]
    if later:
        _begin(unfolding, state.round, later[0], at_ms)
    elif state.round < state.draws.rounds:
        _begin(unfolding, state.round + 1, next(iter(state.scenario.plan)), at_ms)
    else:
        unfolding.emit(SessionEnded(Ending.COMPLETED, at_ms))


def _begin(unfolding: Unfolding, round_number: int, phase: Phase, at_ms: int) -> None:
    state = unfolding.state
    plan = state.scenario.plan.get(phase)
    seconds = plan.seconds if plan and state.timed else 0
    deadline_ms = at_ms + seconds * 1000 if seconds else None
    unfolding.emit(PhaseBegan(state.crisis, round_number, phase, deadline_ms, at_ms))
    if phase is Phase.PROPOSE and state.scenario.imf is None:
        for event in _ordinary_tranche(unfolding.state, None, DecidedBy.CLOCK, at_ms):
            unfolding.emit(event)
    # Nobody at the table has a vote, or a decision: do not let them wait for a clock.
    if phase in (Phase.VOTE, Phase.PLEDGE):
        finish_if_all_done(unfolding, at_ms)


def _defaults(state: State, by: DecidedBy, at_ms: int) -> list[Event]:
    match state.phase:
        case Phase.PROPOSE if state.scenario.imf is not None:
            imf = state.scenario.imf.id
            if any(proposal.seat == imf for proposal in state.table.proposals):
                return []
            return _ordinary_tranche(state, imf, by, at_ms)
        case Phase.VOTE:
            return [
                Voted(proposal.proposal, seat.id, Ballot.ABSTAIN, by, True, at_ms)
                for proposal in state.table.proposals
                for seat in board.voters(state.scenario)
                if (proposal.proposal, seat.id) not in state.table.ballots
            ]
        case Phase.PLEDGE:
            return _default_decisions(state, by, at_ms)
        case _:
            return []


def _ordinary_tranche(state: State, imf: SeatId | None, by: DecidedBy, at_ms: int) -> list[Event]:
    tranche_musd = ordinary_access_musd(state)
    if Phase.VOTE not in state.scenario.plan or not tranche_musd:
        return []
    number = state.tranches_proposed + 1
    return [TrancheProposed(number, imf, tranche_musd, by, True, at_ms)]


def _default_decisions(state: State, by: DecidedBy, at_ms: int) -> list[Event]:
    table, events = state.table, list[Event]()
    for seat in state.scenario.seats:
        match seat:
            case Government() if seat.id not in table.pledges:
                events.append(Pledged(seat.id, 0, True, by, True, at_ms))
            case Bank() if seat.id not in table.withdrawals:
                last = last_withdrawn_permille(state, seat.id)
                events.append(WithdrawalDecided(seat.id, last, True, by, True, at_ms))
            case Imf() if table.release is None and table.tranche_musd:
                events.append(TrancheDecided(seat.id, True, True, by, True, at_ms))
            case _:
                pass
    return events


def resolve_round(state: State, at_ms: int) -> RoundResolved:
    """Open the sealed decisions of the round on the table and draw its money.

    Also what verification calls: a stored `RoundResolved` must equal this.
    """
    scenario, table = state.scenario, state.table
    released = table.release.release if table.release else True
    pledges = {seat.id: table.pledges[seat.id].amount for seat in scenario.governments}
    withdrawn = {bank.id: table.withdrawals[bank.id].amount for bank in scenario.banks}
    decisions = Decisions(
        pledges, withdrawn, table.tranche_musd if released else 0, leader_of(scenario, table)
    )
    outcome = resolve(scenario, money_of(state), decisions)
    return RoundResolved(
        state.crisis,
        state.round,
        outcome.need_musd,
        outcome.tranche_musd,
        outcome.ifi_musd,
        outcome.effective_musd,
        outcome.stability,
        released,
        pledges,
        dict(outcome.drawn_musd),
        withdrawn,
        lines_musd(scenario, outcome),
        at_ms,
    )


def leader_of(scenario: Scenario, table: Table) -> SeatId | None:
    """The government whose alternative to the Fund's tranche passed, if one did."""
    if table.count is None or table.count.passed is None:
        return None
    by_number: Mapping[int, TrancheProposed] = {
        proposal.proposal: proposal for proposal in table.proposals
    }
    seat = by_number[table.count.passed].seat
    return seat if seat and isinstance(scenario.seat_by_id[seat], Government) else None
