"""What the others do when one government commits itself first.

Owns leadership and critical mass (model, sections 3 (vi) and 6.4). The followers start from
nothing and answer in best replies until they rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from server.game.scenario import SeatId
from server.theory.equilibria import Replies, settle
from server.theory.stage import Floats, Pledges

CASCADE_SHARE = 1 / 6
"""The others add this share of the need: a cascade. 10 of 60 bn in the reference instance."""


@dataclass(frozen=True, slots=True)
class Leadership:
    """One government in the lead."""

    seat: SeatId
    commitment_musd: int
    """What pays it most to commit, the smaller of equals."""
    total_musd: int
    """All pledges that then come together."""
    payoff_musd: int
    critical_mass_musd: int | None
    """The smallest commitment that starts a cascade; None: none does."""


def leaderships(replies: Replies) -> list[Leadership]:
    """Each government in the lead, in seat order."""
    return [_lead(replies, place) for place in range(len(replies.stage.seats))]


def answers(replies: Replies, leader: int) -> Pledges:
    """The profile to which each commitment of the leader leads; one row a level."""
    levels = replies.stage.levels_musd(leader)
    starts = np.zeros((len(levels), len(replies.stage.seats)), dtype=np.int64)
    starts[:, leader] = levels
    followers = [place for place in range(starts.shape[1]) if place != leader]
    ends, _ = settle(replies, starts, followers)
    return ends


def _lead(replies: Replies, leader: int) -> Leadership:
    stage = replies.stage
    profiles = answers(replies, leader)
    payoffs: Floats = stage.payoffs(profiles)[:, leader]
    best = int((payoffs >= payoffs.max() - 1e-6).argmax())
    others = profiles.sum(axis=1) - profiles[:, leader]
    cascade = others - others[0] >= CASCADE_SHARE * stage.need_musd
    return Leadership(
        stage.seats[leader],
        int(profiles[best, leader]),
        int(profiles[best].sum()),
        round(float(payoffs[best])),
        int(profiles[int(cascade.argmax()), leader]) if cascade.any() else None,
    )
