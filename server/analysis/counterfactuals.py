"""What another pledge would have brought a government, all else as it was.

By the game's own rules, one round and one change at a time: the others are assumed not to
react, and what the round leaves to later ones is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from server.analysis.played import Played, PlayedRound
from server.game.scenario import SeatId
from server.theory.expected import pledges_that_counted, stage_of_round


@dataclass(frozen=True, slots=True)
class Other:
    """Another pledge in one round."""

    crisis: int
    round: int
    what: str
    """nothing, best or all; what is best is called so, whatever it is."""
    pledge_musd: int
    change_musd: int
    """By how much the seat's payoff of the round would have been larger, rounded."""
    effective_musd: int
    """All money that would have been drawn."""


def other_pledges(played: Played, seat: SeatId) -> list[Other]:
    """For each resolved round: no pledge, the best one, and all that could be pledged.

    A pledge that was made as it stands is left out.
    """
    return [other for one in played.rounds for other in _others(one, seat)]


def _others(one: PlayedRound, seat: SeatId) -> list[Other]:
    stage = stage_of_round(one.before, one.resolved)
    place = stage.seats.index(seat)
    pledged = pledges_that_counted(stage, one.resolved)
    levels = stage.levels_musd(place)
    payoffs = stage.own_payoffs(place, pledged[None, :])[0]
    here = float(stage.payoffs(pledged)[place])
    # Of equals the smaller, as everywhere in theory.
    best = int(levels[(payoffs >= payoffs.max() - 0.5).argmax()])
    tried = {0: "nothing", int(stage.limits_musd[place]): "all"} | {best: "best"}
    found = []
    for amount, what in sorted(tried.items()):
        if amount == pledged[place]:
            continue
        changed = pledged.copy()
        changed[place] = amount
        total = np.array(float(changed.sum()))
        found.append(
            Other(
                one.resolved.crisis,
                one.resolved.round,
                what,
                amount,
                round(float(stage.payoffs(changed)[place]) - here),
                round(float(stage.effective(total))),
            )
        )
    return found
