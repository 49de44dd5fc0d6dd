"""What an event card changes: one number at a time, until the crisis ends.

Owns how a card turns a scenario into another; `state` keeps the changed one, so that every
rule reads numbers that hold now and no rule knows of cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from server.game.scenario import Bank, Effect, EventCard, Government, Scenario, SeatId


def with_card(scenario: Scenario, card: EventCard) -> Scenario:
    """The scenario as it is once `card` has happened."""
    for effect in card.effects:
        if effect.seat is None:
            scenario = _changed(scenario, effect)
        else:
            seats = tuple(
                _changed(seat, effect) if seat.id == effect.seat else seat
                for seat in scenario.seats
            )
            scenario = replace(scenario, seats=seats)
    return scenario


def with_lobbying(scenario: Scenario, lobbied_permille: Mapping[SeatId, int]) -> Scenario:
    """The scenario of a round in which banks worked on their governments.

    omega' = min(1, omega + effect·sum of the forces of its banks) (model, 1, row 49).
    """
    raised = dict[SeatId, float]()
    for bank, force in lobbied_permille.items():
        seat = scenario.seat_by_id[bank]
        assert isinstance(seat, Bank), "only banks lobby"
        raised[seat.home] = raised.get(seat.home, 0.0) + scenario.lobby_effect * force / 1000
    seats = tuple(
        replace(seat, bank_weight=min(1.0, seat.bank_weight + raised[seat.id]))
        if isinstance(seat, Government) and seat.id in raised
        else seat
        for seat in scenario.seats
    )
    return replace(scenario, seats=seats)


def _changed(owner: Any, effect: Effect) -> Any:
    value = getattr(owner, effect.field)
    changed = value * effect.factor if effect.becomes is None else effect.becomes
    return replace(owner, **{effect.field: round(changed) if isinstance(value, int) else changed})
