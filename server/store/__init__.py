"""The only place that speaks SQL: event log, rooms and seats, derived tables.

Log files and `verify` are imported from their own modules: they need the rules of the game, which
a command that only lists or copies what is stored does not.
"""

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
    "Wanted",
    "decode",
    "pack",
]
