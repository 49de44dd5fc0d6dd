"""Who moved first, and who followed.

Within a round: the order in which governments first put an amount of their own on the table,
by declaring it, by tabling a package that names it, or by accepting one. From round to round:
whether one raised its pledge after another had raised its own, one round later. Both are an
order in time; neither says that the one caused the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from server.analysis.played import Played, Step
from server.game.events import IntentionDeclared, PackageAnswered, PackageTabled
from server.game.scenario import SeatId


@dataclass(frozen=True, slots=True)
class Move:
    """A government's first own amount on the table in a round."""

    crisis: int
    round: int
    seat: SeatId
    place: int
    """1 moved first."""
    at_ms: int
    amount_musd: int
    followers: int
    """Governments that moved after it in the round."""
    followers_musd: int
    """What these then put on the table, in their own first moves."""


@dataclass(frozen=True, slots=True)
class Following:
    """How often one government raised its pledge a round after another had."""

    leader: SeatId
    follower: SeatId
    rises: int
    """Rounds in which the leader raised its pledge, and another round of the crisis followed."""
    followed: int
    """Of these, those after which the follower raised its own."""


def moves(played: Played) -> list[Move]:
    """The first moves of every round, in order; rounds that were not resolved too."""
    first: dict[tuple[int, int], dict[SeatId, tuple[int, int]]] = defaultdict(dict)
    governments = set(played.governments)
    for step in played.steps:
        here = (step.before.crisis, step.before.round)
        for seat, amount_musd in _committed(step):
            if seat in governments and amount_musd:
                first[here].setdefault(seat, (step.event.at_ms, amount_musd))
    return [move for here, made in first.items() for move in _in_order(*here, made)]


def _committed(step: Step) -> Iterator[tuple[SeatId, int]]:
    match step.event:
        case IntentionDeclared(seat=seat, pledge_musd=amount_musd):
            yield seat, amount_musd
        case PackageTabled(seat=seat, pledges_musd=amounts):
            yield seat, amounts.get(seat, 0)
        case PackageAnswered(package=number, seat=seat, accept=True):
            for card in step.before.table.packages:
                if card.package == number:
                    yield seat, card.pledges_musd.get(seat, 0)
        case _:
            return


def _in_order(
    crisis: int, round_number: int, made: Mapping[SeatId, tuple[int, int]]
) -> Iterator[Move]:
    ordered = list(made.items())
    for place, (seat, (at_ms, amount_musd)) in enumerate(ordered, start=1):
        later = [amount for _, (_, amount) in ordered[place:]]
        yield Move(crisis, round_number, seat, place, at_ms, amount_musd, len(later), sum(later))


def first_moves(played: Played) -> Mapping[SeatId, int]:
    """In how many rounds each government moved first."""
    firsts = [move.seat for move in moves(played) if move.place == 1]
    return {seat: firsts.count(seat) for seat in played.governments}


def followings(played: Played) -> list[Following]:
    """For every two governments, how often the second followed the first, lagged by a round.

    The pledges of a crisis's first round count as raised from nothing.
    """
    risen = list(_risen(played))
    lagged = [
        (before, after)
        for (crisis, before), (next_crisis, after) in pairwise(risen)
        if crisis == next_crisis
    ]
    return [
        Following(
            leader,
            follower,
            rises=sum(leader in before for before, _ in lagged),
            followed=sum(leader in before and follower in after for before, after in lagged),
        )
        for leader in played.governments
        for follower in played.governments
        if leader != follower
    ]


def _risen(played: Played) -> Iterator[tuple[int, set[SeatId]]]:
    """By resolved round: its crisis, and who pledged more than in the round before."""
    crisis, last = 0, dict[SeatId, int]()
    for one in played.rounds:
        pledges = one.resolved.pledges_musd
        if one.resolved.crisis != crisis:
            crisis, last = one.resolved.crisis, {}
        yield crisis, {seat for seat, amount in pledges.items() if amount > last.get(seat, 0)}
        last = pledges
