"""How things stand in a round: what is needed, granted, allowed and promised by now.

Owns what can be read off a state and is asked by rules, phases, views and the reveal
alike. Changes nothing, decides nothing.
"""

from __future__ import annotations

from server.game import board, script
from server.game.condition import Programme
from server.game.crisis import RoundMoney, divisor, largest_pledge_musd, round_money
from server.game.events import TrancheProposed
from server.game.scenario import Government, Scenario, SeatId
from server.game.state import State, Table


def money_of(state: State) -> RoundMoney:
    """What the current round asks for."""
    return round_money(state.scenario, state.draws, state.round, state.condition)


def ordinary_access_musd(state: State) -> int:
    """The most that a simple majority can grant this round; nothing in default."""
    if state.condition and state.condition.in_default:
        return 0
    return board.ordinary_access_musd(state.scenario, money_of(state).scheduled_need_musd)


def exceptional_access_musd(state: State) -> int:
    """The most that the board can grant this round at all; nothing in default."""
    if state.condition and state.condition.in_default:
        return 0
    return board.exceptional_access_musd(state.scenario, money_of(state).scheduled_need_musd)


def regional_access_musd(state: State) -> int:
    """The most that the region's fund can grant this round."""
    return state.scenario.regional_cap_musd // divisor(state.scenario)


def passed_proposal(table: Table) -> TrancheProposed | None:
    """The proposal that the IMF board passed this round, if it did."""
    if table.count is None or table.count.passed is None:
        return None
    return next(one for one in table.proposals if one.proposal == table.count.passed)


def programme_of(state: State) -> Programme | None:
    """What the Fund lends for in this round: just passed, or going on from earlier."""
    passed = passed_proposal(state.table)
    if passed is not None:
        terms = tuple(term / 1000 for term in passed.terms_permille)
        return Programme(terms, (passed.tranche_musd, *passed.later_musd))
    return state.condition.programme if state.condition else None


def granted_musd(state: State) -> int:
    """The tranche that the Fund may release this round: passed, or due and on track."""
    programme = programme_of(state)
    if programme is None or not is_on_track(state):
        return 0
    return programme.tranches_musd[0]


def is_on_track(state: State) -> bool:
    """Whether the Fund may pay. A programme that has just passed starts anew."""
    if state.condition is None:
        return True
    if passed_proposal(state.table) is not None:
        return not state.condition.in_default
    return state.condition.on_track(state.scenario)


def pledge_limit_musd(state: State, seat: Government) -> int:
    """The largest pledge of a government this round."""
    last_stability = state.last_round.stability if state.last_round else 1.0
    return largest_pledge_musd(state.scenario, seat, last_stability)


def pledge_floor_musd(state: State, seat: SeatId) -> int:
    """The smallest pledge: what binding packages hold the seat to."""
    if not state.scenario.switches.binding_packages:
        return 0
    return state.table.signed_musd(seat) or 0


def last_withdrawn_permille(state: State, bank: SeatId) -> int:
    """What a bank withdrew in the round before; 0 before the first."""
    return state.last_round.withdrawn_permille[bank] if state.last_round else 0


def standard_terms_permille(scenario: Scenario) -> tuple[int, ...]:
    """What the Fund asks for where nobody says otherwise."""
    return tuple(round(1000 * term) for term in scenario.standard_terms)


def later_tranches_musd(state: State) -> tuple[int, ...]:
    """Ordinary access in each of the rounds after this one, as far as players can know."""
    return tuple(
        board.ordinary_access_musd(
            state.scenario,
            round_money(state.scenario, state.draws, number, state.condition).scheduled_need_musd,
        )
        for number in range(state.round + 1, state.scenario.rounds + 1)
    )


def has_programmes(scenario: Scenario) -> bool:
    """Whether a passed tranche is a programme, with terms or with a debtor who accepts it."""
    switches = scenario.switches
    return switches.terms or switches.programmes or scenario.debtor is not None


def promised_musd(state: State) -> int:
    """What all governments have said or signed for this round."""
    return sum(state.table.promised_musd(seat.id) for seat in state.scenario.governments)


def open_money_musd(state: State) -> int:
    """What is in the open before a round's decisions are: promises, and what the Fund granted."""
    return promised_musd(state) + granted_musd(state)


def accepts_by_script(state: State) -> bool:
    """What the debtor does with this round's programme where nobody plays it."""
    programme, scenario = programme_of(state), state.scenario
    if programme is None or scenario.debtor is None:
        return True
    return script.accepts(
        scenario,
        scenario.debtor,
        programme.terms,
        granted_musd(state),
        promised_musd=promised_musd(state),
        money=money_of(state),
    )


def leader_of(scenario: Scenario, table: Table) -> SeatId | None:
    """The government whose alternative to the Fund's tranche passed, if one did."""
    passed = passed_proposal(table)
    seat = passed.seat if passed else None
    return seat if seat and isinstance(scenario.seat_by_id[seat], Government) else None


def largest_demand_musd(state: State) -> int:
    """The most that can be asked of a seat: all that may be needed.

    Not the seat's own limit, which is its secret.
    """
    money = money_of(state)
    return money.scheduled_need_musd + sum(money.claims_due_musd.values())


def second_line_limit_musd(state: State, seat_id: SeatId) -> int:
    """The most that a government can announce in addition: its capacity is not exceeded."""
    seat = state.scenario.seat_by_id[seat_id]
    if not state.scenario.switches.second_line or not isinstance(seat, Government):
        return 0
    announced_musd = state.condition.second_line_musd.get(seat_id, 0) if state.condition else 0
    step = state.scenario.pledge_step_musd
    return max(0, seat.capacity_musd - announced_musd) // step * step
