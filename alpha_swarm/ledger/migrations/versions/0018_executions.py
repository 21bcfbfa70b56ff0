"""What batches came to is kept, and how far each step has come; people are told on several ways."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SUMS = ("executions", "failures", "processed", "success", "failed", "missed", "milliseconds_sum")
_BUCKETS = 12


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "executions",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("workflow", sa.String(20), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("processed", sa.Integer(), nullable=False),
        sa.Column("success", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("trigger", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_executions_workflow", "executions", ["workflow", "started_at"])
    op.create_index("ix_executions_started_at", "executions", ["started_at"])
    _hours()
    op.create_table(
        "progress",
        sa.Column("workflow", sa.String(20), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_table(
        "schedule_runs",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("ran_at", sa.Double(), nullable=False),
        sa.Column("result", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("leases", sa.Column("leads", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notifications", sa.Column("way", sa.String(8), nullable=False, server_default="slack"))


def downgrade() -> None:
    """Revert."""
    op.drop_column("notifications", "way")
    op.drop_column("leases", "leads")
    op.drop_table("schedule_runs")
    op.drop_table("progress")
    op.drop_table("execution_hours")
    op.drop_table("executions")


def _hours() -> None:
    op.create_table(
        "execution_hours",
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workflow", sa.String(20), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.Column("milliseconds_max", sa.Integer(), nullable=False),
        *(sa.Column(f"bucket_{place}", sa.Integer(), nullable=False) for place in range(_BUCKETS)),
        sa.PrimaryKeyConstraint("hour", "workflow"),
    )
