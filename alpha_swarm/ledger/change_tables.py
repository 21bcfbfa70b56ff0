"""The table of what was written into the records of the CRMs."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from alpha_swarm.ledger.metadata import counter, identifier, metadata
from alpha_swarm.ledger.metadata import time as _time

#: Each write, field by field: what stood there and what was to be put in its place. Written down before it is
#: sent; until an answer has come nobody knows whether it took effect.
changes = Table(
    "changes",
    metadata,
    Column("id", counter, primary_key=True, autoincrement=True),
    Column("lead_id", identifier, ForeignKey("leads.id"), nullable=False),
    Column("target", String(16), nullable=False),
    Column("batch", identifier),
    Column("planned_at", _time, nullable=False),
    Column("confirmed_at", _time),
    # NULL where the record was created.
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON, nullable=False),
    Column("undone_at", _time),
    Index("ix_changes_lead", "lead_id", "target"),
    Index("ix_changes_batch", "batch"),
    sqlite_autoincrement=True,
)
