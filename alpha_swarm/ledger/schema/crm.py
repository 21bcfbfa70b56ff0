"""The tables of what the CRMs have: where leads stand there, what was written, and what they told of."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, String, Table, false

from alpha_swarm.ledger.schema.metadata import counter as _counter
from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: Where each lead stands with each CRM.
syncs = Table(
    "syncs",
    metadata,
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("target", String(16), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("external_id", String(255)),
    # Somebody removed its record there, which is not made anew.
    Column("gone", Boolean, nullable=False, server_default=false()),
    Column("fingerprint", String(64)),
    Column("synced_at", _time),
    # What the rules say is to happen there besides: a campaign, an owner, a deal.
    Column("route", JSON(none_as_null=True)),
    # The deal that is opened with the contact, as it was planned; what was planned is never planned anew.
    Column("deal", JSON(none_as_null=True)),
    Column("deal_id", String(255)),
    # The approval by which it is to be written, and the protected fields of it with what stood there and what
    # may take its place; both go with the write.
    Column("approval", _id),
    Column("granted", JSON(none_as_null=True)),
    Index("ix_syncs_external_id", "target", "external_id"),
)

#: Each write, field by field: what stood there and what was to be put in its place. Written down before it is
#: sent; until an answer has come nobody knows whether it took effect.
changes = Table(
    "changes",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("lead_id", _id, ForeignKey("leads.id"), nullable=False),
    Column("target", String(16), nullable=False),
    Column("batch", _id),
    # The one by which it was allowed, where it was asked for.
    Column("approval", _id),
    # NULL until the record is there.
    Column("external_id", String(255)),
    Column("planned_at", _time, nullable=False),
    Column("confirmed_at", _time),
    # NULL where the record was created.
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON, nullable=False),
    Column("undone_at", _time),
    Index("ix_changes_lead_id", "lead_id", "target"),
    Index("ix_changes_external_id", "external_id", "target"),
    Index("ix_changes_batch", "batch"),
    Index("ix_changes_approval", "approval"),
    sqlite_autoincrement=True,
)

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
