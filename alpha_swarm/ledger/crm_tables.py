"""The table of the records that CRMs told of."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table

from alpha_swarm.ledger.metadata import identifier as _id
from alpha_swarm.ledger.metadata import metadata
from alpha_swarm.ledger.metadata import time as _time

#: Which lead a record is, and what of it was seen last: a keyed hash, no values.
crm_records = Table(
    "crm_records",
    metadata,
    Column("system", String(16), primary_key=True),
    Column("record_id", String(255), primary_key=True),
    Column("lead_id", _id, ForeignKey("leads.id"), index=True),
    Column("fingerprint", String(64)),
    # The sender's time, by which late news are told from new ones.
    Column("changed_at", _time, nullable=False),
    Column("gone", Boolean, nullable=False),
)
