"""The deals that were planned and opened with contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("syncs", sa.Column("deal", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("syncs", sa.Column("deal_id", sa.String(255), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("syncs", "deal_id")
    op.drop_column("syncs", "deal")
