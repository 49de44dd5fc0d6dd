"""When the banks stay: how much money must be there for that, and to make a run impossible.

Owns the roll-over game (model, section 3 (v)) for banks that need not be alike. Between the
two thresholds it depends on what banks expect of one another. Cross-default, lobbying and
favours are left out. Amounts are US$ millions of money against the need.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.game.scenario import Bank, Scenario, SeatId


@dataclass(frozen=True, slots=True)
class Rollover:
    """The thresholds of the banks' game."""

    stay_from_musd: float | None
    """E_low: if all others stay, so does each bank; None: no money is enough."""
    no_run_from_musd: float | None
    """E_high: even out of a run of all, one bank after another stays."""
    stability_to_stay: dict[SeatId, float]
    """S*: the stability from which each bank stays if all others do; above 1: never."""


def rollover(
    scenario: Scenario, guidance_permille: Mapping[SeatId, int] | None = None
) -> Rollover | None:
    """The thresholds of a scenario's undivided game; None where there are no banks.

    Args:
        scenario: the game.
        guidance_permille: y by government: how hard it leans on its banks.
    """
    banks = scenario.banks
    if not banks:
        return None
    guided = guidance_permille or {}
    everybody = {bank.id for bank in banks}
    together = [_money_to_stay(scenario, bank, everybody, guided) for bank in banks]
    return Rollover(
        _finite(max(together)),
        _finite(_out_of_a_run(scenario, guided)),
        {bank.id: _stability_to_stay(scenario, bank, everybody, guided) for bank in banks},
    )


def _out_of_a_run(scenario: Scenario, guided: Mapping[SeatId, int]) -> float:
    """Money from which banks leave a run one by one, the most willing first.

    A bank that stays lowers the need and the peers' cost of staying, so the next is more
    willing than before; the money must suffice for the least willing step.
    """
    staying: set[SeatId] = set()
    needed = -math.inf
    while len(staying) < len(scenario.banks):
        money, seat = min(
            (_money_to_stay(scenario, bank, staying | {bank.id}, guided), bank.id)
            for bank in scenario.banks
            if bank.id not in staying
        )
        needed = max(needed, money)
        staying.add(seat)
    return needed


def _money_to_stay(
    scenario: Scenario, bank: Bank, staying: Collection[SeatId], guided: Mapping[SeatId, int]
) -> float:
    """E that makes `bank` stay where just `staying`, itself among them, do: S*^(1/rho)·N."""
    wanted = _stability_to_stay(scenario, bank, staying, guided)
    if wanted <= 0:
        return 0.0
    if wanted > 1:
        return math.inf
    out = sum(other.claims_due_musd for other in scenario.banks if other.id not in staying)
    coverage = float(wanted ** (1 / scenario.sharpness))
    return coverage * (scenario.need_musd + out)


def _stability_to_stay(
    scenario: Scenario, bank: Bank, staying: Collection[SeatId], guided: Mapping[SeatId, int]
) -> float:
    """S* = (h - eps - peer - guidance)/(h + s)."""
    margin = bank.collapse_loss - bank.exit_cost
    if scenario.switches.peer_pressure:
        margin -= bank.peer_pressure * _staying_peers(scenario, bank, staying)
    if scenario.switches.guidance:
        home = scenario.seat_by_id[bank.home]
        weight = getattr(home, "bank_weight", 0.0)
        margin -= (1 - weight) * guided.get(bank.home, 0) / 1000
    range_of_return = bank.collapse_loss + bank.interest_spread
    if not range_of_return:
        return 0.0 if margin <= 0 else math.inf
    return margin / range_of_return


def _staying_peers(scenario: Scenario, bank: Bank, staying: Collection[SeatId]) -> float:
    """The weighted share of a bank's peers that stay."""
    weights = scenario.peers_of[bank.id]
    whole = sum(weights.values())
    if not whole:
        return 0.0
    return sum(weight for peer, weight in weights.items() if peer in staying) / whole


def _finite(money: float) -> float | None:
    return money if math.isfinite(money) else None
