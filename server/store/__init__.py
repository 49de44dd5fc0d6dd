"""The only place that speaks SQL: event log, rooms and seats, derived tables."""

from server.store.codec import StoredEvent, decode
from server.store.rows import (
    Answer,
    Conflict,
    HostActRow,
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
    "RoomRow",
    "SeatRow",
    "SessionRow",
    "Store",
    "StoreFailed",
    "StoredEvent",
    "Verdict",
    "Wanted",
    "decode",
    "verify",
    "verify_parent",
]
