"""Who was taken off the list of those who are not to come back; open requests are found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "allowances",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_rights_requests_ended_at", "rights_requests", ["ended_at"])


def downgrade() -> None:
    """Revert."""
    op.drop_index("ix_rights_requests_ended_at", "rights_requests")
    op.drop_table("allowances")
