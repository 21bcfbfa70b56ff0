"""Work that went wrong is taken up in ever smaller company; a ledger knows that it was put back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from ulid import ULID

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("work", sa.Column("company", sa.SmallInteger(), nullable=True))
    op.add_column("work", sa.Column("company_limit", sa.SmallInteger(), nullable=True))
    op.add_column("work", sa.Column("crashes", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("facts", sa.Column("holder", sa.String(length=120), nullable=True))
    pulse = op.create_table(
        "pulse",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("ledger", sa.String(length=26), nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # With the tables and not at the first use: a copy from before that is to be known for one of this ledger.
    op.bulk_insert(pulse, [{"id": 1, "ledger": str(ULID()), "beats": 0}])


def downgrade() -> None:
    """Take back."""
    op.drop_table("pulse")
    op.drop_column("facts", "holder")
    for name in ("crashes", "company_limit", "company"):
        op.drop_column("work", name)
