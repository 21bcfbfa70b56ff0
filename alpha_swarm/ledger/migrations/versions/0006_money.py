"""Money is counted on two meters, by day, month, batch and source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_METERS = ("credits_reserved", "actions_reserved", "credits_spent", "actions_spent")


def upgrade() -> None:
    """Apply."""
    _move_to_scopes()
    op.create_table(
        "companies",
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("learnt_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("domain"),
    )
    op.add_column("leads", sa.Column("batch", sa.String(26), nullable=True))
    op.add_column("intakes", sa.Column("batch", sa.String(26), nullable=True))
    op.add_column(
        "call_leads", sa.Column("actions_reserved", sa.Double(), nullable=False, server_default="0")
    )
    op.add_column("call_leads", sa.Column("actions_spent", sa.Double(), nullable=True))
    op.add_column("call_leads", sa.Column("credits_reported", sa.Double(), nullable=True))
    op.add_column("call_leads", sa.Column("batch", sa.String(26), nullable=True))
    op.add_column("call_leads", sa.Column("source", sa.String(200), nullable=True))


def downgrade() -> None:
    """Revert."""
    for name in ("source", "batch", "credits_reported", "actions_spent", "actions_reserved"):
        op.drop_column("call_leads", name)
    op.drop_column("intakes", "batch")
    op.drop_column("leads", "batch")
    op.drop_table("companies")
    _move_to_days()


def _move_to_scopes() -> None:
    days = op.get_bind().execute(sa.text("SELECT day, reserved, spent FROM budget")).all()
    op.drop_table("budget")
    made = op.create_table(
        "budget",
        sa.Column("scope", sa.String(240), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in _METERS),
        sa.Column("alert", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("scope"),
    )
    sums: dict[str, tuple[float, float]] = {}
    for day, reserved, spent in days:
        for scope in (f"day:{day}", f"month:{day[:7]}"):
            before = sums.get(scope, (0.0, 0.0))
            sums[scope] = (before[0] + reserved, before[1] + spent)
    rows = [
        {"scope": scope, **dict(zip(_METERS, (reserved, 0.0, spent, 0.0), strict=True))}
        for scope, (reserved, spent) in sorted(sums.items())
    ]
    if rows:
        op.bulk_insert(made, rows)


def _move_to_days() -> None:
    query = sa.text("SELECT scope, credits_reserved, credits_spent FROM budget WHERE scope LIKE 'day:%'")
    days = op.get_bind().execute(query).all()
    op.drop_table("budget")
    made = op.create_table(
        "budget",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reserved", sa.Double(), nullable=False),
        sa.Column("spent", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    rows = [
        {"day": scope.partition(":")[2], "reserved": reserved, "spent": spent}
        for scope, reserved, spent in days
    ]
    if rows:
        op.bulk_insert(made, rows)
