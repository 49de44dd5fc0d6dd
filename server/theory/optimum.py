"""The profile of pledges that is best for all governments together.

Owns the optimum on the grid. Welfare is Psi·S(E) less costs that each depend on one pledge
alone, so for a given total the cheapest steps come first; costs are convex, so taking them
one after another is exact.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from server.theory.equilibria import TIE_MUSD
from server.theory.stage import Floats, Pledges, Stage

MOST_TOTALS = 2_000
"""Where every total has an order of its own, no more totals than this are tried."""


def optimum(stage: Stage) -> tuple[Pledges, bool]:
    """A profile of greatest welfare, the smallest of those in total, and whether that is sure.

    It is not sure only where credit losses differ between governments and the grid is so
    fine that not every total was tried. Of steps that cost the same, each government in
    turn takes one.
    """
    free = replace(stage, others_at_least_musd=None)
    costs, places, numbers = _steps(free)
    last = min(len(costs), -(-free.room_musd // free.grid_musd))
    differ = np.ptp(free.credit_loss) > 0
    if not differ:
        order = np.lexsort((places, numbers, costs))[:last]
        return _best(free, _cumulated(free, places[order])), True
    totals = np.unique(np.linspace(0, last, min(last + 1, MOST_TOTALS)).astype(np.int64))
    profiles = [_cheapest(free, int(total), costs, places, numbers) for total in totals.tolist()]
    return _best(free, np.array(profiles)), len(totals) == last + 1


def _steps(stage: Stage) -> tuple[Floats, Pledges, Pledges]:
    """Every step of every government: what it costs all together, whose it is, its number.

    Private returns count, those that leak too; stability and credit losses do not.
    """
    grid = stage.grid_musd
    rates = stage.unit_cost - stage.private_rate - stage.leak_rate * stage.leak_share.sum()
    costs, places, numbers = [], [], []
    for place, rate in enumerate(rates):
        number = np.arange(1, stage.limits_musd[place] // grid + 1, dtype=np.int64)
        costs.append(rate * grid + stage.resistance[place] * grid * grid * (2 * number - 1))
        places.append(np.full(len(number), place, dtype=np.int64))
        numbers.append(number)
    return np.concatenate(costs), np.concatenate(places), np.concatenate(numbers)


def _cumulated(stage: Stage, places: Pledges) -> Pledges:
    """The profiles after none, the first, the second … of the steps."""
    taken = np.zeros((len(places) + 1, len(stage.seats)), dtype=np.int64)
    taken[np.arange(1, len(places) + 1), places] = stage.grid_musd
    return np.cumsum(taken, axis=0)


def _cheapest(
    stage: Stage, total: int, costs: Floats, places: Pledges, numbers: Pledges
) -> Pledges:
    """The cheapest profile of `total` steps, where part of the money is lost as at that total."""
    pledged = np.array(float(total * stage.grid_musd))
    lost = stage.credit_loss * (1 - float(stage.stability(pledged))) * stage.grid_musd
    order = np.lexsort((places, numbers, costs + lost[places]))[:total]
    return np.bincount(places[order], minlength=len(stage.seats)) * stage.grid_musd


def _best(stage: Stage, profiles: Pledges) -> Pledges:
    welfare = stage.welfare(profiles)
    return np.asarray(profiles[int((welfare >= welfare.max() - TIE_MUSD).argmax())])
