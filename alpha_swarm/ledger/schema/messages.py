"""The tables of what people are to be told and asked, and of what somebody has to see to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, SmallInteger, String, Table, Text

from alpha_swarm.ledger.schema.metadata import counter as _counter
from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: An outbox. Nothing of a lead stands in it but the id; what is told of it is looked up when it is told.
notifications = Table(
    "notifications",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("lead_id", _id),
    # How it is told.
    Column("way", String(8), nullable=False, server_default="slack"),
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

#: What somebody is asked to allow, and the answer. Of whoever answers only the id by which Slack knows them.
approvals = Table(
    "approvals",
    metadata,
    Column("id", _id, primary_key=True),
    Column("kind", String(16), nullable=False),
    # Ids and names, from which the plan is reckoned anew; and a hash of what was shown.
    Column("scope", JSON, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("state", String(8), nullable=False),
    Column("asked_at", _time, nullable=False),
    Column("expires_at", _time, nullable=False),
    Column("answered_at", _time),
    Column("answered_by", String(32)),
    # When somebody is to act on the answer; NULL where nothing more is to be done.
    Column("due_at", _time),
    # The message that was answered.
    Column("reference", String(120)),
    Column("outcome", Text),
    Index("ix_approvals_due_at", "due_at"),
)

#: What stands now and somebody has to see to. Whoever was told of it is told when it is over.
alerts = Table(
    "alerts",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("level", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("since", _time, nullable=False),
    # Since when it is not there any more; NULL while it is.
    Column("gone_at", _time),
)
