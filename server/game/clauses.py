"""Which pledges count where each may depend on the others.

Owns the rule of conditional pledges: the greatest fixed point (model, section 3 (vii)).
A package's minimum total is the same rule: whoever signed it pays only if it is reached.
"""

from __future__ import annotations

from collections.abc import Mapping

from server.game.scenario import SeatId


def active_pledges(
    pledges_musd: Mapping[SeatId, int], others_at_least_musd: Mapping[SeatId, int]
) -> dict[SeatId, int]:
    """The pledges whose conditions hold together; the others are left out.

    All start active; whoever finds less than it asked for among the others' active pledges
    is dropped, until nobody is. Monotone, so the result is unique whatever the order.

    Args:
        pledges_musd: x by government.
        others_at_least_musd: theta by government; 0, or left out, is no condition.
    """
    active = dict(pledges_musd)
    while True:
        together = sum(active.values())
        kept = {
            seat: pledge
            for seat, pledge in active.items()
            if together - pledge >= others_at_least_musd.get(seat, 0)
        }
        if len(kept) == len(active):
            return active
        active = kept
