"""The IMF board: who votes, how much access there is, and how ballots are counted.

Owns the vote rule of the model (section 4). That exceptional access needs 85 % is a
simplification of the game; real credits need a simple majority. Knows no phases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from server.game.actions import Ballot
from server.game.events import TrancheProposed, VoteCounted
from server.game.scenario import Government, Scenario, SeatId

ORDINARY_MAJORITY = 0.5
"""Yes must be more than this share of yes and no."""
EXCEPTIONAL_MAJORITY = 0.85
"""Above ordinary access yes must be at least this share of yes and no."""
QUORUM = 0.5
"""Yes and no must be at least this share of the votes at the table."""


def voters(scenario: Scenario) -> tuple[Government, ...]:
    """The governments with a vote, in seat order."""
    return tuple(seat for seat in scenario.governments if seat.quota_share > 0)


def ordinary_access_musd(scenario: Scenario, scheduled_need_musd: int) -> int:
    """The most that a simple majority can grant in a round."""
    return math.floor(scenario.access_share * scheduled_need_musd + 1e-9)


def exceptional_access_musd(scenario: Scenario, scheduled_need_musd: int) -> int:
    """The most that the board can grant in a round at all."""
    return math.floor(scenario.exceptional_share * scheduled_need_musd + 1e-9)


def count(
    scenario: Scenario,
    proposals: tuple[TrancheProposed, ...],
    ballots: Mapping[tuple[int, SeatId], Ballot],
    ordinary_musd: int,
    at_ms: int,
) -> VoteCounted:
    """Open and count the ballots; a seat without one abstains.

    Of several that pass, most yes-votes win, then the smaller tranche, then the Fund's.
    """
    opened = {
        proposal.proposal: {
            seat.id: ballots.get((proposal.proposal, seat.id), Ballot.ABSTAIN)
            for seat in voters(scenario)
        }
        for proposal in proposals
    }
    passed = [
        proposal
        for proposal in proposals
        if _passes(scenario, opened[proposal.proposal], proposal.tranche_musd > ordinary_musd)
    ]
    governments = {seat.id for seat in scenario.governments}
    winner = min(
        passed,
        key=lambda proposal: (
            -_votes(scenario, opened[proposal.proposal], Ballot.YES),
            proposal.tranche_musd,
            proposal.seat in governments,
            proposal.proposal,
        ),
        default=None,
    )
    return VoteCounted(
        opened,
        winner.proposal if winner else None,
        winner.tranche_musd if winner else 0,
        at_ms,
    )


def _passes(scenario: Scenario, ballots: Mapping[SeatId, Ballot], exceptional: bool) -> bool:
    yes = _votes(scenario, ballots, Ballot.YES)
    cast = yes + _votes(scenario, ballots, Ballot.NO)
    at_table = sum(_weight(seat) for seat in voters(scenario))
    if not cast or cast < QUORUM * at_table:
        return False
    return yes >= EXCEPTIONAL_MAJORITY * cast if exceptional else yes > ORDINARY_MAJORITY * cast


def _votes(scenario: Scenario, ballots: Mapping[SeatId, Ballot], ballot: Ballot) -> int:
    return sum(_weight(seat) for seat in voters(scenario) if ballots[seat.id] is ballot)


def _weight(seat: Government) -> int:
    # Whole millionths, so that exactly half is exactly half.
    return round(seat.quota_share * 1_000_000)
