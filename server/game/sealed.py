"""Sealed decisions: pledges, withdrawals, the Fund's word, the debtor's.

Draft or final; nobody else learns them before the reveal. Each advanced part of a pledge
has its switch.
"""

from __future__ import annotations

from server.game import phases, standing
from server.game.actions import DecideProgramme, DecideTranche, Pledge, Withdraw
from server.game.checks import check_amount, check_is_on, check_pledge, check_range
from server.game.events import (
    DecidedBy,
    Event,
    Pledged,
    ProgrammeDecided,
    ReadyMarked,
    TrancheDecided,
    WithdrawalDecided,
)
from server.game.scenario import SeatId
from server.game.state import State


def pledge(state: State, seat: SeatId, action: Pledge, by: DecidedBy, at_ms: int) -> list[Event]:
    """A government's decision, with what else it decides in this round."""
    floor_musd = standing.pledge_floor_musd(state, seat)
    check_pledge(state, seat, action.pledge_musd, least_musd=floor_musd)
    _check_second_line(state, seat, action)
    _check_conditions(state, action)
    _check_steering(state, action)
    pledged = Pledged(
        seat,
        action.pledge_musd,
        action.final,
        by,
        False,
        at_ms,
        others_at_least_musd=action.others_at_least_musd,
        second_line_musd=action.second_line_musd,
        pays_calls=action.pays_calls,
        strictness_permille=action.strictness_permille,
        guidance_permille=action.guidance_permille,
    )
    return [pledged, *_reopened(state, seat, action.final, at_ms)]


def _check_second_line(state: State, seat: SeatId, action: Pledge) -> None:
    """All that stands announced is within the capacity of the whole crisis."""
    on = state.scenario.switches.second_line
    if action.second_line_musd:
        check_is_on(on, "second_line", "second_line_musd")
        most_musd = standing.second_line_limit_musd(state, seat)
        check_amount(state, action.second_line_musd, most_musd, "second_line_musd")
    if not action.pays_calls:
        check_is_on(on, "second_line", "pays_calls")


def _check_conditions(state: State, action: Pledge) -> None:
    if action.others_at_least_musd:
        check_is_on(state.scenario.switches.clauses, "clauses", "others_at_least_musd")
        most_musd = standing.largest_demand_musd(state)
        check_range(action.others_at_least_musd, most_musd, "others_at_least_musd")


def _check_steering(state: State, action: Pledge) -> None:
    switches = state.scenario.switches
    if action.strictness_permille is not None:
        check_is_on(switches.terms, "terms", "strictness_permille")
        check_range(action.strictness_permille, 1000, "strictness_permille")
    if action.guidance_permille:
        check_is_on(switches.guidance, "guidance", "guidance_permille")
        check_range(action.guidance_permille, 1000, "guidance_permille")


def withdraw(
    state: State, seat: SeatId, action: Withdraw, by: DecidedBy, at_ms: int
) -> list[Event]:
    """A bank's decision."""
    check_range(action.withdrawn_permille, 1000, "withdrawn_permille")
    decided = WithdrawalDecided(seat, action.withdrawn_permille, action.final, by, False, at_ms)
    return [decided, *_reopened(state, seat, action.final, at_ms)]


def decide_tranche(
    state: State, seat: SeatId, action: DecideTranche, by: DecidedBy, at_ms: int
) -> list[Event]:
    """The Fund releases or withholds what was granted."""
    decided = TrancheDecided(seat, action.release, action.final, by, False, at_ms)
    return [decided, *_reopened(state, seat, action.final, at_ms)]


def decide_programme(
    state: State, seat: SeatId, action: DecideProgramme, by: DecidedBy, at_ms: int
) -> list[Event]:
    """The debtor accepts or declines the programme of this round."""
    decided = ProgrammeDecided(seat, action.accept, action.final, by, False, at_ms)
    return [decided, *_reopened(state, seat, action.final, at_ms)]


def _reopened(state: State, seat: SeatId, final: bool, at_ms: int) -> list[Event]:
    # Others saw that the seat had decided; a draft in its place must take that back.
    if final or not phases.is_done(state, seat):
        return []
    return [ReadyMarked(seat, False, at_ms)]
