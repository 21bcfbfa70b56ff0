"""The table of what is known of companies."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: What results said of companies: field → [value, when it was found].
companies = Table(
    "companies",
    metadata,
    Column("domain", String(255), primary_key=True),
    Column("fields", JSON, nullable=False),
    Column("learnt_at", _time, nullable=False),
)
