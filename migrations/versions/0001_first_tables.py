"""The first tables: rooms, sessions, seats, the event log and what is derived from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "rooms",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rooms")),
    )
    op.create_table(
        "host_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("at_utc", sa.String(length=32), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.code"], name=op.f("fk_host_acts_room_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_acts")),
    )
    with op.batch_alter_table("host_acts", schema=None) as batch_op:
        batch_op.create_index("ix_host_acts_room", ["room"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=True),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("created_utc", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ending", sa.String(length=24), nullable=True),
        sa.Column("head_version", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("crisis", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.code"], name=op.f("fk_sessions_room_rooms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_created_utc_id", ["created_utc", "id"], unique=False)
        batch_op.create_index("ix_sessions_room", ["room"], unique=False)
        batch_op.create_index("ix_sessions_status", ["status"], unique=False)

    op.create_table(
        "answers",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_answers_session_sessions")
        ),
        sa.PrimaryKeyConstraint("session", "seat", "request_id", name=op.f("pk_answers")),
    )
    op.create_table(
        "events",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_events_session_sessions")
        ),
        sa.PrimaryKeyConstraint("session", "version", name=op.f("pk_events")),
    )
    op.create_table(
        "ledger",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("crisis", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("line", sa.String(length=32), nullable=False),
        sa.Column("amount_musd", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_ledger_session_sessions")
        ),
        sa.PrimaryKeyConstraint(
            "session", "crisis", "round", "seat", "line", name=op.f("pk_ledger")
        ),
    )
    op.create_table(
        "seats",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("participant", sa.String(length=16), nullable=False),
        sa.Column("bot", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_seats_session_sessions")
        ),
        sa.PrimaryKeyConstraint("session", "seat", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index("ix_seats_token_hash", ["token_hash"], unique=True)

    op.create_table(
        "messages",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("crisis", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("to_seat", sa.String(length=16), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session", "version"],
            ["events.session", "events.version"],
            name="fk_messages_session_version_events",
        ),
        sa.PrimaryKeyConstraint("session", "version", name=op.f("pk_messages")),
    )
    op.create_table(
        "pledges",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("crisis", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("pledge_musd", sa.Integer(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=8), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session", "version"],
            ["events.session", "events.version"],
            name="fk_pledges_session_version_events",
        ),
        sa.PrimaryKeyConstraint("session", "version", name=op.f("pk_pledges")),
    )
    op.create_table(
        "votes",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("crisis", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("ballot", sa.String(length=8), nullable=False),
        sa.Column("decided_by", sa.String(length=8), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session", "version"],
            ["events.session", "events.version"],
            name="fk_votes_session_version_events",
        ),
        sa.PrimaryKeyConstraint("session", "version", name=op.f("pk_votes")),
    )


def downgrade() -> None:

    op.drop_table("votes")
    op.drop_table("pledges")
    op.drop_table("messages")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index("ix_seats_token_hash")

    op.drop_table("seats")
    op.drop_table("ledger")
    op.drop_table("events")
    op.drop_table("answers")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_status")
        batch_op.drop_index("ix_sessions_room")
        batch_op.drop_index("ix_sessions_created_utc_id")

    op.drop_table("sessions")
    with op.batch_alter_table("host_acts", schema=None) as batch_op:
        batch_op.drop_index("ix_host_acts_room")

    op.drop_table("host_acts")
    op.drop_table("rooms")
