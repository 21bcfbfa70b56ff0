"""Runs that no call of ours knows; leads are found by the beginning of their row ids."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "unknown_runs",
        sa.Column("run_id", sa.String(200), nullable=False),
        sa.Column("heard_at", sa.Double(), nullable=False),
        sa.Column("ask_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.drop_index("ix_leads_row_id", "leads")
    op.create_index("ix_leads_row_id", "leads", ["row_id"], postgresql_ops={"row_id": "varchar_pattern_ops"})


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_leads_row_id", "leads")
    op.create_index("ix_leads_row_id", "leads", ["row_id"])
    op.drop_table("unknown_runs")
