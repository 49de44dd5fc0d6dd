"""Proposals to the IMF board and to the region, and the ballots on them.

How ballots are counted is in `board`.
"""

from __future__ import annotations

from server.game import board, standing
from server.game.actions import ProposeRegional, ProposeTranche, Vote
from server.game.checks import check_is_on, check_range
from server.game.events import DecidedBy, Event, TrancheProposed, Voted
from server.game.refusals import RefusalCode, Refused
from server.game.scenario import SeatId
from server.game.state import State


def propose(
    state: State, seat: SeatId, action: ProposeTranche, by: DecidedBy, at_ms: int
) -> list[Event]:
    """A tranche before the board, with the terms and later tranches that go with it."""
    _check_first(state, seat, regional=False)
    scenario = state.scenario
    most_musd = max(standing.exceptional_access_musd(state), standing.ordinary_access_musd(state))
    check_range(action.tranche_musd, most_musd, "tranche_musd")
    terms = action.terms_permille or standing.standard_terms_permille(scenario)
    if action.terms_permille:
        check_is_on(scenario.switches.terms, "terms", "terms_permille")
        _check_length(len(terms), len(scenario.term_names), "terms_permille", "terms")
        for name, term in zip(scenario.term_names, terms, strict=True):
            check_range(term, 1000, f"terms_permille.{name}")
    if action.later_musd:
        check_is_on(scenario.switches.programmes, "programmes", "later_musd")
        rounds = scenario.rounds - state.round
        _check_length(len(action.later_musd), rounds, "later_musd", "rounds to come")
        for tranche_musd in action.later_musd:
            check_range(tranche_musd, most_musd, "later_musd")
    return [
        TrancheProposed(
            state.tranches_proposed + 1,
            seat,
            action.tranche_musd,
            by,
            False,
            at_ms,
            terms,
            action.later_musd,
        )
    ]


def _check_length(given: int, wanted: int, field: str, of_what: str) -> None:
    if given != wanted:
        raise Refused(
            RefusalCode.OUT_OF_RANGE,
            f"{given} numbers for {wanted} {of_what}",
            field=field,
            allowed=f"{wanted} numbers",
        )


def _check_first(state: State, seat: SeatId, *, regional: bool) -> None:
    mine = [one for one in state.table.proposals if one.seat == seat and one.regional is regional]
    if mine:
        raise Refused(RefusalCode.ALREADY_TABLED, f"{seat} has tabled its tranche for this round")


def propose_regional(
    state: State, seat: SeatId, action: ProposeRegional, by: DecidedBy, at_ms: int
) -> list[Event]:
    """What the region's fund shall lend this round, before its members."""
    _check_first(state, seat, regional=True)
    check_range(action.tranche_musd, standing.regional_access_musd(state), "tranche_musd")
    number = state.tranches_proposed + 1
    return [TrancheProposed(number, seat, action.tranche_musd, by, False, at_ms, regional=True)]


def vote(state: State, seat: SeatId, action: Vote, by: DecidedBy, at_ms: int) -> list[Event]:
    """A ballot; a later one on the same proposal takes its place."""
    numbers = [
        proposal.proposal
        for proposal in state.table.proposals
        if board.has_vote(state.scenario, seat, proposal)
    ]
    if action.proposal not in numbers:
        raise Refused(
            RefusalCode.UNKNOWN_PROPOSAL,
            f"{seat} has no vote on a proposal {action.proposal} this round",
            field="proposal",
            allowed=", ".join(map(str, numbers)) or "none is on the table",
        )
    return [Voted(action.proposal, seat, action.ballot, by, False, at_ms)]
