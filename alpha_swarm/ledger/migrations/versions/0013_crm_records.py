"""Records of CRMs that told of themselves; letters that wait for an answer from outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "crm_records",
        sa.Column("system", sa.String(16), nullable=False),
        sa.Column("record_id", sa.String(255), nullable=False),
        sa.Column("lead_id", sa.String(26), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"]),
        sa.PrimaryKeyConstraint("system", "record_id"),
    )
    op.create_index("ix_crm_records_lead_id", "crm_records", ["lead_id"])
    op.create_index("ix_syncs_external_id", "syncs", ["target", "external_id"])
    op.add_column("inbox", sa.Column("due_at", sa.Double(), nullable=False, server_default="0"))
    op.drop_index("ix_inbox_state", "inbox")
    op.create_index("ix_inbox_state", "inbox", ["state", "source", "id"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_inbox_state", "inbox")
    op.create_index("ix_inbox_state", "inbox", ["state", "id"])
    op.drop_column("inbox", "due_at")
    op.drop_index("ix_syncs_external_id", "syncs")
    op.drop_index("ix_crm_records_lead_id", "crm_records")
    op.drop_table("crm_records")
