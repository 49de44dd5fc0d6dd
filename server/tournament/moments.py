"""Where in a log somebody could have acted: the moments at which a fork can begin.

Owns what comes of itself: an action, or the end of a phase, is followed by events that
nobody could have come between. Knows no bot and no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from server.game import phases
from server.game.events import (
    CardPlayed,
    DecidedBy,
    Ending,
    Event,
    PackageStood,
    PhaseBegan,
    Pledged,
    ProgrammeDecided,
    ReadyMarked,
    RoundResolved,
    SeatOccupied,
    SessionEnded,
    TrancheDecided,
    TrancheProposed,
    VoteCounted,
    Voted,
    WithdrawalDecided,
)
from server.game.scenario import Phase, SeatId
from server.game.state import State, evolve

Decided = Pledged | WithdrawalDecided | TrancheDecided | ProgrammeDecided | Voted


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of a log after which something happened that did not come of itself."""

    state: State
    by: SeatId | None
    """The seat whose action led here; None for the clock, the host and the opening."""

    @property
    def event(self) -> int:
        """The number of the last event before it."""
        return self.state.version


def moments(events: Iterable[Event]) -> Iterator[Moment]:
    """Every moment of a log, in order; the last is its end."""
    state: State | None = None
    last: Event | None = None
    by: SeatId | None = None
    for event in events:
        if state is not None and last is not None and not _comes_of_itself(state, last, event):
            yield Moment(state, by)
            by = _actor(event)
        state, last = evolve(state, event), event
    if state is not None:
        yield Moment(state, by)


def moment_at(events: Sequence[Event], at: int) -> Moment:
    """The first moment at or after event `at`.

    Raises:
        ValueError: there is no such event.
    """
    if not 1 <= at <= len(events):
        raise ValueError(f"event {at} is outside 1 to {len(events)}")
    return next(one for one in moments(events) if one.event >= at)


def _actor(event: Event) -> SeatId | None:
    if isinstance(event, SeatOccupied) or getattr(event, "is_default", False):
        return None
    return getattr(event, "seat", None)


def _comes_of_itself(state: State, last: Event, event: Event) -> bool:
    """Whether `event` followed `last`, after which `state` is, with nothing in between."""
    if state.version <= len(state.scenario.seats) + 1:
        return True
    match event:
        case RoundResolved() | PackageStood():
            return True
        case CardPlayed():
            return event.by is DecidedBy.CLOCK
        case ReadyMarked():
            return not event.ready and state.phase is Phase.PLEDGE and isinstance(last, Decided)
        case TrancheProposed() if event.is_default and state.scenario.imf is None:
            return True
        case SessionEnded() if event.ending is Ending.CLOSED_BY_HOST:
            return False
        case PhaseBegan() | SessionEnded() | VoteCounted():
            return _is_ending(state, last)
        case Pledged() | WithdrawalDecided() | TrancheDecided() | ProgrammeDecided() | Voted():
            return event.is_default and _is_ending(state, last)
        case TrancheProposed():
            return event.is_default and _is_ending(state, last)
        case _:
            return False


def _is_ending(state: State, last: Event) -> bool:
    """Whether the phase is just coming to its end: nobody is awaited, or defaults were set."""
    if state.phase is Phase.RESOLVE or isinstance(last, VoteCounted):
        return True
    # A scripted Fund's tranche opened the phase; one in place of a silent Fund's ends it.
    opened = isinstance(last, TrancheProposed) and state.scenario.imf is None
    return (getattr(last, "is_default", False) and not opened) or phases.all_done(state)
