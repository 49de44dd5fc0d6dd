"""The tables: the event log, who sits where, and what is derived from the log.

Owns names and columns; the migrations in `migrations/` must say the same, which `alembic
check` proves. `events` rows are only ever inserted. Times of day are ISO 8601 texts in UTC,
handed in by the caller.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

rooms = Table(
    "rooms",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("title", Text, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("settings", Text, nullable=False),  # JSON
    Column("status", String(16), nullable=False),  # lobby, running, closed
    Column("created_utc", String(32), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("room", String(16), ForeignKey("rooms.code"), nullable=True),
    Column("table_number", Integer, nullable=False),
    Column("scenario", Text, nullable=False),
    Column("created_utc", String(32), nullable=False),
    Column("status", String(16), nullable=False),  # lobby, running, ended, parked
    Column("ending", String(24), nullable=True),
    Column("head_version", Integer, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("crisis", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("owner", String(64), nullable=True),
    Column("fence", Integer, nullable=False),
    Column("imported", Boolean, nullable=False),
    Column("parent", String(40), nullable=True),  # no foreign key: it may be elsewhere
    Column("parent_event", Integer, nullable=True),
)
Index("ix_sessions_created_utc_id", sessions.c.created_utc, sessions.c.id)
for _name in ("room", "status", "scenario", "parent"):
    # Each filter of the listing reads its page in order from an index of its own.
    Index(
        f"ix_sessions_{_name}_created_utc_id",
        sessions.c[_name],
        sessions.c.created_utc,
        sessions.c.id,
    )

events = Table(
    "events",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON, hashed as it stands
    Column("hash", String(64), nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("seat", String(16), primary_key=True),
    Column("request_id", String(64), primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("version", Integer, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("seat", String(16), primary_key=True),
    Column("participant", String(16), nullable=False),
    Column("bot", Text, nullable=True),
    Column("name", Text, nullable=True),
    Column("token_hash", String(64), nullable=True),
)
Index("ix_seats_token_hash", seats.c.token_hash, unique=True)

host_acts = Table(
    "host_acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room", String(16), ForeignKey("rooms.code"), nullable=False),
    Column("at_utc", String(32), nullable=False),
    Column("act", Text, nullable=False),  # JSON, without tokens
    Column("request_id", String(64), nullable=True),
    Column("answer", Text, nullable=True),  # JSON, without tokens
)
Index("ix_host_acts_room", host_acts.c.room)
Index("ix_host_acts_request_id", host_acts.c.request_id, unique=True)

matches = Table(
    "matches",
    metadata,
    Column("tournament", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("session", String(40), ForeignKey("sessions.id"), nullable=False),
    Column("record", Text, nullable=False),  # JSON
)
Index("ix_matches_session", matches.c.session)


participants = Table(
    "participants",
    metadata,
    Column("room", String(16), ForeignKey("rooms.code"), primary_key=True),
    Column("label", String(60), primary_key=True),
    Column("name", Text, nullable=True),
    Column("token_hash", String(64), nullable=False),
    Column("joined_utc", String(32), nullable=False),
    Column("place", Integer, nullable=True),
    Column("consented", Boolean, nullable=True),
    Column("consent_utc", String(32), nullable=True),
    Column("admitted_utc", String(32), nullable=True),
    Column("let_in", Boolean, nullable=False),
    Column("answered_utc", String(32), nullable=True),
)
Index("ix_participants_token_hash", participants.c.token_hash, unique=True)

control_answers = Table(
    "control_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("room", String(16), nullable=False),
    Column("label", String(60), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("question", String(40), nullable=False),
    Column("answer", Text, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("at_utc", String(32), nullable=False),
)
Index("ix_control_answers_room", control_answers.c.room)

item_answers = Table(
    "item_answers",
    metadata,
    Column("room", String(16), primary_key=True),
    Column("label", String(60), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("answer", Text, nullable=False),
    Column("at_utc", String(32), nullable=False),
)

study_sessions = Table(
    "study_sessions",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("room", String(16), nullable=False),
    Column("number", Integer, nullable=False),  # 0 is the practice
    Column("group", Integer, nullable=False),
    Column("treatment", String(40), nullable=False),  # empty: there are none
)
Index("ix_study_sessions_room", study_sessions.c.room)

study_seats = Table(
    "study_seats",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("seat", String(16), primary_key=True),
    Column("label", String(60), nullable=False),
)


def _derived(name: str, *columns: Column[int] | Column[str] | Column[bool]) -> Table:
    """A table of one row per event, made from the log and rebuildable from it."""
    return Table(
        name,
        metadata,
        Column("session", String(40), primary_key=True),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("crisis", Integer, nullable=False),
        Column("round", Integer, nullable=False),
        Column("seat", String(16), nullable=False),
        *columns,
        ForeignKeyConstraint(
            ["session", "version"],
            ["events.session", "events.version"],
            name=f"fk_{name}_session_version_events",
        ),
    )


pledges = _derived(
    "pledges",
    Column("pledge_musd", Integer, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("decided_by", String(8), nullable=False),
    Column("is_default", Boolean, nullable=False),
)

votes = _derived(
    "votes",
    Column("proposal", Integer, nullable=False),
    Column("ballot", String(8), nullable=False),
    Column("decided_by", String(8), nullable=False),
    Column("is_default", Boolean, nullable=False),
)

messages = _derived(
    "messages",
    Column("channel", String(20), nullable=False),
    Column("to_seat", String(16), nullable=True),
    Column("text", Text, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("session", String(40), ForeignKey("sessions.id"), primary_key=True),
    Column("crisis", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("seat", String(16), primary_key=True),
    Column("line", String(32), primary_key=True),
    Column("amount_musd", Integer, nullable=False),
)

DERIVED = (pledges, votes, messages, ledger)
"""Written in the transaction of their events; `Store.rebuild` makes them again."""
