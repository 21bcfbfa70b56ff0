"""The table of values that people look at, to say how many are right."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: A drawn value, by its field; the value itself stands with the person alone.
samples = Table(
    "samples",
    metadata,
    Column("id", _id, primary_key=True),
    Column("lead_id", _id, ForeignKey("leads.id"), nullable=False, index=True),
    Column("field", String(32), nullable=False),
    # The lead's at the time: after another result the value may be another one.
    Column("enriched_at", _time, nullable=False),
    Column("drawn_at", _time, nullable=False, index=True),
    # right, wrong or unknown; NULL until somebody has looked.
    Column("mark", String(8)),
    Column("marked_at", _time),
)
