"""Lanes, what is expected back from them, and their use by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lanes",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("table_label", sa.String(64), nullable=True),
        sa.Column("unlimited", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("table_rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(400), nullable=True),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Integer(), nullable=False),
        sa.Column("silent_since", sa.Double(), nullable=True),
        sa.Column("last_accepted_at", sa.Double(), nullable=True),
        sa.Column("last_answered_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "lane_rows",
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("lane", sa.String(64), nullable=False),
        sa.Column("sent_at", sa.Double(), nullable=False),
        sa.Column("sends", sa.SmallInteger(), nullable=False),
        sa.Column("answered_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["lane"], ["lanes.name"]),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_table(
        "lane_days",
        sa.Column("lane", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lane"], ["lanes.name"]),
        sa.PrimaryKeyConstraint("lane", "day"),
    )


def downgrade() -> None:
    """Revert."""
    op.drop_table("lane_days")
    op.drop_table("lane_rows")
    op.drop_table("lanes")
