"""Fingerprints: how a bot's pledge answers what the others pledge.

The contribution schedule of Fischbacher, Gächter and Fehr (2001), asked of bots: the other
governments pledge the same part of their capacity in every round, and the bot's own pledges
are written down, for a grid of parts, as Ashlock and Kim (2008) probe strategies of the
prisoner's dilemma. The pledge phase alone is played, so nobody promises anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from random import Random
from statistics import fmean

from server.analysis.columns import Cell
from server.bots import Bot, default_bot, loading
from server.bots.bot import ready
from server.game.actions import Action, Pledge
from server.game.cards import View
from server.game.crisis import largest_pledge_musd
from server.game.scenario import Phase, PhasePlan, Role, Scenario, SeatId
from server.tournament.design import seed_of
from server.tournament.match import play
from server.tournament.plan import Plan

PROBES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""What the others pledge, of their capacity."""
ROUNDS = 5
"""Of a probe; in the first nothing is known of the others yet."""
OTHERS = "(steady)"
"""What the bots around the probed one are called in the log; no name of a plan's bot."""
ALIKE = 0.1
"""Of the capacity: a difference below it is none, when a fingerprint is named."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One bot in one scenario."""

    bot: str
    bot_version: str
    scenario: str
    pledged: tuple[tuple[float, ...], ...]
    """By probe, then round: the pledge of the largest one allowed, mean over the seats."""

    @property
    def schedule(self) -> tuple[float, ...]:
        """By probe, the mean from the second round on: when it has seen the others."""
        return tuple(fmean(rounds[1:]) for rounds in self.pledged)

    @property
    def slope(self) -> float:
        """Least squares: how much more it pledges, the others going from nothing to all."""
        x, y = PROBES, self.schedule
        spread = sum((one - fmean(x)) ** 2 for one in x)
        return sum((a - fmean(x)) * b for a, b in zip(x, y, strict=True)) / spread

    @property
    def kind(self) -> str:
        """The type of Fischbacher, Gächter and Fehr, or the nearest word to it."""
        low, high, middle = self.schedule[0], self.schedule[-1], max(self.schedule)
        if middle <= ALIKE:
            return "free rider"
        if middle - min(self.schedule) <= ALIKE:
            return "unconditional"
        if middle - max(low, high) > ALIKE:
            return "hump-shaped"
        return "conditional" if high > low else "substitute"

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Cells of the table `fingerprints`, without the tournament."""
        for others, rounds in zip(PROBES, self.pledged, strict=True):
            for number, pledged in enumerate(rounds, start=1):
                yield (self.bot, self.bot_version, self.scenario, others, number, pledged)


class Steady:
    """A government that pledges the same part of what it can, whatever happens."""

    def __init__(self, part: float) -> None:
        self._part = part

    def act(self, view: View, random: Random) -> Action | None:
        """See `Bot`."""
        me = view.own
        if me is not None and "pledge" in me.may and not me.final:
            step = view.scenario.pledge_step_musd
            return Pledge(round(self._part * me.largest_pledge_musd / step) * step)
        return ready(view)


def fingerprints(plan: Plan) -> Iterator[Fingerprint]:
    """Every bot of the governments' pool, in the plan's first scenario, seat by seat."""
    scenario = replace(
        plan.scenarios[0],
        rounds=ROUNDS,
        phases=(PhasePlan(Phase.PLEDGE),),
        later_crises=(),
        continue_probability=0.0,
    )
    for name in dict.fromkeys(plan.pool(Role.GOVERNMENT)):
        pledged = tuple(_probed(plan, scenario, name, part) for part in PROBES)
        yield Fingerprint(name, plan.version_of(name), scenario.name, pledged)


def _probed(plan: Plan, scenario: Scenario, name: str, part: float) -> tuple[float, ...]:
    """By round: the mean over the seats of what the bot pledges of its capacity."""
    seats = [seat.id for seat in scenario.governments]
    found = [_rates(plan, scenario, name, part, seat) for seat in seats]
    return tuple(fmean(rates) for rates in zip(*found, strict=True))


def _rates(plan: Plan, scenario: Scenario, name: str, part: float, probed: SeatId) -> list[float]:
    def maker(bot: str, role: Role, seats: Collection[SeatId]) -> Bot:
        if bot == OTHERS:
            return Steady(part)
        full = plan.full_name(bot)
        return loading.load(full, role, seats, folder=plan.folder, limits=plan.limits)

    cast = {seat.id: default_bot(seat.role) for seat in scenario.seats}
    cast |= {seat.id: OTHERS for seat in scenario.governments} | {probed: name}
    seed = seed_of(plan.document.seed, "fingerprint", probed)
    match = play(scenario, cast, seed, maker=maker)
    (seat,) = (one for one in scenario.governments if one.id == probed)
    most = largest_pledge_musd(scenario, seat, 1.0)
    return [one.pledges_musd[probed] / most for one in match.state.history]
