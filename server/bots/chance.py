"""The generators that bots draw from: the same for the same session, seat and decision."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from random import Random
from typing import Any

from server.game.events import Event
from server.game.scenario import SeatId


def decisions_of(events: Iterable[Event]) -> Counter[SeatId]:
    """The number of each seat's next decision: how many events of the log name the seat.

    Of the log alone, so that a bot draws the same live, in a match, and after a restart, and
    however often it was asked and had nothing to do.
    """
    return Counter(seats_of(events))


def seats_of(events: Iterable[Event]) -> list[SeatId]:
    """The seats that events name, in order and as often."""
    seats = [getattr(event, "seat", None) for event in events]
    return [seat for seat in seats if seat is not None]


def decision_random(session_seed: int, seat: SeatId, decision: int) -> DecisionRandom:
    """The generator for one decision of a bot: the same for the same session and number.

    Args:
        session_seed: of the session's draws.
        seat: whose decision it is.
        decision: its number, from `decisions_of` the events so far.
    """
    return DecisionRandom(f"{session_seed}/{seat}/{decision}")


class DecisionRandom(Random):
    """A generator that is seeded when it is first asked: most bots draw nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_fresh = True
        # `gauss` looks at it before it draws, and only `seed` sets it else.
        self.gauss_next: float | None = None

    @property
    def number(self) -> int:
        """`Random(number)` draws the same, in whichever process."""
        return int.from_bytes(hashlib.sha256(self._text.encode()).digest()[:8], "big")

    def _begin(self) -> None:
        if self._is_fresh:
            self._is_fresh = False
            self.seed(self.number)

    def random(self) -> float:
        """See `Random`."""
        self._begin()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        """See `Random`."""
        self._begin()
        return super().getrandbits(k)

    def getstate(self) -> tuple[Any, ...]:
        """See `Random`."""
        self._begin()
        return super().getstate()

    def setstate(self, state: tuple[Any, ...]) -> None:
        """See `Random`."""
        self._is_fresh = False
        super().setstate(state)

    def __reduce__(self) -> tuple[Any, ...]:
        # A copy goes on from the same place, whether it was begun or not.
        state = None if self._is_fresh else self.getstate()
        return type(self), (self._text,), state
