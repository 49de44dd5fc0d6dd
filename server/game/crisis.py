"""A round's money: what is needed, what can be pledged, what is drawn, what it achieves.

Owns the round rule and the order of resolution of the model (section 4). All amounts
are whole US$ millions; S is rounded to 9 decimals before it is used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from server.game.payoffs import Outcome, lines_musd, welfare_musd
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


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the seats decided in a round."""

    pledges_musd: Mapping[SeatId, int]
    withdrawn_permille: Mapping[SeatId, int]
    tranche_musd: int = 0
    """What the board granted and the Fund released."""
    leader: SeatId | None = None


def divisor(scenario: Scenario) -> int:
    """By how many rounds the scenario's money is divided."""
    return scenario.rounds if scenario.round_scale is RoundScale.SPLIT else 1


def share_of_round(amount_musd: int, rounds: int, round_number: int) -> int:
    """floor(A·t/T) - floor(A·(t-1)/T): whole parts that add up to A (model, 4)."""
    return amount_musd * round_number // rounds - amount_musd * (round_number - 1) // rounds


def round_money(scenario: Scenario, draws: Draws, round_number: int) -> RoundMoney:
    """What round `round_number`, from 1, asks for; the shock is in the need."""
    parts = divisor(scenario)
    part = round_number if parts > 1 else 1
    need_musd = round(scenario.need_musd * (1 + draws.need_shock_share))
    claims = {bank.id: share_of_round(bank.claims_due_musd, parts, part) for bank in scenario.banks}
    return RoundMoney(parts, share_of_round(need_musd, parts, part), claims)


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


def resolve(scenario: Scenario, money: RoundMoney, decisions: Decisions) -> Outcome:
    """Draw the money in the fixed order and say what it achieves (model, 4).

    Banks' withdrawals enlarge the need; the tranche is drawn first, then other
    institutions' money, then bilateral pledges pro rata up to the need.
    """
    withdrawn = sum(
        round(decisions.withdrawn_permille[bank] * claims / 1000)
        for bank, claims in money.claims_due_musd.items()
    )
    need_musd = money.scheduled_need_musd + withdrawn
    tranche_musd = min(decisions.tranche_musd, need_musd)
    ifi_musd = min(round(scenario.ifi_share * tranche_musd), need_musd - tranche_musd)
    drawn = apportion(need_musd - tranche_musd - ifi_musd, decisions.pledges_musd)
    effective_musd = tranche_musd + ifi_musd + sum(drawn.values())
    return Outcome(
        money.divisor,
        need_musd,
        tranche_musd,
        ifi_musd,
        effective_musd,
        stability_of(effective_musd, need_musd, scenario.sharpness),
        drawn,
        money.claims_due_musd,
        decisions.withdrawn_permille,
        decisions.leader,
    )


@dataclass(frozen=True, slots=True)
class OneShot:
    """The undivided game, played once with given decisions."""

    outcome: Outcome
    lines_musd: Mapping[SeatId, Mapping[str, int]]
    welfare_musd: int


def one_shot(scenario: Scenario, decisions: Decisions) -> OneShot:
    """The ledger of one profile of the undivided one-shot game.

    Takes any whole US$ million; seats that are not named pledge or withdraw 0.

    Raises:
        ValueError: a seat is named that has no such decision, or an amount is outside
            0..capacity, 0..1000 permille, or a tranche below 0.
    """
    _check_profile(scenario, decisions)
    whole = RoundMoney(
        1, scenario.need_musd, {bank.id: bank.claims_due_musd for bank in scenario.banks}
    )
    full = Decisions(
        {seat.id: decisions.pledges_musd.get(seat.id, 0) for seat in scenario.governments},
        {bank.id: decisions.withdrawn_permille.get(bank.id, 0) for bank in scenario.banks},
        decisions.tranche_musd,
        decisions.leader,
    )
    outcome = resolve(scenario, whole, full)
    ledger = lines_musd(scenario, outcome)
    return OneShot(outcome, ledger, welfare_musd(scenario, ledger))


def _check_profile(scenario: Scenario, decisions: Decisions) -> None:
    capacities = {seat.id: seat.capacity_musd for seat in scenario.governments}
    limits = {"pledge": capacities, "withdrawal": {bank.id: 1000 for bank in scenario.banks}}
    given = {"pledge": decisions.pledges_musd, "withdrawal": decisions.withdrawn_permille}
    for what, amounts in given.items():
        for seat, amount in amounts.items():
            if seat not in limits[what]:
                allowed = ", ".join(limits[what]) or "no seat"
                raise ValueError(f"{seat} makes no {what} here; allowed: {allowed}")
            if not 0 <= amount <= limits[what][seat]:
                raise ValueError(f"{what} of {seat}: {amount} is outside 0..{limits[what][seat]}")
    if decisions.tranche_musd < 0:
        raise ValueError(f"tranche: {decisions.tranche_musd} is below 0")
