"""Columns that many tables begin with: whose session, and where in it."""

from __future__ import annotations

from server.analysis.columns import Column, Row, code, count, ms
from server.game.scenario import Phase

SESSION = code("session", "The session's id.")
VERSION = count("version", "The event's number in the session.", least=1)
AT = ms("at_ms", "When, in milliseconds since the session opened; time the server was down is out.")
SEAT = code("seat", "The seat's short name inside its scenario.")
ROUND = (
    SESSION,
    count("crisis", "Number of the crisis.", least=1),
    count("round", "Number of the round inside its crisis.", least=1),
)
PHASE = code("phase", "The phase of the round.", allowed=", ".join(Phase))
BY = "human, bot, clock, host"


def here(session: str, crisis: int, round_number: int) -> dict[str, str | int]:
    """The cells of `ROUND`."""
    return {"session": session, "crisis": crisis, "round": round_number}


def columns(*parts: Column | tuple[Column, ...]) -> tuple[Column, ...]:
    """Columns one after another, those of a group at its place."""
    return tuple(
        column for part in parts for column in (part if isinstance(part, tuple) else (part,))
    )


__all__ = ["AT", "BY", "PHASE", "ROUND", "SEAT", "SESSION", "VERSION", "Row", "columns", "here"]
