"""What the options of each question stand for, and the actions that follow.

Owns the steps in which amounts, shares and terms are asked for. A function of values says what
every option is worth to a seat now, None where it is not allowed; the others turn what was chosen
into an action, None for none. Option 0 is always nothing, or least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.game import board, standing
from server.game.actions import (
    Action,
    AnswerPackage,
    Ballot,
    DeclareIntention,
    Lobby,
    OfferFavour,
    Press,
    ProposeRegional,
    ProposeTranche,
    TablePackage,
    Vote,
)
from server.game.cards import PackageCard
from server.game.events import TrancheProposed
from server.game.scenario import Bank, Government, Phase, Role, Scenario, SeatId
from server.game.state import State, is_named

TENTHS = 10
"""Amounts other than pledges, and shares, are asked for in so many steps of what is allowed."""
QUARTERS = 4
"""A package asks for so many quarters of the gap."""
BALLOTS = (Ballot.ABSTAIN, Ballot.YES, Ballot.NO)

Values = Sequence[int | None]
"""By option, the amount it stands for; None where it is not allowed now."""
Chosen = Mapping[str, int]
"""What a seat has answered in this round: the value by question."""


# --- shares, and the parts of a sealed decision ---


def _tenths(most: int, step: int = 1) -> Values:
    """Tenths of the most, rounded down to the step; one that is no more than the last is out."""
    values: list[int | None] = [0]
    last = 0
    for part in range(1, TENTHS + 1):
        value = most * part // TENTHS // step * step
        values.append(value if value > last else None)
        last = value
    return values


def shares(state: State, seat: SeatId) -> Values:
    """Tenths of all, in thousandths."""
    return _tenths(1000)


def yes_or_no(state: State, seat: SeatId) -> Values:
    """0 goes along: releases, accepts, pays; 1 does not."""
    return (0, 1)


def conditions(state: State, seat: SeatId) -> Values:
    """What the others' pledges must reach together."""
    return _tenths(standing.largest_demand_musd(state))


def second_lines(state: State, seat: SeatId) -> Values:
    """What is announced in addition."""
    step = state.scenario.pledge_step_musd
    return _tenths(standing.second_line_limit_musd(state, seat), step)


