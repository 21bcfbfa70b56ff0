"""Providers that did not answer in time are counted by the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("provider_uses", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("provider_uses", "missed")
