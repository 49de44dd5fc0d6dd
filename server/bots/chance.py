"""The generators that bots draw from: the same for the same session, seat and decision."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from random import Random

from server.game.events import Event
from server.game.scenario import SeatId


def decisions_of(events: Iterable[Event]) -> Counter[SeatId]:
    """The number of each seat's next decision: how many events of the log name the seat.

    Of the log alone, so that a bot draws the same live, in a match, and after a restart, and
    however often it was asked and had nothing to do.
    """
    seats = (getattr(event, "seat", None) for event in events)
    return Counter(seat for seat in seats if seat is not None)


def decision_random(session_seed: int, seat: SeatId, decision: int) -> Random:
    """The generator for one decision of a bot: the same for the same session and number.

    Args:
        session_seed: of the session's draws.
        seat: whose decision it is.
        decision: its number, from `decisions_of` the events so far.
    """
    text = f"{session_seed}/{seat}/{decision}"
    return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
