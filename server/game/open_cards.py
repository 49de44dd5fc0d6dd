"""The cards that are the same for everybody: clock, gap, seats, proposals, rules of the game.

Nothing here knows a viewer, so nothing here may hold what one seat alone may see: that is
`views`, which decides who sees what.
"""

from __future__ import annotations

from dataclasses import fields

from server.game import board, phases, standing
from server.game.cards import (
    AdvancedGap,
    AdvancedRound,
    AdvancedRules,
    AdvancedSeat,
    ClockCard,
    GapCard,
    ProposalCard,
    SeatCard,
)
from server.game.events import RoundResolved
from server.game.scenario import Bank, Government, Scenario
from server.game.state import State


def is_advanced(state: State) -> bool:
    """Whether anything beyond the basic rules is in the session."""
    scenario = state.scenario
    return bool(scenario.advanced_rules or scenario.debtor or len(state.campaign) > 1)


def advanced_rules(state: State) -> AdvancedRules | None:
    """The advanced rules of this crisis; None where there are none."""
    if not is_advanced(state):
        return None
    scenario = state.scenario
    return AdvancedRules(
        switches=scenario.advanced_rules,
        numbers={
            one.name: getattr(scenario, one.name)
            for one in fields(Scenario)
            if "sparse" in one.metadata
            and isinstance(one.default, int | float)
            and getattr(scenario, one.name)
        },
        term_names=scenario.term_names,
        standard_terms_permille=standing.standard_terms_permille(scenario),
        crises=len(state.campaign),
    )


def clock_card(state: State) -> ClockCard:
    """Where the session is."""
    return ClockCard(
        state.crisis, state.round, state.phase, state.deadline_ms, state.paused, state.ending
    )


def gap_card(state: State) -> GapCard:
    """The round's money in the open."""
    money = standing.money_of(state)
    return GapCard(
        scheduled_need_musd=money.scheduled_need_musd,
        claims_due_musd=sum(money.claims_due_musd.values()),
        ordinary_access_musd=standing.ordinary_access_musd(state),
        exceptional_access_musd=standing.exceptional_access_musd(state),
        promised_musd=standing.promised_musd(state),
        tranche_musd=standing.granted_musd(state),
        advanced=_advanced_gap(state) if is_advanced(state) else None,
    )


def _advanced_gap(state: State) -> AdvancedGap:
    scenario, now = state.scenario, state.condition
    programme = standing.programme_of(state)
    count = state.table.count
    return AdvancedGap(
        crowd_leaving_musd=now.crowd_leaving_musd if now else 0,
        spare_reserves_musd=now.spare_reserves_musd(scenario) if now else 0,
        second_line_musd=sum(now.second_line_musd.values()) if now else 0,
        regional_access_musd=standing.regional_access_musd(state),
        regional_musd=count.regional_musd if count else 0,
        terms_permille=(
            tuple(round(1000 * term) for term in programme.terms) if programme else None
        ),
        tranches_musd=programme.tranches_musd if programme else (),
        on_track=standing.is_on_track(state),
        condition=now,
    )


def seat_cards(state: State) -> tuple[SeatCard, ...]:
    """Every seat as everybody sees it."""
    claims = standing.money_of(state).claims_due_musd
    advanced = is_advanced(state)
    return tuple(
        SeatCard(
            id=seat.id,
            name=seat.name,
            role=seat.role,
            home=seat.home if isinstance(seat, Bank) else None,
            participant=state.participants[seat.id],
            quota_share=seat.quota_share if isinstance(seat, Government) else 0.0,
            bank_exposure_musd=seat.bank_exposure_musd if isinstance(seat, Government) else 0,
            claims_due_musd=claims.get(seat.id, 0),
            done=state.ending is not None or phases.is_done(state, seat.id),
            intention_musd=state.table.intentions.get(seat.id),
            signed_musd=state.table.signed_musd(seat.id),
            advanced=(
                _advanced_seat(state, seat) if advanced and isinstance(seat, Government) else None
            ),
        )
        for seat in state.scenario.seats
    )


def _advanced_seat(state: State, seat: Government) -> AdvancedSeat:
    now = state.condition
    return AdvancedSeat(
        regional_share=seat.regional_share,
        second_line_musd=now.second_line_musd.get(seat.id, 0) if now else 0,
        credibility=now.credibility.get(seat.id) if now else None,
    )


def proposal_cards(state: State) -> tuple[ProposalCard, ...]:
    """The tranches before the board; ballots only once they are counted."""
    ordinary_musd = standing.ordinary_access_musd(state)
    count = state.table.count
    return tuple(
        ProposalCard(
            proposal=proposal.proposal,
            seat=proposal.seat,
            tranche_musd=proposal.tranche_musd,
            exceptional=not proposal.regional and board.is_above(proposal, ordinary_musd),
            ballots=count.ballots[proposal.proposal] if count else {},
            passed=(proposal.proposal in (count.passed, count.regional_passed) if count else None),
            terms_permille=proposal.terms_permille,
            later_musd=proposal.later_musd,
            regional=proposal.regional,
        )
        for proposal in state.table.proposals
    )


def advanced_round(state: State, resolved: RoundResolved) -> AdvancedRound | None:
    """What the advanced rules did in a round; None where there are none."""
    if not is_advanced(state):
        return None
    return AdvancedRound(**{one.name: getattr(resolved, one.name) for one in fields(AdvancedRound)})
