"""The payoff lines of a bank, one small function a line (model, section 2.4).

In floating point, US$ millions; which lines a scenario has, and how they are rounded, is
in `payoffs`.
"""

from __future__ import annotations

from server.game.government_lines import favour_due
from server.game.outcome import Outcome
from server.game.scenario import Bank, Government, Scenario


def interest(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """s·(1-q)·D·S: earned on claims that stay (model, 2.4)."""
    return seat.interest_spread * _staying(seat, outcome) * outcome.stability


def loss(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-h·(1-q)·D·(1-S): lost on claims that stay (model, 2.4)."""
    return -seat.collapse_loss * _staying(seat, outcome) * (1 - outcome.stability)


def exit_cost(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-eps·q·D: the price of leaving (model, 2.4)."""
    return -seat.exit_cost * _leaving(seat, outcome)


def _staying(seat: Bank, outcome: Outcome) -> float:
    permille = 1000 - outcome.withdrawn_permille[seat.id]
    return permille * outcome.claims_due_musd[seat.id] / 1000


def peer(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-psi·q·D·(weighted share of the peers that stay): committee, syndicate (model, 2.4)."""
    peers = scenario.peers_of[seat.id]
    whole = sum(peers.values())
    if not whole:
        return 0.0
    staying = sum(
        weight * (1000 - outcome.withdrawn_permille[bank]) / 1000 for bank, weight in peers.items()
    )
    return -seat.peer_pressure * _leaving(seat, outcome) * staying / whole


def guidance(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-(1-omega)·y·q·D: only as strong as the state is dominant (model, 2.4)."""
    home = scenario.seat_by_id[seat.home]
    assert isinstance(home, Government), "a bank's home is a government"
    force = outcome.guidance_permille.get(home.id, 0) / 1000
    return -(1 - home.bank_weight) * force * _leaving(seat, outcome)


def lobbying(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """-cost·b²: the price of lobbying, as that of guidance (model, 1, row 49)."""
    force = outcome.lobbied_permille.get(seat.id, 0) / 1000
    return -seat.lobby_cost_musd / outcome.divisor * force * force


def favour(scenario: Scenario, seat: Bank, outcome: Outcome) -> float:
    """+t if q ≤ the share agreed: quid pro quo, paid by the home government (model, 2.4)."""
    return float(favour_due(outcome, seat.id))


def _leaving(seat: Bank, outcome: Outcome) -> float:
    return outcome.withdrawn_permille[seat.id] * outcome.claims_due_musd[seat.id] / 1000
