"""What a person put right stands beside what was taken in and found; and when a person was informed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("persons", sa.Column("pins", sa.JSON(), nullable=True))
    op.add_column("leads", sa.Column("informed_at", sa.Double(), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("leads", "informed_at")
    op.drop_column("persons", "pins")
