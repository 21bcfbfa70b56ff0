"""Under a cap leads wait by their rank; the dearest lead of each day is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_RANKED = sa.text("rank IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.add_column("work", sa.Column("rank", sa.SmallInteger(), nullable=True))
    op.add_column("work", sa.Column("awaits_room", sa.Boolean(), nullable=True))
    op.create_index(
        "ix_work_step_rank",
        "work",
        ["step", "rank", "turn", "due_at", "lease_id", "awaits_room"],
        sqlite_where=_RANKED,
        postgresql_where=_RANKED,
    )
    op.add_column("budget", sa.Column("dearest", sa.Double(), nullable=False, server_default="0"))
    _remember_the_dearest()


def downgrade() -> None:
    """Revert."""
    op.drop_column("budget", "dearest")
    op.drop_index("ix_work_step_rank", "work")
    op.drop_column("work", "awaits_room")
    op.drop_column("work", "rank")


def _remember_the_dearest() -> None:
    query = "SELECT day, max(credits_spent) FROM call_leads WHERE credits_spent IS NOT NULL GROUP BY day"
    days = [{"scope": f"day:{day}", "most": most} for day, most in op.get_bind().execute(sa.text(query))]
    if days:
        op.get_bind().execute(sa.text("UPDATE budget SET dearest = :most WHERE scope = :scope"), days)
