"""What a CRM did not keep can be counted without a look at every event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NAME = "ix_events_not_kept"
_THOSE = sa.text("kind = 'not_kept'")


def upgrade() -> None:
    """Apply."""
    op.create_index(_NAME, "events", ["id"], sqlite_where=_THOSE, postgresql_where=_THOSE)


def downgrade() -> None:
    """Revert."""
    op.drop_index(_NAME, "events")
