"""What the rules say is to happen to a lead in each CRM."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("syncs", sa.Column("route", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("syncs", "route")
