"""The only place that speaks SQL: event log, rooms and seats, derived tables."""

from server.store.bulk import PlayedSession, pack
from server.store.codec import StoredEvent, decode
from server.store.rows import (
    Answer,
    Conflict,
    MatchRow,
    RoomRow,
    SeatRow,
    SessionRow,
    StoreFailed,
)
from server.store.store import Store
from server.store.verify import Verdict, verify

__all__ = [
    "Answer",
    "Conflict",
    "MatchRow",
    "PlayedSession",
    "RoomRow",
    "SeatRow",
    "SessionRow",
    "Store",
    "StoreFailed",
    "StoredEvent",
    "Verdict",
    "decode",
    "pack",
    "verify",
]
