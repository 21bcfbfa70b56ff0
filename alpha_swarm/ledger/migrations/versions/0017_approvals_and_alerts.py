"""People are asked, and told of what stands until it is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _approvals()
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("gone_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.add_column("syncs", sa.Column("approval", sa.String(26), nullable=True))
    op.add_column("syncs", sa.Column("granted", sa.JSON(), nullable=True))
    op.add_column("changes", sa.Column("approval", sa.String(26), nullable=True))
    op.create_index("ix_changes_approval", "changes", ["approval"])
    op.add_column("pauses", sa.Column("kind", sa.String(32), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("pauses", "kind")
    op.drop_index("ix_changes_approval", "changes")
    op.drop_column("changes", "approval")
    op.drop_column("syncs", "granted")
    op.drop_column("syncs", "approval")
    op.drop_table("alerts")
    op.drop_table("approvals")


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.Column("answered_by", sa.String(32), nullable=True),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("reference", sa.String(120), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_approvals_due_at", "approvals", ["due_at"])
