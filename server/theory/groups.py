"""The smallest group of governments for which it pays to carry a rescue alone.

Owns Snidal's k-group (model, section 3 (iv)): members share the bill by heads or by stakes,
all others pay nothing, and every member must be no worse off than in collapse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from server.game.scenario import SeatId
from server.theory.equilibria import TIE_MUSD
from server.theory.stage import Floats, Stage

CLOSE = 1e-9
"""Shares that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is viable, and no smaller one is."""

    members: tuple[SeatId, ...]
    total_musd: int | None
    """The smallest joint payment that leaves no member worse off; None for the closed form,
    where any payment in these parts does."""


@dataclass(frozen=True, slots=True)
class KGroups:
    """The smallest viable group for each way of sharing; None where not even all are."""

    equal_pledges: Group | None
    proportional_pledges: Group | None
    """Pledges in proportion to stakes: the idea of quotas."""
    closed_form: bool
    """Whether from the closed form, at the first dollar, rather than from trying totals."""


def k_groups(stage: Stage) -> KGroups:
    """The smallest viable groups of a stage, conditions of clauses left aside.

    Where stability is linear, a group is viable iff its members' stakes cover their net
    cost of the first dollar: alpha·k ≥ c - p each for equal pledges, and a share of all
    stakes for proportional ones. Otherwise totals on the grid are tried; then groups that
    pay in proportion are those with the largest stakes.
    """
    stage = replace(stage, others_at_least_musd=None)
    if _is_linear(stage):
        return KGroups(_equal_closed(stage), _proportional_closed(stage), True)
    return KGroups(_equal_tried(stage), _proportional_tried(stage), False)


def _is_linear(stage: Stage) -> bool:
    special = stage.refund or stage.asks or stage.reserves_musd or stage.official_musd
    compared = stage.relative_gains.any() or stage.credit_loss.any() or stage.leak_rate.any()
    return stage.sharpness == 1 and not special and not compared


def _ratios(stage: Stage) -> tuple[Floats, Floats]:
    """alpha = Psi/N and c - p by government."""
    return stage.stake / stage.need_musd, stage.unit_cost - stage.private_rate


def _equal_closed(stage: Stage) -> Group | None:
    """alpha·k ≥ c - p for each of k members."""
    alpha, net = _ratios(stage)
    for size in range(1, len(stage.seats) + 1):
        gains = alpha * size - net
        if (gains >= -CLOSE).sum() >= size:
            return _group(stage, gains, size)
    return None


def _proportional_closed(stage: Stage) -> Group | None:
    """The members' stakes over N reach the net cost of the member to whom it is dearest."""
    alpha, net = _ratios(stage)
    best: Group | None = None
    for dearest in net:
        stakes = np.where(net <= dearest + CLOSE, alpha, -np.inf)
        reached = np.cumsum(np.sort(stakes)[::-1]) >= dearest - CLOSE
        if reached.any():
            size = int(reached.argmax()) + 1
            if best is None or size < len(best.members):
                best = _group(stage, stakes, size)
    return best


def _equal_tried(stage: Stage) -> Group | None:
    totals = _totals(stage)
    for size in range(1, len(stage.seats) + 1):
        parts = np.repeat((totals / size)[:, None], len(stage.seats), axis=1)
        gains = _gains_of_a_group(stage, parts, size)
        viable = (gains >= -TIE_MUSD).sum(axis=1) >= size
        if viable.any():
            row = int(viable.argmax())
            return _group(stage, gains[row], size, int(totals[row]))
    return None


def _gains_of_a_group(stage: Stage, parts: Floats, size: int) -> Floats:
    """What each would gain as one of `size` members that pay equal parts of a total.

    A member is tried together with the `size` - 1 next in seat order: who they are is nothing
    to it, but where payoffs are compared or leak. Who could not pay its part gets -inf.
    """
    seats = len(stage.seats)
    nothing = stage.payoffs(np.zeros(seats))
    gains = np.full(parts.shape, -np.inf)
    for place in range(seats):
        members = [(place + step) % seats for step in range(size)]
        profiles = np.zeros_like(parts)
        profiles[:, members] = parts[:, members]
        gain = stage.payoffs(profiles)[:, place] - nothing[place]
        gains[:, place] = np.where(parts[:, place] <= stage.limits_musd[place], gain, -np.inf)
    return gains


def _proportional_tried(stage: Stage) -> Group | None:
    totals = _totals(stage)
    largest = np.argsort(-stage.stake, kind="stable")
    nothing = stage.payoffs(np.zeros(len(stage.seats)))
    for size in range(1, len(largest) + 1):
        members = largest[:size]
        whole = stage.stake[members].sum()
        if whole <= 0:
            continue
        profiles = np.zeros((len(totals), len(stage.seats)))
        profiles[:, members] = totals[:, None] * stage.stake[members] / whole
        fits = (profiles <= stage.limits_musd).all(axis=1)
        gains = (stage.payoffs(profiles) - nothing)[:, members]
        viable = fits & (gains >= -TIE_MUSD).all(axis=1)
        if viable.any():
            chosen = np.where(np.isin(np.arange(len(largest)), members), 1.0, -np.inf)
            return _group(stage, chosen, size, int(totals[int(viable.argmax())]))
    return None


def _totals(stage: Stage) -> Floats:
    """Joint payments on the grid from the smallest, the whole need included."""
    last = max(0, min(int(stage.limits_musd.sum()), stage.room_musd))
    grid = np.arange(stage.grid_musd, last + 1, stage.grid_musd, dtype=np.float64)
    return np.unique(np.append(grid, last)) if last else grid


def _group(stage: Stage, worth: Floats, size: int, total_musd: int | None = None) -> Group:
    """The `size` governments to whom it is worth most, in seat order."""
    chosen = sorted(np.argsort(-worth, kind="stable")[:size].tolist())
    return Group(tuple(stage.seats[place] for place in chosen), total_musd)
