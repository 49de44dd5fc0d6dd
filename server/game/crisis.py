"""A round's money: what is needed, what can be pledged, how it is shared, what it achieves.

Owns the round rule of the model (section 4) and the arithmetic of drawing; the order in
which money is drawn is in `resolution`. All amounts are whole US$ millions; S is rounded to
9 decimals before it is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from server.game import condition
from server.game.condition import Condition
from server.game.outcome import withdrawn_musd
from server.game.scenario import Draws, Government, RoundScale, Scenario, SeatId


@dataclass(frozen=True, slots=True)
class RoundMoney:
    """What one round asks for."""

    divisor: int
    """By how many rounds the scenario's money is divided."""
    scheduled_need_musd: int
    """G_t: the need before banks withdraw."""
    claims_due_musd: Mapping[SeatId, int]
    """D_t by bank."""


def divisor(scenario: Scenario) -> int:
    """By how many rounds the scenario's money is divided."""
    return scenario.rounds if scenario.round_scale is RoundScale.SPLIT else 1


def share_of_round(amount_musd: int, rounds: int, round_number: int) -> int:
    """floor(A·t/T) - floor(A·(t-1)/T): whole parts that add up to A (model, 4)."""
    return amount_musd * round_number // rounds - amount_musd * (round_number - 1) // rounds


def round_money(
    scenario: Scenario, draws: Draws, round_number: int, before: Condition | None = None
) -> RoundMoney:
    """What round `round_number`, from 1, asks for; the shock is in the need.

    Where claims roll, all that was not withdrawn falls due in every round.
    """
    parts = divisor(scenario)
    part = round_number if parts > 1 else 1
    need_musd = condition.crisis_need_musd(scenario, draws, before)
    if before is not None and scenario.switches.rolling_claims:
        claims = before.claims_musd
    else:
        claims = {
            bank.id: share_of_round(bank.claims_due_musd, parts, part) for bank in scenario.banks
        }
    return RoundMoney(parts, share_of_round(need_musd, parts, part), claims)


def withdrawals_permille(
    scenario: Scenario, claims_due_musd: Mapping[SeatId, int], decided: Mapping[SeatId, int]
) -> tuple[Mapping[SeatId, int], bool]:
    """What leaves of each bank's claims, and whether cross-default made all of it leave.

    Past the share xd of what is due everything falls due (model, 2.4).
    """
    due_musd = sum(claims_due_musd.values())
    if not scenario.switches.cross_default or not due_musd:
        return decided, False
    leaving = sum(decided[bank] * claims for bank, claims in claims_due_musd.items())
    if leaving <= scenario.cross_default_share * 1000 * due_musd:
        return decided, False
    return dict.fromkeys(decided, 1000), True


def need_of_round_musd(
    money: RoundMoney, withdrawn_permille: Mapping[SeatId, int], before: Condition | None
) -> int:
    """N = G + sum q·D + chi·F (model, 4)."""
    banks_musd = sum(
        withdrawn_musd(claims, withdrawn_permille[bank])
        for bank, claims in money.claims_due_musd.items()
    )
    return money.scheduled_need_musd + banks_musd + (before.crowd_leaving_musd if before else 0)


def claims_to_come_musd(scenario: Scenario, round_number: int) -> int:
    """Claims that fall due after a round, where they do not roll."""
    parts = divisor(scenario)
    if parts == 1:
        return sum(bank.claims_due_musd for bank in scenario.banks) * (
            scenario.rounds > round_number
        )
    return sum(
        bank.claims_due_musd - bank.claims_due_musd * round_number // parts
        for bank in scenario.banks
    )


def largest_pledge_musd(scenario: Scenario, seat: Government, last_stability: float) -> int:
    """B/T, weakened by the crisis, rounded down to the step (model, 4).

    Args:
        scenario: the game.
        seat: the government.
        last_stability: S of the round before; 1 before the first.
    """
    capacity = seat.capacity_musd / divisor(scenario)
    capacity *= 1 - seat.crisis_weakness * (1 - last_stability)
    # Guards against 5000 coming out as 4999.999… after the division.
    steps = math.floor(capacity / scenario.pledge_step_musd + 1e-9)
    return steps * scenario.pledge_step_musd


def stability_of(effective_musd: int, need_musd: int, sharpness: float) -> float:
    """S = min(1, E/N)^rho; a provision point for rho = inf; 1 where nothing is needed."""
    if effective_musd >= need_musd:
        return 1.0
    if math.isinf(sharpness):
        return 0.0
    return float(round((effective_musd / need_musd) ** sharpness, 9))


def apportion(total_musd: int, weights: Mapping[SeatId, int]) -> dict[SeatId, int]:
    """`total_musd` in whole parts pro rata by largest remainder, ties by seat order.

    Nobody gets more than its weight: where the weights sum to less, they are the answer.
    """
    whole = sum(weights.values())
    if whole <= total_musd:
        return dict(weights)
    parts = {seat: total_musd * weight // whole for seat, weight in weights.items()}
    by_remainder = sorted(
        weights, key=lambda seat: total_musd * weights[seat] % whole, reverse=True
    )
    for seat in by_remainder[: total_musd - sum(parts.values())]:
        parts[seat] += 1
    return parts
