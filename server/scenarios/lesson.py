"""Clocks for a lesson: how long a scenario takes, and the same one for another length.

Owns what part of a lesson is play and how the seconds of the phases are scaled to it.
"""

from __future__ import annotations

from dataclasses import replace

from server.game.scenario import Phase, PhasePlan, Scenario

PLAYED_SHARE = 0.72
"""Of a lesson; the rest is for taking seats and for talking about it afterwards."""
SHORTEST_S = {
    Phase.BRIEF: 15,
    Phase.TALK: 30,
    Phase.PROPOSE: 30,
    Phase.VOTE: 15,
    Phase.PLEDGE: 20,
    Phase.DISBURSE: 10,
}
"""Below which nobody could do anything in a phase."""
STEP_S = 5


def played_s(scenario: Scenario) -> int:
    """Seconds that all clocks of a session take, its later crises included; 0 without clocks."""
    return sum(
        plan.seconds * crisis.rounds
        for crisis in (scenario, *scenario.later_crises)
        for plan in crisis.phases
    )


def lesson_minutes(scenario: Scenario) -> int:
    """The lesson for which a scenario's clocks are made; 0 without clocks."""
    return round(played_s(scenario) / 60 / PLAYED_SHARE)


def timed_for(scenario: Scenario, minutes: int) -> Scenario:
    """The scenario with its clocks scaled so that it fits a lesson of so many minutes.

    All phases change alike, in steps of five seconds; those without a clock stay without.

    Raises:
        ValueError: too short for the scenario's rounds, or the scenario has no clocks.
    """
    whole_s = played_s(scenario)
    if not whole_s:
        raise ValueError(f"{scenario.name} has no clocks to scale")
    factor = minutes * 60 * PLAYED_SHARE / whole_s
    timed = _scaled(scenario, factor)
    if minutes * 60 < played_s(timed):
        shortest = -(-played_s(_scaled(scenario, 0.0)) // 60)
        raise ValueError(f"{minutes} minutes is too short for {scenario.name}; use {shortest} up")
    return timed


def _scaled(scenario: Scenario, factor: float) -> Scenario:
    return replace(
        scenario,
        phases=tuple(_plan(plan, factor) for plan in scenario.phases),
        later_crises=tuple(_scaled(crisis, factor) for crisis in scenario.later_crises),
    )


def _plan(plan: PhasePlan, factor: float) -> PhasePlan:
    if not plan.seconds:
        return plan
    seconds = int(plan.seconds * factor) // STEP_S * STEP_S
    shortest = min(plan.seconds, SHORTEST_S[plan.phase])
    return replace(plan, seconds=max(seconds, shortest))
