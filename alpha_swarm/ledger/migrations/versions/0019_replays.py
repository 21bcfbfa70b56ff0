"""Dead letters say why they are closed, and are replayed by plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("dead_letters", sa.Column("first_at", sa.Double(), nullable=False, server_default="0"))
    op.add_column("dead_letters", sa.Column("resolution", sa.String(12), nullable=True))
    op.execute("UPDATE dead_letters SET first_at = died_at")
    op.execute("UPDATE dead_letters SET resolution = 'replayed' WHERE resolved_at IS NOT NULL")
    _replays()
    _replay_letters()


def downgrade() -> None:
    """Revert."""
    op.drop_table("replay_letters")
    op.drop_table("replays")
    op.drop_column("dead_letters", "resolution")
    op.drop_column("dead_letters", "first_at")


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_replays_hash", "replays", ["hash"])
    op.create_index("ix_replays_state", "replays", ["state"])


def _replay_letters() -> None:
    op.create_table(
        "replay_letters",
        sa.Column("replay_id", sa.String(26), nullable=False),
        sa.Column("letter_id", sa.String(26), nullable=False),
        sa.Column("lead_id", sa.String(26), nullable=False),
        sa.Column("step", sa.String(16), nullable=True),
        sa.Column("way", sa.String(8), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("fate", sa.String(8), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["replay_id"], ["replays.id"]),
        sa.PrimaryKeyConstraint("replay_id", "letter_id"),
    )
    op.create_index("ix_replay_letters_position", "replay_letters", ["replay_id", "fate", "position"])
    op.create_index("ix_replay_letters_letter", "replay_letters", ["letter_id", "fate"])
