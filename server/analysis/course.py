"""How a session went: the money in the open over time, and who acted when.

Owns both walks through the log. The money is what the board shows: what is promised and
granted until the round's decisions are opened, then what was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from server.analysis.played import Played, Step
from server.game import standing
from server.game.events import (
    Event,
    FavourOffered,
    IntentionDeclared,
    Lobbied,
    PackageAnswered,
    PackageTabled,
    Pledged,
    Pressed,
    ProgrammeDecided,
    RoundResolved,
    Said,
    TrancheDecided,
    TrancheProposed,
    Voted,
    WithdrawalDecided,
)
from server.game.scenario import SeatId

What = Literal["talk", "decision", "proposal", "yes", "no"]
"""What an act is; a statement of an intention is a decision."""


@dataclass(frozen=True, slots=True)
class Change:
    """The money in the open, from a moment on."""

    at: float
    """As a share, 0 to 1, of the round: of its time or, where it took none, of its events."""
    at_ms: int
    money_musd: int


@dataclass(frozen=True, slots=True)
class RoundCourse:
    """A resolved round: the last change is what was drawn."""

    crisis: int
    round: int
    need_musd: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a seat did; the written defaults did nothing."""

    crisis: int
    round: int
    at_ms: int
    seat: SeatId
    what: What


def courses(played: Played) -> tuple[RoundCourse, ...]:
    """Of every resolved round."""
    steps = {(one.resolved.crisis, one.resolved.round): list[Step]() for one in played.rounds}
    resolved = set[tuple[int, int]]()
    for step in played.steps:
        here = (step.after.crisis, step.after.round)
        if here in steps and here not in resolved:
            steps[here].append(step)
        if isinstance(step.event, RoundResolved):
            resolved.add(here)
    return tuple(_course(found) for found in steps.values())


def _course(steps: Sequence[Step]) -> RoundCourse:
    last = steps[-1].event
    assert isinstance(last, RoundResolved), "a round ends when it is resolved"
    began_ms = steps[0].after.at_ms
    changes = list[Change]()
    for number, step in enumerate(steps):
        money = last.effective_musd if step.event is last else standing.open_money_musd(step.after)
        # The end stands there also where no money came or went in it.
        if changes and changes[-1].money_musd == money and step.event is not last:
            continue
        past_ms, whole_ms = step.after.at_ms - began_ms, last.at_ms - began_ms
        at = past_ms / whole_ms if whole_ms else number / max(1, len(steps) - 1)
        changes.append(Change(at, step.after.at_ms, money))
    return RoundCourse(last.crisis, last.round, last.need_musd, tuple(changes))


def acts(played: Played) -> tuple[Act, ...]:
    """Everything that seats did, in order."""
    return tuple(_acts(played))


def _acts(played: Played) -> Iterator[Act]:
    for step in played.steps:
        what = _what(step.event)
        seat: SeatId | None = getattr(step.event, "seat", None)
        if what is not None and seat is not None and not getattr(step.event, "is_default", False):
            yield Act(step.after.crisis, step.after.round, step.after.at_ms, seat, what)


def _what(event: Event) -> What | None:
    match event:
        case Said():
            return "talk"
        case PackageTabled() | TrancheProposed():
            return "proposal"
        case PackageAnswered():
            return "yes" if event.accept else "no"
        case Voted():
            return "yes" if event.ballot == "yes" else "no"
        case (
            IntentionDeclared()
            | Pledged()
            | WithdrawalDecided()
            | TrancheDecided()
            | ProgrammeDecided()
            | Pressed()
            | Lobbied()
            | FavourOffered()
        ):
            return "decision"
        case _:
            return None
