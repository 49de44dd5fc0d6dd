"""A host's requests are remembered with their answers, so that each is done once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("host_acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("answer", sa.Text(), nullable=True))
        batch_op.create_index("ix_host_acts_request_id", ["request_id"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("host_acts", schema=None) as batch_op:
        batch_op.drop_index("ix_host_acts_request_id")
        batch_op.drop_column("answer")
        batch_op.drop_column("request_id")
