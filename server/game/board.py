"""The IMF board, and the region's: who votes, how much access there is, how ballots count.

Owns the vote rule of the model (section 4). That exceptional access needs 85 % is a
simplification of the game; real credits need a simple majority. Knows no phases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from server.game.actions import Ballot
from server.game.events import TrancheProposed, VoteCounted
from server.game.scenario import Government, Scenario, SeatId

ORDINARY_MAJORITY = 0.5
"""Yes must be more than this share of yes and no."""
EXCEPTIONAL_MAJORITY = 0.85
"""Above ordinary access yes must be at least this share of yes and no."""
QUORUM = 0.5
"""Yes and no must be at least this share of the votes at the table."""


def voters(scenario: Scenario, *, regional: bool = False) -> tuple[Government, ...]:
    """The governments with a vote in the IMF board, or in the region's, in seat order."""
    if regional:
        return scenario.region
    return tuple(seat for seat in scenario.governments if seat.quota_share > 0)


def has_vote(scenario: Scenario, seat: SeatId, proposal: TrancheProposed) -> bool:
    """Whether a seat votes on a proposal."""
    return any(voter.id == seat for voter in voters(scenario, regional=proposal.regional))


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
    Proposals before the region are counted apart, by its shares, with a simple majority.
    """
    opened = {
        proposal.proposal: {
            seat.id: ballots.get((proposal.proposal, seat.id), Ballot.ABSTAIN)
            for seat in voters(scenario, regional=proposal.regional)
        }
        for proposal in proposals
    }
    of_fund = [one for one in proposals if not one.regional]
    of_region = [one for one in proposals if one.regional]
    winner = _winner(scenario, of_fund, opened, ordinary_musd)
    regional = _winner(scenario, of_region, opened, None)
    return VoteCounted(
        opened,
        winner.proposal if winner else None,
        winner.tranche_musd if winner else 0,
        at_ms,
        regional.proposal if regional else None,
        regional.tranche_musd if regional else 0,
    )


def _winner(
    scenario: Scenario,
    proposals: list[TrancheProposed],
    opened: Mapping[int, Mapping[SeatId, Ballot]],
    ordinary_musd: int | None,
) -> TrancheProposed | None:
    governments = {seat.id for seat in scenario.governments}
    tallies = {one.proposal: _tally(scenario, one, opened[one.proposal]) for one in proposals}
    return min(
        (one for one in proposals if tallies[one.proposal].passes(is_above(one, ordinary_musd))),
        key=lambda one: (
            -tallies[one.proposal].yes,
            one.tranche_musd,
            one.seat in governments,
            one.proposal,
        ),
        default=None,
    )


def is_above(proposal: TrancheProposed, ordinary_musd: int | None) -> bool:
    """Whether any tranche needs the special majority."""
    amounts = (proposal.tranche_musd, *proposal.later_musd)
    return ordinary_musd is not None and max(amounts) > ordinary_musd


@dataclass(frozen=True, slots=True)
class _Tally:
    """Votes in whole millionths, so that exactly half is exactly half."""

    yes: int
    no: int
    at_table: int

    def passes(self, exceptional: bool) -> bool:
        cast = self.yes + self.no
        if not cast or cast < QUORUM * self.at_table:
            return False
        if exceptional:
            return self.yes >= EXCEPTIONAL_MAJORITY * cast
        return self.yes > ORDINARY_MAJORITY * cast


def _tally(
    scenario: Scenario, proposal: TrancheProposed, ballots: Mapping[SeatId, Ballot]
) -> _Tally:
    votes = {
        seat.id: round((seat.regional_share if proposal.regional else seat.quota_share) * 1_000_000)
        for seat in voters(scenario, regional=proposal.regional)
    }
    cast = {
        ballot: sum(votes[seat] for seat, given in ballots.items() if given is ballot)
        for ballot in (Ballot.YES, Ballot.NO)
    }
    return _Tally(cast[Ballot.YES], cast[Ballot.NO], sum(votes.values()))