def strictness(state: State, seat: SeatId) -> Values:
    """0 says nothing: as the programme, or the standard terms; 1 + permille from there."""
    return (0, *range(1, 1002, 1000 // TENTHS))


def guidance(state: State, seat: SeatId) -> Values:
    """How hard it leans on its own banks, where it has any."""
    has_banks = any(bank.home == seat for bank in state.scenario.banks)
    return _tenths(1000) if has_banks else (0,)


# --- at the table: what is said, asked, promised ---


def declare(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """What it says in public that it will pledge."""
    return DeclareIntention(chosen["intention"]) if chosen["intention"] else None


def lobby(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """How hard the bank works on its government."""
    return Lobby(chosen["lobby"]) if chosen["lobby"] else None


def demands_on(other: SeatId, state: State, seat: SeatId) -> Values:
    """What another government can be asked for."""
    most_musd = standing.largest_demand_musd(state) if seat != other else 0
    return _tenths(most_musd, state.scenario.pledge_step_musd)


def press(other: SeatId, state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """A demand on another government."""
    asked_musd = chosen[f"press.{other}"]
    return Press(other, asked_musd) if asked_musd else None


def favours_for(bank: Bank, state: State, seat: SeatId) -> Values:
    """What one of the seat's own banks can be promised for staying in full."""
    government = state.scenario.seat_by_id[seat]
    if seat != bank.home or not isinstance(government, Government):
        return (0,)
    return _tenths(standing.pledge_limit_musd(state, government))


def favour(bank: Bank, state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """A promise to one of the own banks."""
    favour_musd = chosen[f"favour.{bank.id}"]
    return OfferFavour(bank.id, favour_musd) if favour_musd else None


# --- packages ---


def _asked_musd(state: State, quarters: int) -> dict[SeatId, int]:
    """By government, its part by quota of some quarters of the gap that is left to them."""
    scenario = state.scenario
    quotas = {seat.id: seat.quota_share for seat in scenario.governments}
    whole = sum(quotas.values())
    official_musd = standing.ordinary_access_musd(state) if Phase.VOTE in scenario.plan else 0
    gap_musd = max(0, standing.money_of(state).scheduled_need_musd - official_musd)
    step = scenario.pledge_step_musd
    return {
        seat: int(gap_musd * quarters / QUARTERS * (share / whole if whole else 1 / len(quotas)))
        // step
        * step
        for seat, share in quotas.items()
    }


def packages(state: State, seat: SeatId) -> Values:
    """How many quarters of the gap are asked for."""
    allowed = (_can_sign(state, seat, _asked_musd(state, part)) for part in range(1, QUARTERS + 1))
    return (0, *(part if can else None for part, can in enumerate(allowed, start=1)))


def _can_sign(state: State, seat: SeatId, asked_musd: Mapping[SeatId, int]) -> bool:
    """Where packages bind, nobody signs for more than it can pay."""
    signer = state.scenario.seat_by_id[seat]
    if not state.scenario.switches.binding_packages or not isinstance(signer, Government):
        return True
    return asked_musd.get(seat, 0) <= standing.pledge_limit_musd(state, signer)


def table(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """So many quarters of the gap by quota, all of it or nothing; the banks stay."""
    if not chosen["package"]:
        return None
    asked_musd = _asked_musd(state, chosen["package"])
    has_minimum = state.scenario.switches.package_minima
    return TablePackage(
        asked_musd,
        {bank.id: 0 for bank in state.scenario.banks},
        minimum_total_musd=sum(asked_musd.values()) if has_minimum else 0,
    )


def acceptable(tablers: Sequence[SeatId], state: State, seat: SeatId) -> Values:
    """By seat that can table: the number of its latest package that waits for an answer."""
    waiting = {
        package.seat: package.package
        for package in state.table.packages
        if _waits(package, seat) and _can_sign(state, seat, package.pledges_musd)
    }
    return (0, *(waiting.get(tabler) for tabler in tablers))


def _waits(package: PackageCard, seat: SeatId) -> bool:
    return is_named(package, seat) and not package.stands and seat not in package.answers


def accept(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """Yes to a package."""
    return AnswerPackage(chosen["accept"], True) if chosen["accept"] else None


# --- the Fund's tranche, and the region's ---


def tranches(state: State, seat: SeatId) -> Values:
    """Fifths of ordinary access, then fifths of the way from there to exceptional access."""
    ordinary_musd = standing.ordinary_access_musd(state)
    above_musd = standing.exceptional_access_musd(state) - ordinary_musd
    half = TENTHS // 2
    values: list[int | None] = [0]
    for part in range(1, TENTHS + 1):
        lower, upper = min(part, half), max(0, part - half)
        value = ordinary_musd * lower // half + max(0, above_musd) * upper // half
        values.append(value if value > max(one or 0 for one in values) else None)
    return values


def propose(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """One tranche for this round and, in a programme, the same for all rounds to come."""
    tranche_musd, scenario = chosen["tranche"], state.scenario
    if not tranche_musd:
        return None
    terms = chosen.get("terms", 0)
    return ProposeTranche(
        tranche_musd,
        (terms - 1,) * len(scenario.term_names) if terms else (),
        (tranche_musd,) * (scenario.rounds - state.round) if scenario.switches.programmes else (),
    )


def regional(state: State, seat: SeatId) -> Values:
    """What the region's fund can lend."""
    return _tenths(standing.regional_access_musd(state))


def propose_regional(state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """What the region's fund shall lend."""
    return ProposeRegional(chosen["regional"]) if chosen["regional"] else None


# --- ballots ---


def slots(scenario: Scenario) -> list[str]:
    """The proposals that there can be in a round, in seat order: by the Fund, or a seat."""
    governments = [seat.id for seat in scenario.governments]
    return ["fund", *governments, *(f"region-{seat.id}" for seat in scenario.region)]


def slot_of(scenario: Scenario, seat: SeatId | None, regional: bool) -> str:
    """Which of the `slots` a proposal of a seat is; None is the scripted Fund."""
    if seat is None or scenario.seat_by_id[seat].role is Role.IMF:
        return "fund"
    return f"region-{seat}" if regional else seat


def _proposal(state: State, slot: str) -> TrancheProposed | None:
    for one in state.table.proposals:
        if slot_of(state.scenario, one.seat, one.regional) == slot:
            return one
    return None


def ballots_on(slot: str, state: State, seat: SeatId) -> Values:
    """All ballots, where the seat votes on what is in the slot."""
    proposal = _proposal(state, slot)
    has_vote = proposal is not None and board.has_vote(state.scenario, seat, proposal)
    return tuple(range(len(BALLOTS))) if has_vote else (0,)


def cast(slot: str, state: State, seat: SeatId, chosen: Chosen) -> Action | None:
    """The ballot."""
    proposal = _proposal(state, slot)
    if proposal is None or not board.has_vote(state.scenario, seat, proposal):
        return None
    return Vote(proposal.proposal, BALLOTS[chosen[f"vote.{slot}"]])
