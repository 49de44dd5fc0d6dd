"""Every occasion on which a bot acted in a handful of matches, played once for all tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from server.bots import BOTS, Bot, decision_random, decisions_of, default_bot, make
from server.game.actions import Action
from server.game.cards import View
from server.game.events import DecidedBy, Event, ReadyMarked, Said
from server.game.scenario import Role, Scenario, SeatId, Switches
from server.game.state import evolve, replay
from server.game.views import Viewer, ViewerKind, view_for
from server.tournament import Match, play
from tests.server.bots.tables import EVERYTHING

NOTHING = replace(
    EVERYTHING,
    name="nothing",
    switches=Switches(home_stakes=True, links=True, private_returns=True, packages=True),
    breach_fine_musd=0,
    later_crises=(),
)
"""The same table with every advanced rule off."""
OTHERS = {
    Role.GOVERNMENT: ("free-rider", "leader"),
    Role.BANK: ("stay",),
    Role.IMF: ("catalytic",),
    Role.DEBTOR: ("adjuster",),
}


@dataclass(frozen=True)
class Occasion:
    """A bot that is about to act."""

    bot: Bot
    view: View
    seed: int
    seat: SeatId
    number: int

    def act(self, view: View | None = None, *, seed: int | None = None) -> Action | None:
        """What it does, or would do if it saw something else or had other luck."""
        random = decision_random(self.seed if seed is None else seed, self.seat, self.number)
        return self.bot.act(view or self.view, random)


def name_for(bot: str, scenario: Scenario) -> str:
    """The bot's name with a seat of the scenario, where it takes one."""
    return f"{bot}:{scenario.governments[-1].id}" if BOTS[bot].takes == ":SEAT" else bot


def alike(bot: str, scenario: Scenario) -> dict[SeatId, str]:
    """The bot in every seat that it can play, the role's default in the others."""
    return {
        seat.id: name_for(bot, scenario) if seat.role in BOTS[bot].roles else default_bot(seat.role)
        for seat in scenario.seats
    }


def mixed(bot: str, scenario: Scenario) -> dict[SeatId, str]:
    """The bot in the first seat that is for it, and one kind after another in the others."""
    seats, met = dict[SeatId, str](), Counter[Role]()
    main_role = next(iter(BOTS[bot].roles))
    for seat in scenario.seats:
        own = [name_for(bot, scenario)] if seat.role is main_role else []
        kinds = [*own, *OTHERS[seat.role]]
        seats[seat.id] = kinds[met[seat.role] % len(kinds)]
        met[seat.role] += 1
    return seats


@cache
def matches(bot: str) -> tuple[tuple[dict[SeatId, str], Match], ...]:
    """With every rule on and off, among its like and among others: who sat where, and the match."""
    return tuple(
        (seats, play(scenario, seats, 3))
        for scenario in (EVERYTHING, NOTHING)
        for seats in (alike(bot, scenario), mixed(bot, scenario))
    )


@cache
def occasions(bot: str) -> tuple[Occasion, ...]:
    """Every time it acted in `matches`."""
    return tuple(
        occasion for seats, match in matches(bot) for occasion in _occasions(bot, seats, match)
    )


def _occasions(bot: str, seats: dict[SeatId, str], match: Match) -> Iterator[Occasion]:
    state, number = replay(match.events[:1]), decisions_of(match.events[:1])
    for event in match.events[1:]:
        seat = _actor(event)
        if seat is not None and seats[seat].partition(":")[0] == bot:
            maker = make(seats[seat], state.scenario.seat_by_id[seat].role)
            view = view_for(state, Viewer(ViewerKind.SEAT, seat))
            yield Occasion(maker, view, state.draws.seed, seat, number[seat])
        state = evolve(state, event)
        number += decisions_of([event])


def _actor(event: Event) -> SeatId | None:
    """The seat that acted, where the event is what a bot asked for."""
    if isinstance(event, Said | ReadyMarked) or getattr(event, "by", None) is DecidedBy.BOT:
        return getattr(event, "seat", None)
    return None
