"""The only place that speaks SQL: event log, rooms and seats, derived tables."""

from server.store.bulk import PlayedSession, pack
from server.store.codec import StoredEvent, decode
from server.store.rows import (
    Answer,
    Conflict,
    ControlAnswerRow,
    HostActRow,
    ItemAnswerRow,
    MatchRow,
    ParticipantRow,
    RoomRow,
    SeatRow,
    SessionRow,
    StoreFailed,
    StudySeatRow,
    StudySessionRow,
    Wanted,
)
from server.store.store import Store
from server.store.studies import NewSession
from server.store.verify import Verdict, verify, verify_parent

__all__ = [
    "Answer",
    "Conflict",
    "ControlAnswerRow",
    "HostActRow",
    "ItemAnswerRow",
    "MatchRow",
    "NewSession",
    "ParticipantRow",
    "PlayedSession",
    "RoomRow",
    "SeatRow",
    "SessionRow",
    "Store",
    "StoreFailed",
    "StoredEvent",
    "StudySeatRow",
    "StudySessionRow",
    "Verdict",
    "Wanted",
    "decode",
    "pack",
    "verify",
    "verify_parent",
]
