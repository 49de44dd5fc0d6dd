"""The only place that speaks SQL: event log, rooms and seats, derived tables."""

from server.store.bulk import PlayedSession, pack
from server.store.codec import StoredEvent, decode
from server.store.rows import (
    Answer,
    Conflict,
    HostActRow,
    MatchRow,
    RoomRow,
    SeatRow,
    SessionRow,
    StoreFailed,
    Wanted,
)
from server.store.store import Store
from server.store.verify import Verdict, verify, verify_parent

__all__ = [
    "Answer",
    "Conflict",
    "HostActRow",
    "MatchRow",
    "PlayedSession",
    "RoomRow",
    "SeatRow",
    "SessionRow",
    "Store",
    "StoreFailed",
    "StoredEvent",
    "Verdict",
    "Wanted",
    "decode",
    "pack",
    "verify",
    "verify_parent",
]
