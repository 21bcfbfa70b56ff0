"""What reports count stands in narrow columns, and people mark drawn values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_PAGE = 1000
#: As the program numbered them when this was written.
_FIELDS = (
    "email_work",
    "email_personal",
    "phone",
    "title",
    "company_domain",
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
    "linkedin_headline",
    "linkedin_summary",
    "linkedin_connections",
    "recent_posts",
    "mutual_connections",
)


def upgrade() -> None:
    """Apply."""
    op.add_column("leads", sa.Column("source", sa.String(200), nullable=True))
    op.add_column("leads", sa.Column("enriched_at", sa.Double(), nullable=True))
    op.add_column("leads", sa.Column("filled", sa.Integer(), nullable=True))
    op.add_column("leads", sa.Column("dropped", sa.SmallInteger(), nullable=True))
    for name in ("hits", "dropped"):
        op.add_column("provider_uses", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("provider_uses", sa.Column("credits", sa.Double(), nullable=False, server_default="0"))
    op.create_index("ix_provider_uses_hour", "provider_uses", ["hour"])
    op.create_table(
        "samples",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("lead_id", sa.String(26), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("enriched_at", sa.Double(), nullable=False),
        sa.Column("drawn_at", sa.Double(), nullable=False),
        sa.Column("mark", sa.String(8), nullable=True),
        sa.Column("marked_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_samples_lead_id", "samples", ["lead_id"])
    op.create_index("ix_samples_drawn_at", "samples", ["drawn_at"])
    _fill()


def downgrade() -> None:
    """Revert."""
    op.drop_table("samples")
    op.drop_index("ix_provider_uses_hour", "provider_uses")
    for name in ("credits", "dropped", "hits"):
        op.drop_column("provider_uses", name)
    for name in ("dropped", "filled", "enriched_at", "source"):
        op.drop_column("leads", name)


def _fill() -> None:
    """From what stands with the persons, page by page."""
    persons = sa.table(
        "persons", sa.column("lead_id"), sa.column("input", sa.JSON), sa.column("enrichment", sa.JSON)
    )
    leads = sa.table("leads", *map(sa.column, ("id", "source", "enriched_at", "filled", "dropped")))
    new: dict[str, Any] = {
        name: sa.bindparam(f"new_{name}") for name in ("source", "enriched_at", "filled", "dropped")
    }
    change = sa.update(leads).where(leads.c.id == sa.bindparam("lead")).values(new)
    page = sa.select(persons).order_by(persons.c.lead_id).limit(_PAGE)
    connection, after = op.get_bind(), ""
    while rows := connection.execute(page.where(persons.c.lead_id > after)).all():
        connection.execute(change, [_figures(row) for row in rows])
        after = rows[-1].lead_id


def _figures(row: Any) -> dict[str, Any]:
    found = row.enrichment
    values = found["values"] if found else {}
    bits = sum(1 << place for place, name in enumerate(_FIELDS) if values.get(name) not in (None, [], ()))
    return {
        "lead": row.lead_id,
        "new_source": row.input.get("source_name"),
        "new_enriched_at": datetime.fromisoformat(found["enriched_at"]).timestamp() if found else None,
        "new_filled": bits if found else None,
        "new_dropped": len(found.get("dropped", ())) if found else None,
    }
