"""Theory beside what was played: each round's equilibrium and optimum, and the distances.

Owns the comparison of resolved rounds with their stages: banks, the Fund and everybody
outside the governments are taken as they acted, the governments' pledges are compared.
Reads events of the game, never a store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from server.game.crisis import divisor
from server.game.events import RoundResolved
from server.game.scenario import Scenario, SeatId
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
    efficiency: float | None
    """(W - W_0)/(W_opt - W_0) of the round; None where nothing can be gained."""
    nash_efficiency: float | None
    """That of the equilibrium from no pledges."""
    from_nash_musd: dict[SeatId, int]
    """What each pledged beyond its pledge in the equilibrium from no pledges."""
    regret_musd: dict[SeatId, int]
    """What each missed against its best reply to what the others pledged."""


def expected(scenario: Scenario, rounds: Iterable[RoundResolved]) -> list[Expected]:
    """Theory beside every resolved round of a session, in order.

    Args:
        scenario: the session's, with its later crises.
        rounds: its resolved rounds, from the first.
    """
    crises = (scenario, *scenario.later_crises)
    compared: list[Expected] = []
    last: RoundResolved | None = None
    for resolved in rounds:
        before = last.stability if last and last.crisis == resolved.crisis else 1.0
        stage = _stage(crises[resolved.crisis - 1], resolved, before)
        compared.append(_compared(stage, resolved))
        last = resolved
    return compared


def _stage(scenario: Scenario, resolved: RoundResolved, last_stability: float) -> Stage:
    return round_stage(
        scenario,
        divisor=divisor(scenario),
        need_musd=resolved.need_musd,
        official_musd=resolved.effective_musd - sum(resolved.drawn_musd.values()),
        tranche_musd=resolved.tranche_musd,
        last_stability=last_stability,
    )


def _compared(stage: Stage, resolved: RoundResolved) -> Expected:
    played: Pledges = np.array([resolved.pledges_musd[seat] for seat in stage.seats])
    best, _ = optimum(stage)
    ends, _ = settle(Replies(stage), np.vstack([np.zeros_like(best), best]))
    profiles = np.vstack([played, ends, best, np.zeros_like(best)])
    money = stage.effective(profiles.sum(axis=1).astype(np.float64))
    welfare = stage.welfare(profiles)
    possible = float(welfare[3] - welfare[4])

    def efficiency(row: int) -> float | None:
        return float(welfare[row] - welfare[4]) / possible if possible > 0.5 else None

    regrets = regrets_musd(stage, played[None, :])[0]
    return Expected(
        resolved.crisis,
        resolved.round,
        resolved.effective_musd,
        nash_from_zero_musd=round(float(money[1])),
        nash_from_optimum_musd=round(float(money[2])),
        optimum_musd=round(float(money[3])),
        efficiency=efficiency(0),
        nash_efficiency=efficiency(1),
        from_nash_musd=_by_seat(stage, played - ends[0]),
        regret_musd=_by_seat(stage, np.rint(regrets).astype(np.int64)),
    )


def _by_seat(stage: Stage, amounts: Pledges) -> dict[SeatId, int]:
    return dict(zip(stage.seats, amounts.tolist(), strict=True))
