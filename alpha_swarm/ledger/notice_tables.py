"""The table of what people are to be told."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, SmallInteger, String, Table

from alpha_swarm.ledger.metadata import counter as _counter
from alpha_swarm.ledger.metadata import identifier as _id
from alpha_swarm.ledger.metadata import metadata
from alpha_swarm.ledger.metadata import time as _time

#: An outbox. Nothing of a lead stands in it but the id; what is told of it is looked up when it is told.
notifications = Table(
    "notifications",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("lead_id", _id),
    Column("topic", String(160), index=True),
    Column("detail", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", _time, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("created_at", _time, nullable=False),
    # What it is called at the other side, so that others can answer it.
    Column("reference", String(120)),
    Index("ix_notifications_state", "state", "due_at"),
    sqlite_autoincrement=True,
)
