"""Deals between two seats: pressure, lobbying, favours. Others learn of them in the debrief."""

from __future__ import annotations

from server.game import standing
from server.game.actions import Lobby, OfferFavour, Press
from server.game.checks import check_amount, check_named, check_range, government
from server.game.events import DecidedBy, Event, FavourOffered, Lobbied, Pressed
from server.game.scenario import SeatId
from server.game.state import State


def press(state: State, seat: SeatId, action: Press, by: DecidedBy, at_ms: int) -> list[Event]:
    """A demand on another government; a later one takes its place."""
    others = [other.id for other in state.scenario.governments if other.id != seat]
    check_named(action.on, others, "on")
    check_amount(state, action.ask_musd, standing.largest_demand_musd(state), "ask_musd")
    return [Pressed(seat, action.on, action.ask_musd, by, at_ms)]


def lobby(state: State, seat: SeatId, action: Lobby, by: DecidedBy, at_ms: int) -> list[Event]:
    """How hard a bank works on its government; a later force takes its place."""
    check_range(action.force_permille, 1000, "force_permille")
    return [Lobbied(seat, action.force_permille, by, at_ms)]


def offer_favour(
    state: State, seat: SeatId, action: OfferFavour, by: DecidedBy, at_ms: int
) -> list[Event]:
    """A promise to one of the own banks; a later one takes its place."""
    own = [bank.id for bank in state.scenario.banks if bank.home == seat]
    check_named(action.bank, own, "bank")
    limit_musd = standing.pledge_limit_musd(state, government(state, seat))
    check_range(action.favour_musd, limit_musd, "favour_musd")
    check_range(action.withdrawn_at_most_permille, 1000, "withdrawn_at_most_permille")
    return [
        FavourOffered(
            seat, action.bank, action.favour_musd, action.withdrawn_at_most_permille, by, at_ms
        )
    ]
