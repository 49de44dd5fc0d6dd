"""Theory beside stored rounds: what each missed against its best reply, what all gained.

Owns how a round's stage is had from its result alone, so that thousands of matches need no
replay: under the rules in `STATEFUL` a stage depends on more than the result says, and the
match has to be replayed (`server.theory.expected`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from server.game.crisis import divisor
from server.game.events import Event, RoundResolved
from server.game.scenario import Scenario, SeatId
from server.game.state import State, evolve
from server.theory.equilibria import regrets_musd
from server.theory.expected import pledges_that_counted, stage_of_round
from server.theory.optimum import optimum
from server.theory.stage import Pledges, Stage, round_stage

STATEFUL = ("second_line", "pressure", "lobbying", "panic", "reserves", "cards")
"""Rules under which a round's payoffs depend on what its result does not say."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One round beside theory; all else but the governments' pledges is taken as it came."""

    regret_musd: dict[SeatId, float]
    """By government: the payoff of its best reply to what the others really pledged, less its
    own; 0 or more. Only pledges on the scenario's grid are replies."""
    gain_musd: float
    """W - W_0: the governments' material payoffs, less those of a round without pledges."""
    possible_gain_musd: float
    """The same in the optimum."""


def needs_replay(scenario: Scenario) -> bool:
    """Whether a round's stage cannot be had from its result alone."""
    return any(getattr(scenario.switches, switch) for switch in STATEFUL)


def beside(scenario: Scenario, rounds: Sequence[RoundResolved]) -> list[Beside]:
    """Every round of a match beside theory.

    Args:
        scenario: that was played; not one that `needs_replay`.
        rounds: all of the match, in order.
    """
    found, last, current = list[Beside](), 1.0, 1
    for one in rounds:
        if one.crisis != current:
            last, current = 1.0, one.crisis
        crisis = (scenario, *scenario.later_crises)[one.crisis - 1]
        before = last if any(seat.crisis_weakness for seat in crisis.governments) else 1.0
        official_musd = one.tranche_musd + one.ifi_musd + one.regional_musd
        stage, best = _priced(crisis, before, one.need_musd, official_musd, one.tranche_musd)
        found.append(_beside(stage, best, one))
        last = one.stability
    return found


def beside_replayed(events: Iterable[Event]) -> list[Beside]:
    """The same from a match's whole log, under any rules."""
    found = list[Beside]()
    state: State | None = None
    for event in events:
        if isinstance(event, RoundResolved) and state is not None:
            stage = stage_of_round(state, event)
            found.append(_beside(stage, optimum(stage)[0], event))
        state = evolve(state, event)
    return found


@lru_cache(maxsize=256)
def _base(crisis: Scenario, last_stability: float) -> Stage:
    """A stage of the crisis in which nothing is needed and nothing was drawn."""
    return round_stage(
        crisis,
        divisor=divisor(crisis),
        need_musd=0,
        official_musd=0,
        tranche_musd=0,
        reserves_musd=0,
        last_stability=last_stability,
        asked_musd={},
    )


@lru_cache(maxsize=1024)
def _priced(
    crisis: Scenario, last_stability: float, need_musd: int, official_musd: int, tranche_musd: int
) -> tuple[Stage, Pledges]:
    """The stage of a round, and its optimum."""
    quotas = np.array([seat.quota_share for seat in crisis.governments])
    stage = replace(
        _base(crisis, last_stability),
        need_musd=need_musd,
        official_musd=official_musd,
        fixed=-crisis.imf_unit_cost * tranche_musd * quotas,
    )
    return stage, optimum(stage)[0]


def _beside(stage: Stage, best: Pledges, resolved: RoundResolved) -> Beside:
    played = pledges_that_counted(stage, resolved)
    welfare = stage.welfare(np.vstack([np.zeros_like(played), played, best])).tolist()
    regrets = regrets_musd(stage, played[None, :])[0]
    return Beside(
        dict(zip(stage.seats, regrets.tolist(), strict=True)),
        welfare[1] - welfare[0],
        welfare[2] - welfare[0],
    )
