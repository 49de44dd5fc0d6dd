"""A fork knows its parent; the listing has an index for each filter, in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILTERS = ("room", "status", "scenario", "parent")


def upgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parent", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("parent_event", sa.Integer(), nullable=True))
        batch_op.drop_index("ix_sessions_room")
        batch_op.drop_index("ix_sessions_status")
        for name in FILTERS:
            batch_op.create_index(
                f"ix_sessions_{name}_created_utc_id", [name, "created_utc", "id"], unique=False
            )


def downgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        for name in FILTERS:
            batch_op.drop_index(f"ix_sessions_{name}_created_utc_id")
        batch_op.create_index("ix_sessions_status", ["status"], unique=False)
        batch_op.create_index("ix_sessions_room", ["room"], unique=False)
        batch_op.drop_column("parent_event")
        batch_op.drop_column("parent")
