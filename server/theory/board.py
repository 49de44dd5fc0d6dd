"""What the Fund's board would do: for whom a tranche is worth its part of the cost.

Owns the reservation costs of the vote; how ballots are counted is the game's own
`server.game.board`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from server.game import board as rules
from server.game.actions import Ballot
from server.game.events import DecidedBy, TrancheProposed
from server.game.scenario import Scenario, SeatId
from server.theory.equilibria import Replies, settle
from server.theory.solution import Setting
from server.theory.stage import Floats, Pledges


@dataclass(frozen=True, slots=True)
class Vote:
    """A tranche before the board, where each government votes by its own gain."""

    tranche_musd: int
    reservation_costs: dict[SeatId, float]
    """By voter, the cost per dollar of its share up to which it gains: Psi/(N·w) where
    stability is linear, a Lindahl price where votes are in proportion to stakes."""
    gains_musd: dict[SeatId, int]
    """By voter, at the scenario's own `imf_unit_cost`."""
    exceptional: bool
    """Above ordinary access, so that 85 % are needed."""
    passes: bool
    passes_up_to_cost: float
    """The highest cost per dollar at which it would pass; 0 if at none."""


def vote(scenario: Scenario, tranche_musd: int, setting: Setting | None = None) -> Vote | None:
    """How the board would vote on a tranche, comparing the rounds with it and without it.

    Both are what best replies lead to from no pledges, so that pledges which the Fund's
    money crowds out, or in, are counted. None where nobody votes or there is no tranche.
    """
    setting = setting or Setting()
    voters = rules.voters(scenario)
    if not voters or not tranche_musd:
        return None
    free = replace(scenario, imf_unit_cost=0.0)
    without = _resting_payoffs(free, replace(setting, tranche_musd=0))
    granted = _resting_payoffs(free, replace(setting, tranche_musd=tranche_musd))
    stage = setting.stage(free)
    places = {seat: place for place, seat in enumerate(stage.seats)}
    drawn_musd = min(tranche_musd, stage.need_musd)
    worth = {seat.id: float((granted - without)[places[seat.id]]) for seat in voters}
    shares = {seat.id: seat.quota_share * drawn_musd for seat in voters}
    reservations = {seat: worth[seat] / shares[seat] for seat in worth}
    cost = scenario.imf_unit_cost
    prices = sorted({max(0.0, price) for price in reservations.values()}, reverse=True)
    accepted = (
        price
        for price in prices
        if _passes(scenario, tranche_musd, reservations, price, weakly=True)
    )
    return Vote(
        tranche_musd,
        reservations,
        {seat: round(worth[seat] - cost * shares[seat]) for seat in worth},
        tranche_musd > rules.ordinary_access_musd(scenario, scenario.need_musd),
        _passes(scenario, tranche_musd, reservations, cost),
        next(accepted, 0.0),
    )


def _resting_payoffs(scenario: Scenario, setting: Setting) -> Floats:
    stage = setting.stage(scenario)
    start: Pledges = np.zeros((1, len(stage.seats)), dtype=np.int64)
    ends, _ = settle(Replies(stage), start)
    return np.asarray(stage.payoffs(ends)[0])


def _passes(
    scenario: Scenario,
    tranche_musd: int,
    reservations: dict[SeatId, float],
    cost: float,
    *,
    weakly: bool = False,
) -> bool:
    """Whether it passes if each votes yes who gains; `weakly`: also who loses nothing."""
    proposal = TrancheProposed(1, None, tranche_musd, DecidedBy.CLOCK, True, 0)
    ballots = {
        (1, seat): Ballot.YES if price > cost or (weakly and price == cost) else Ballot.NO
        for seat, price in reservations.items()
    }
    ordinary = rules.ordinary_access_musd(scenario, scenario.need_musd)
    return rules.count(scenario, (proposal,), ballots, ordinary, 0).passed is not None
