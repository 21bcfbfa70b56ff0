"""What was written into the records of the CRMs, field by field."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "changes",
        sa.Column("id", _counter, autoincrement=True, nullable=False),
        sa.Column("lead_id", sa.String(26), sa.ForeignKey("leads.id"), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("batch", sa.String(26)),
        sa.Column("planned_at", sa.Double(), nullable=False),
        sa.Column("confirmed_at", sa.Double()),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.Double()),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_lead", "changes", ["lead_id", "target"])
    op.create_index("ix_changes_batch", "changes", ["batch"])


def downgrade() -> None:
    """Revert."""
    op.drop_table("changes")
