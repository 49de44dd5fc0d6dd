"""Theory beside what was played: each round's equilibrium and optimum, and the distances.

Owns the comparison of resolved rounds with their stages: banks, the Fund, calls of a second
line and all else but pledges are taken as they came, the governments' pledges are compared.
Reads events of the game, never a store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from server.game.condition import MOVING
from server.game.crisis import divisor
from server.game.effects import with_lobbying
from server.game.events import Event, RoundResolved
from server.game.scenario import Scenario, SeatId
from server.game.state import State, evolve
from server.theory.equilibria import Replies, regrets_musd, settle
from server.theory.optimum import optimum
from server.theory.stage import Pledges, Stage, round_stage

Amount = TypeVar("Amount", int, float)


@dataclass(frozen=True, slots=True)
class Profile:
    """Pledges of a round and what they come to, all else as it came."""

    pledges_musd: dict[SeatId, int]
    effective_musd: int
    """All money drawn."""
    gain_musd: float
    """W - W_0: what all governments gain over a round without pledges, unrounded."""
    efficiency: float | None
    """(W - W_0)/(W_opt - W_0); None where nothing can be gained."""
    payoffs_musd: dict[SeatId, float]


@dataclass(frozen=True, slots=True)
class Expected:
    """One round as it was played, and as theory would have it; amounts are of this round."""

    crisis: int
    round: int
    need_musd: int
    played: Profile
    """What was pledged, as far as it counted."""
    nash: Profile
    """Where best replies lead from no pledges."""
    nash_from_optimum: Profile
    """Where they lead from the optimum; another only where both hold by themselves."""
    at_rest: bool
    """Whether best replies came to rest in both; else they go round in circles there."""
    optimum: Profile
    """Of several with equal welfare, the one that `optimum` takes."""
    regret_musd: dict[SeatId, int]
    """What each missed against its best reply to what the others pledged."""

    @property
    def from_nash_musd(self) -> dict[SeatId, int]:
        """What each pledged beyond its pledge in the equilibrium from no pledges."""
        nash = self.nash.pledges_musd
        return {seat: pledge - nash[seat] for seat, pledge in self.played.pledges_musd.items()}


DECIDED = (
    "terms",
    "modality",
    "clauses",
    "package_minima",
    "binding_packages",
    "pressure",
    "guidance",
    "lobbying",
    "favours",
    "regional_fund",
)
"""Rules by which more is decided than pledges, in the order of the switches."""


def carried_rules(scenario: Scenario) -> tuple[str, ...]:
    """Why a round is not a game by itself: what it leaves to the next, by switch or number."""
    rules = [name for name in (*MOVING, "cards") if getattr(scenario.switches, name)]
    if any(seat.crisis_weakness for seat in scenario.governments):
        rules.append("crisis_weakness")
    return tuple(rules)


def decided_rules(scenario: Scenario) -> tuple[str, ...]:
    """What else governments decide than their pledges, by switch."""
    return tuple(name for name in DECIDED if getattr(scenario.switches, name))


def expected(events: Iterable[Event]) -> list[Expected]:
    """Theory beside every resolved round of a session, in order.

    Each round is compared in the scenario as it then was: its crisis, the cards that had
    happened, the banks' lobbying. Conditions on the others that no seat could see count
    only in what was played.

    Args:
        events: the session's log from its opening.
    """
    compared: list[Expected] = []
    state: State | None = None
    for event in events:
        if isinstance(event, RoundResolved) and state is not None:
            compared.append(_compared(stage_of_round(state, event), event))
        state = evolve(state, event)
    return compared


def stage_of_round(state: State, resolved: RoundResolved) -> Stage:
    """The stage of the round that `state` was about to resolve, and resolved so."""
    scenario = with_lobbying(state.scenario, state.table.lobbied_permille)
    spare_musd = state.condition.spare_reserves_musd(scenario) if state.condition else 0
    unpaid = resolved.called_musd if resolved.refunded else resolved.refused
    calls_musd = sum(amount for seat, amount in resolved.called_musd.items() if seat not in unpaid)
    return round_stage(
        scenario,
        divisor=divisor(scenario),
        need_musd=resolved.need_musd,
        official_musd=resolved.tranche_musd + resolved.ifi_musd + resolved.regional_musd,
        tranche_musd=resolved.tranche_musd,
        reserves_musd=spare_musd + calls_musd,
        last_stability=state.last_round.stability if state.last_round else 1.0,
        asked_musd=state.table.asked_musd,
    )


def _compared(stage: Stage, resolved: RoundResolved) -> Expected:
    pledged = pledges_that_counted(stage, resolved)
    best, _ = optimum(stage)
    ends, at_rest = settle(Replies(stage), np.vstack([np.zeros_like(best), best]))
    profiles = _profiles(stage, np.vstack([pledged, ends, best]))
    played, nash, nash_from_optimum, optimal = profiles
    regrets = regrets_musd(stage, pledged[None, :])[0]
    return Expected(
        resolved.crisis,
        resolved.round,
        resolved.need_musd,
        played,
        nash,
        nash_from_optimum,
        at_rest=bool(at_rest.all()),
        optimum=optimal,
        regret_musd=_by_seat(stage, np.rint(regrets).astype(np.int64).tolist()),
    )


def _profiles(stage: Stage, rows: Pledges) -> list[Profile]:
    """What each row of pledges comes to; the last is the optimum."""
    money = stage.effective(rows.sum(axis=1).astype(np.float64))
    gains = stage.welfare(rows) - float(stage.welfare(np.zeros_like(rows[0])))
    payoffs = stage.payoffs(rows)
    possible = float(gains[-1])
    return [
        Profile(
            _by_seat(stage, pledges.tolist()),
            round(float(effective)),
            float(gain),
            float(gain) / possible if possible > 0.5 else None,
            _by_seat(stage, paid.tolist()),
        )
        for pledges, effective, gain, paid in zip(rows, money, gains, payoffs, strict=True)
    ]


def pledges_that_counted(stage: Stage, resolved: RoundResolved) -> Pledges:
    """What each government pledged, where its condition on the others was met; else 0."""
    pledged = (
        0 if seat in resolved.inactive else resolved.pledges_musd[seat] for seat in stage.seats
    )
    return np.array(list(pledged), dtype=np.int64)


def _by_seat(stage: Stage, amounts: Iterable[Amount]) -> dict[SeatId, Amount]:
    return dict(zip(stage.seats, amounts, strict=True))
