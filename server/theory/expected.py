"""Theory beside what was played: each round's equilibrium and optimum, and the distances.

Owns the comparison of resolved rounds with their stages: banks, the Fund, calls of a second
line and all else but pledges are taken as they came, the governments' pledges are compared.
Reads events of the game, never a store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from server.game.crisis import divisor
from server.game.effects import with_lobbying
from server.game.events import Event, RoundResolved
from server.game.scenario import SeatId
from server.game.state import State, evolve
from server.theory.equilibria import Replies, regrets_musd, settle
from server.theory.optimum import optimum
from server.theory.stage import Pledges, Stage, round_stage


@dataclass(frozen=True, slots=True)
class Expected:
    """One round as it was played, and as theory would have it; amounts are of this round."""

    crisis: int
    round: int
    effective_musd: int
    """All money drawn."""
    nash_from_zero_musd: int
    """The same where best replies lead from no pledges."""
    nash_from_optimum_musd: int
    """The same where they lead from the optimum; another only where both hold by themselves."""
    optimum_musd: int
    optimum_pledges_musd: int
    """The sum of the pledges in the optimum; money beside them is in `optimum_musd` only."""
    efficiency: float | None
    """(W - W_0)/(W_opt - W_0) of the round; None where nothing can be gained."""
    nash_efficiency: float | None
    """That of the equilibrium from no pledges."""
    gain_musd: float
    """W - W_0: what all gained over a round without pledges, unrounded."""
    nash_gain_musd: float
    """The same in the equilibrium from no pledges."""
    possible_gain_musd: float
    """The same in the optimum."""
    nash_payoff_musd: dict[SeatId, float]
    """What the equilibrium from no pledges pays each."""
    optimum_payoff_musd: dict[SeatId, float]
    """What the optimum pays each; of several it is the one that `optimum` takes."""
    from_nash_musd: dict[SeatId, int]
    """What each pledged beyond its pledge in the equilibrium from no pledges."""
    regret_musd: dict[SeatId, int]
    """What each missed against its best reply to what the others pledged."""


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
    played = pledges_that_counted(stage, resolved)
    best, _ = optimum(stage)
    ends, _ = settle(Replies(stage), np.vstack([np.zeros_like(best), best]))
    profiles = np.vstack([played, ends, best])
    money = stage.effective(profiles.sum(axis=1).astype(np.float64))
    gains = stage.welfare(profiles) - float(stage.welfare(np.zeros_like(best)))
    payoffs = stage.payoffs(profiles)
    possible = float(gains[3])

    def efficiency(row: int) -> float | None:
        return float(gains[row]) / possible if possible > 0.5 else None

    regrets = regrets_musd(stage, played[None, :])[0]
    return Expected(
        resolved.crisis,
        resolved.round,
        resolved.effective_musd,
        nash_from_zero_musd=round(float(money[1])),
        nash_from_optimum_musd=round(float(money[2])),
        optimum_musd=round(float(money[3])),
        optimum_pledges_musd=int(best.sum()),
        efficiency=efficiency(0),
        nash_efficiency=efficiency(1),
        gain_musd=float(gains[0]),
        nash_gain_musd=float(gains[1]),
        possible_gain_musd=possible,
        nash_payoff_musd=dict(zip(stage.seats, payoffs[1].tolist(), strict=True)),
        optimum_payoff_musd=dict(zip(stage.seats, payoffs[3].tolist(), strict=True)),
        from_nash_musd=_by_seat(stage, played - ends[0]),
        regret_musd=_by_seat(stage, np.rint(regrets).astype(np.int64)),
    )


def pledges_that_counted(stage: Stage, resolved: RoundResolved) -> Pledges:
    """What each government pledged, where its condition on the others was met; else 0."""
    pledged = (
        0 if seat in resolved.inactive else resolved.pledges_musd[seat] for seat in stage.seats
    )
    return np.array(list(pledged), dtype=np.int64)


def _by_seat(stage: Stage, amounts: Pledges) -> dict[SeatId, int]:
    return dict(zip(stage.seats, amounts.tolist(), strict=True))
