"""What those who look back ask: replay, debrief, report."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.game.scenario import SeatId
from server.protocol.common import Request


class ReadReplay(Request):
    """What a viewer was told of a session, event by event.

    The host may ask at any time, others of the room once the session has ended. The answer's
    data holds `session`, its `room` and `number` there, `scenario` and `title`; whether it has
    `ended`; `viewers`: the names that `seen_by` may have; and `events`. Each of them has its
    number `event`, `at_ms`, the `crisis`, `round` and `phase` after it, and the `notice`, null
    where the viewer was told nothing. While a session runs it ends for all but board and host
    with the last round that is resolved: what is sealed stays sealed.
    """

    kind: Literal["read_replay"] = "read_replay"
    session: str
    seen_by: str = "board"
    """A seat's id, `board`, `host` or `everything`."""


class ViewAt(Request):
    """What a viewer saw after an event of a session; who may ask: as of `read_replay`.

    The answer's data holds `event` and `view`, as in a `view` message.
    """

    kind: Literal["view_at"] = "view_at"
    session: str
    event: Annotated[int, Field(ge=1, le=10_000_000)]
    """Its number."""
    seen_by: str = "board"
    """As in `read_replay`."""


class OfPast(Request):
    room: str | None = None
    """Without a session: its code; None for the own room."""
    session: str | None = None
    """One table; None for the class, all tables of the room."""


class ReadDebrief(OfPast):
    """What came of a session, or of all tables of a room, in numbers.

    The host may ask at any time, others as of `read_replay`, and for the class when no table
    plays any more. The answer's data holds `table` or `class`, with the parts of
    `server.analysis.debrief`. No name of a person is in it.
    """

    kind: Literal["read_debrief"] = "read_debrief"


class ReadReport(OfPast):
    """The same as one HTML file that opens from disk without a network, without names.

    The answer's data holds its `name` and its text under `html`.
    """

    kind: Literal["read_report"] = "read_report"
    seat: SeatId | None = None
    """With a session: the report for who sat there."""
