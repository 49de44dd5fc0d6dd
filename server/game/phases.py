"""How phases follow one another, and what is decided for those who did not.

Owns the order of a round, its early end and the written defaults; what the sealed decisions
come to is in `reveal`, what a seat may ask for in `rules`. Functions return the events to
record and change nothing.
"""

from __future__ import annotations

from server.game import board
from server.game.actions import Address, Ballot
from server.game.events import (
    CardPlayed,
    DecidedBy,
    Ending,
    Event,
    Participant,
    PhaseBegan,
    Pledged,
    ProgrammeDecided,
    SessionEnded,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.refusals import RefusalCode, Refused
from server.game.reveal import resolve_round
from server.game.scenario import Bank, Debtor, Government, Imf, Phase, SeatId
from server.game.standing import (
    accepts_by_script,
    granted_musd,
    last_withdrawn_permille,
    later_tranches_musd,
    ordinary_access_musd,
    pledge_floor_musd,
    programme_of,
    standard_terms_permille,
)
from server.game.state import State, evolve


class Unfolding:
    """Events in the making, and the state they lead to, one step ahead of the log."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Record one more event and fold it."""
        self.state = evolve(self.state, event)
        self.events.append(event)


def check_runs(state: State, meant: Address) -> None:
    """Nothing meant for one phase may happen in another.

    Raises:
        Refused: ``phase_over``.
    """
    now = Address(state.crisis, state.round, state.phase)
    if meant != now:
        raise Refused(
            RefusalCode.PHASE_OVER,
            f"meant for {_in_words(meant)}, but it is {_in_words(now)}",
            field="at",
            allowed=_in_words(now),
        )


def _in_words(address: Address) -> str:
    return f"crisis {address.crisis}, round {address.round}, {address.phase}"


def is_done(state: State, seat_id: SeatId) -> bool:
    """Whether the phase need not wait for this seat."""
    table, seat = state.table, state.scenario.seat_by_id[seat_id]
    if state.phase is Phase.VOTE:
        return all(
            (proposal.proposal, seat_id) in table.ballots
            for proposal in table.proposals
            if board.has_vote(state.scenario, seat_id, proposal)
        )
    if state.phase is not Phase.PLEDGE:
        return seat_id in state.ready
    match seat:
        case Government():
            return seat_id in table.pledges and table.pledges[seat_id].final
        case Bank():
            return seat_id in table.withdrawals and table.withdrawals[seat_id].final
        case Imf():
            return not granted_musd(state) or (table.release is not None and table.release.final)
        case Debtor():
            decided = table.acceptance is not None and table.acceptance.final
            return programme_of(state) is None or decided


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
    _begin_round(unfolding, 1, 1, unfolding.state.at_ms)


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
        _begin_round(unfolding, state.crisis, state.round + 1, at_ms)
    elif state.crisis < len(state.campaign):
        _begin_round(unfolding, state.crisis + 1, 1, at_ms)
    else:
        unfolding.emit(SessionEnded(Ending.COMPLETED, at_ms))


def _begin_round(unfolding: Unfolding, crisis: int, round_number: int, at_ms: int) -> None:
    first = next(iter(unfolding.state.campaign[crisis - 1].plan))
    _begin(unfolding, round_number, first, at_ms, crisis=crisis)


def _begin(
    unfolding: Unfolding, round_number: int, phase: Phase, at_ms: int, *, crisis: int | None = None
) -> None:
    state = unfolding.state
    is_new = phase is next(iter(state.scenario.plan))
    plan = state.scenario.plan.get(phase)
    seconds = plan.seconds if plan and state.timed else 0
    deadline_ms = at_ms + seconds * 1000 if seconds else None
    number = crisis or state.crisis
    unfolding.emit(PhaseBegan(number, round_number, phase, deadline_ms, at_ms))
    if is_new:
        _play_cards(unfolding, at_ms)
    if phase is Phase.PROPOSE and state.scenario.imf is None:
        for event in _ordinary_tranche(unfolding.state, None, DecidedBy.CLOCK, at_ms):
            unfolding.emit(event)
    # Nobody at the table has a vote, or a decision: do not let them wait for a clock.
    if phase in (Phase.VOTE, Phase.PLEDGE):
        finish_if_all_done(unfolding, at_ms)


def _play_cards(unfolding: Unfolding, at_ms: int) -> None:
    """The event cards drawn for this round, but for those the host has played already."""
    state = unfolding.state
    happened = {card.name for card in state.cards}
    for card in state.scenario.cards:
        due = card.round == state.round and card.name in state.draws.cards
        if due and card.name not in happened:
            unfolding.emit(CardPlayed(card.name, DecidedBy.CLOCK, at_ms))


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
                for seat in board.voters(state.scenario, regional=proposal.regional)
                if (proposal.proposal, seat.id) not in state.table.ballots
            ]
        case Phase.PLEDGE:
            return _default_decisions(state, by, at_ms)
        case _:
            return []


def _ordinary_tranche(state: State, imf: SeatId | None, by: DecidedBy, at_ms: int) -> list[Event]:
    """Ordinary access on standard terms, where no programme is going on."""
    tranche_musd = ordinary_access_musd(state)
    if Phase.VOTE not in state.scenario.plan or not tranche_musd or programme_of(state):
        return []
    number = state.tranches_proposed + 1
    return [
        TrancheProposed(
            number,
            imf,
            tranche_musd,
            by,
            True,
            at_ms,
            standard_terms_permille(state.scenario),
            later_tranches_musd(state) if state.scenario.switches.programmes else (),
        )
    ]


def _default_decisions(state: State, by: DecidedBy, at_ms: int) -> list[Event]:
    table, events = state.table, list[Event]()
    for seat in state.scenario.seats:
        match seat:
            case Government() if seat.id not in table.pledges:
                floor_musd = pledge_floor_musd(state, seat.id)
                events.append(Pledged(seat.id, floor_musd, True, by, True, at_ms))
            case Bank() if seat.id not in table.withdrawals:
                last = last_withdrawn_permille(state, seat.id)
                events.append(WithdrawalDecided(seat.id, last, True, by, True, at_ms))
            case Imf() if table.release is None and granted_musd(state):
                events.append(TrancheDecided(seat.id, True, True, by, True, at_ms))
            case Debtor() if table.acceptance is None and programme_of(state):
                accept = accepts_by_script(state)
                events.append(ProgrammeDecided(seat.id, accept, True, by, True, at_ms))
            case _:
                pass
    return events
