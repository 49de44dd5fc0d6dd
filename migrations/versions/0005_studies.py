"""Studies: participants, what they answered, and who played which session under which treatment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "participants",
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("joined_utc", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("consented", sa.Boolean(), nullable=True),
        sa.Column("consent_utc", sa.String(length=32), nullable=True),
        sa.Column("admitted_utc", sa.String(length=32), nullable=True),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.Column("answered_utc", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["room"], ["rooms.code"], name=op.f("fk_participants_room_rooms")),
        sa.PrimaryKeyConstraint("room", "label", name=op.f("pk_participants")),
    )
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.create_index("ix_participants_token_hash", ["token_hash"], unique=True)
    op.create_table(
        "control_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_answers")),
    )
    with op.batch_alter_table("control_answers", schema=None) as batch_op:
        batch_op.create_index("ix_control_answers_room", ["room"], unique=False)
    op.create_table(
        "item_answers",
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("room", "label", "item", name=op.f("pk_item_answers")),
    )
    op.create_table(
        "study_sessions",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_study_sessions_session_sessions")
        ),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_study_sessions")),
    )
    with op.batch_alter_table("study_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_study_sessions_room", ["room"], unique=False)
    op.create_table(
        "study_seats",
        sa.Column("session", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_study_seats_session_sessions")
        ),
        sa.PrimaryKeyConstraint("session", "seat", name=op.f("pk_study_seats")),
    )


def downgrade() -> None:
    op.drop_table("study_seats")
    with op.batch_alter_table("study_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_study_sessions_room")
    op.drop_table("study_sessions")
    op.drop_table("item_answers")
    with op.batch_alter_table("control_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_control_answers_room")
    op.drop_table("control_answers")
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.drop_index("ix_participants_token_hash")
    op.drop_table("participants")
