"""The undivided one-shot game: the ledger of one profile, as in the model's tables.

The calculator of instructors and researchers, and the truth against which `theory` is
tested. Knows no rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.game import condition
from server.game.crisis import RoundMoney
from server.game.outcome import Outcome
from server.game.payoffs import lines_musd, welfare_musd
from server.game.resolution import Decisions, resolve
from server.game.scenario import Scenario, SeatId


@dataclass(frozen=True, slots=True)
class OneShot:
    """The undivided game, played once with given decisions."""

    outcome: Outcome
    lines_musd: Mapping[SeatId, Mapping[str, int]]
    welfare_musd: int


def one_shot(scenario: Scenario, decisions: Decisions) -> OneShot:
    """The ledger of one profile of the undivided one-shot game.

    Takes any whole US$ million; seats that are not named pledge or withdraw 0. Reserves and
    panic are those of the first round.

    Raises:
        ValueError: a seat is named that has no such decision, or an amount is outside
            0..capacity, 0..1000 permille, or a tranche below 0.
    """
    _check_profile(scenario, decisions)
    whole = RoundMoney(
        1, scenario.need_musd, {bank.id: bank.claims_due_musd for bank in scenario.banks}
    )
    full = replace(
        decisions,
        pledges_musd={
            seat.id: decisions.pledges_musd.get(seat.id, 0) for seat in scenario.governments
        },
        withdrawn_permille={
            bank.id: decisions.withdrawn_permille.get(bank.id, 0) for bank in scenario.banks
        },
    )
    outcome = resolve(scenario, whole, full, condition.opening(scenario))
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
