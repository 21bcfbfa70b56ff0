"""A person's rights: suppressions, requests, and their steps in each system."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _suppressions()
    _requests()
    _steps()


def downgrade() -> None:
    """Revert."""
    for name in ("rights_steps", "rights_leads", "rights_requests", "suppressions"):
        op.drop_table(name)


def _suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("request_id", sa.String(26), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("ix_suppressions_since", "suppressions", ["since"])
    op.create_index("ix_suppressions_request_id", "suppressions", ["request_id"])


def _requests() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("right", sa.String(16), nullable=False),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("leases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "rights_leads",
        sa.Column("request_id", sa.String(26), nullable=False),
        sa.Column("lead_id", sa.String(26), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["rights_requests.id"]),
        sa.PrimaryKeyConstraint("request_id", "lead_id"),
    )
    op.create_index("ix_rights_leads_lead_id", "rights_leads", ["lead_id"])


def _steps() -> None:
    op.create_table(
        "rights_steps",
        sa.Column("request_id", sa.String(26), nullable=False),
        sa.Column("system", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("passes", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["rights_requests.id"]),
        sa.PrimaryKeyConstraint("request_id", "system"),
    )
    op.create_index("ix_rights_steps_due_at", "rights_steps", ["state", "due_at"])
