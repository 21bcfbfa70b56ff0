"""A clock that was set back is known by the moment of the last beat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("pulse", sa.Column("at", sa.Double(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("pulse", "at")
