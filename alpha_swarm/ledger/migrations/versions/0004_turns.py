"""Leads wait by turn; who was hinted at is kept no longer; providers' uses are counted by the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "flows",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("turn", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "provider_uses",
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "hour"),
    )
    op.add_column("leads", sa.Column("turn", sa.Double(), nullable=False, server_default="0"))
    op.drop_index("ix_work_step_priority_due_at", "work")
    op.drop_column("work", "hinted_at")
    with op.batch_alter_table("work") as batch:
        batch.add_column(sa.Column("turn", sa.Double(), nullable=False, server_default="0"))
        batch.drop_column("priority")
    with op.batch_alter_table("work") as batch:
        batch.alter_column("turn", server_default=None)
    op.drop_index("ix_work_lease_id", "work")
    op.create_index("ix_work_step_turn", "work", ["step", "turn", "due_at", "lease_id"])
    op.create_index("ix_work_step_due_at", "work", ["step", "due_at"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_work_step_due_at", "work")
    op.drop_index("ix_work_step_turn", "work")
    op.create_index("ix_work_lease_id", "work", ["lease_id"])
    op.add_column("work", sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("work", sa.Column("hinted_at", sa.Double(), nullable=True))
    op.drop_column("work", "turn")
    op.create_index("ix_work_step_priority_due_at", "work", ["step", "priority", "due_at"])
    op.drop_column("leads", "turn")
    op.drop_table("provider_uses")
    op.drop_table("flows")
