"""The opening of the sealed decisions: from a round's table to its resolved event.

Owns how what lies on the table becomes decisions, and how their outcome is written down.
Verification calls `resolve_round` again on a stored log: the result must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from server.game import condition, standing
from server.game.condition import Condition
from server.game.crisis import claims_to_come_musd
from server.game.effects import with_lobbying
from server.game.events import RoundResolved
from server.game.outcome import Outcome
from server.game.payoffs import lines_musd
from server.game.resolution import Decisions, resolve
from server.game.scenario import Scenario, SeatId
from server.game.state import State


def resolve_round(state: State, at_ms: int) -> RoundResolved:
    """Open the sealed decisions of the round on the table and draw its money.

    Also what verification calls: a stored `RoundResolved` must equal this.
    """
    scenario = state.scenario
    if state.table.lobbied_permille:
        scenario = with_lobbying(scenario, state.table.lobbied_permille)
    decisions = _decisions(state)
    outcome = resolve(
        scenario,
        standing.money_of(state),
        decisions,
        state.condition,
        on_track=standing.is_on_track(state),
        compliance_shock=_shock(state.draws.compliance_shocks, state.round),
    )
    outcome, left = _with_next(state, outcome)
    return _event(state, scenario, decisions, outcome, left, at_ms)


def _decisions(state: State) -> Decisions:
    scenario, table = state.scenario, state.table
    released = table.release.yes if table.release else True
    accepted = table.acceptance.yes if table.acceptance else True
    programme = standing.programme_of(state)
    pledged = table.pledges
    in_programme = standing.has_programmes(scenario) and programme is not None and accepted
    return Decisions(
        {seat.id: pledged[seat.id].pledge_musd for seat in scenario.governments},
        {bank.id: table.withdrawals[bank.id].permille for bank in scenario.banks},
        standing.granted_musd(state) if released and accepted else 0,
        standing.leader_of(scenario, table),
        regional_musd=table.count.regional_musd if table.count else 0,
        in_programme=in_programme,
        terms=programme.terms if programme and in_programme else (),
        strictness={
            seat: one.strictness_permille / 1000
            for seat, one in pledged.items()
            if one.strictness_permille is not None
        },
        others_at_least_musd=_conditions(state),
        second_line_musd=_set({seat: one.second_line_musd for seat, one in pledged.items()}),
        refusing=frozenset(seat for seat, one in pledged.items() if not one.pays_calls),
        guidance_permille=_set({seat: one.guidance_permille for seat, one in pledged.items()}),
        lobbied_permille=table.lobbied_permille,
        asked_musd=table.asked_musd,
        favours=table.favours,
    )


def _set(amounts: Mapping[SeatId, int]) -> dict[SeatId, int]:
    return {seat: amount for seat, amount in amounts.items() if amount}


def _conditions(state: State) -> dict[SeatId, int]:
    """theta by government: its own clause, and the minima of the packages it signed.

    A package's minimum is a total; for each signer it asks of the others what is left of it
    once the own pledge is taken off.
    """
    asked = dict[SeatId, int]()
    for seat, pledged in state.table.pledges.items():
        minima = [
            package.minimum_total_musd - pledged.pledge_musd
            for package in state.table.packages
            if package.stands and seat in package.pledges_musd
        ]
        asked[seat] = max([pledged.others_at_least_musd, *minima])
    return _set(asked)


def _with_next(state: State, outcome: Outcome) -> tuple[Outcome, Condition | None]:
    """The condition that the round leaves, and the outcome that knows of its moral hazard."""
    before, scenario = state.condition, state.scenario
    if before is None:
        return outcome, None
    programme = standing.programme_of(state)
    left = condition.after(
        scenario,
        before,
        outcome,
        tranches_musd=programme.tranches_musd[1:] if programme else (),
        claims_to_come_musd=claims_to_come_musd(scenario, state.round),
        panic_shock=_shock(state.draws.panic_shocks, state.round),
    )
    if not scenario.switches.moral_hazard or state.round < state.draws.rounds:
        return outcome, left
    hazard = condition.hazard_after(scenario, left, state.round)
    growth_musd = scenario.need_musd * (hazard - before.moral_hazard)
    return (
        replace(outcome, hazard_growth_musd=growth_musd),
        replace(left, moral_hazard=hazard),
    )


def _shock(shocks: tuple[float, ...], round_number: int) -> float:
    return shocks[round_number - 1] if shocks else 0.0


def _event(
    state: State,
    scenario: Scenario,
    decisions: Decisions,
    outcome: Outcome,
    left: Condition | None,
    at_ms: int,
) -> RoundResolved:
    table = state.table
    return RoundResolved(
        state.crisis,
        state.round,
        outcome.need_musd,
        outcome.tranche_musd,
        outcome.ifi_musd,
        outcome.effective_musd,
        outcome.stability,
        table.release.yes if table.release else True,
        dict(decisions.pledges_musd),
        dict(outcome.drawn_musd),
        dict(outcome.withdrawn_permille),
        lines_musd(scenario, outcome),
        at_ms,
        cross_default=outcome.cross_default,
        inactive=outcome.inactive,
        refunded=outcome.refunded,
        regional_musd=outcome.regional_musd,
        reserves_used_musd=outcome.reserves_used_musd,
        crowd_withdrawn_musd=outcome.crowd_withdrawn_musd,
        announced_musd=dict(decisions.second_line_musd),
        called_musd=dict(outcome.called_musd),
        refused=outcome.refused,
        accepted=table.acceptance.yes if table.acceptance else True,
        in_programme=outcome.in_programme,
        strictness=dict(outcome.strictness),
        required_strictness=outcome.required_strictness,
        guidance_permille=dict(outcome.guidance_permille),
        defaulted=outcome.defaulted,
        condition=left,
    )
