"""The tables of a person's rights: who is not to come back, what was asked for, and how far it is."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, SmallInteger, String, Table, Text

from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: Keyed hashes of whatever a person is known by who is not to come back; of a lead its id.
suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    # The right by which it came about.
    Column("why", String(16), nullable=False),
    Column("since", _time, nullable=False, index=True),
    # The request by which it did; NULL where it was laid over a restored ledger.
    Column("request_id", _id, index=True),
)

#: Who was taken off the list again: what a list outside says of before that moment holds no more.
allowances = Table(
    "allowances",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("since", _time, nullable=False),
)

#: What was asked for: nothing of the person stands here.
rights_requests = Table(
    "rights_requests",
    metadata,
    Column("id", _id, primary_key=True),
    Column("right", String(16), nullable=False),
    Column("why", String(64), nullable=False),
    Column("asked_at", _time, nullable=False),
    Column("ended_at", _time, index=True),
    # Those under which somebody had one of the leads in hand at that moment.
    Column("leases", JSON, nullable=False),
)

#: The leads that a request is about.
rights_leads = Table(
    "rights_leads",
    metadata,
    Column("request_id", _id, ForeignKey("rights_requests.id"), primary_key=True),
    Column("lead_id", _id, primary_key=True, index=True),
)

#: What is still to be done in each system, and what it said when it was.
rights_steps = Table(
    "rights_steps",
    metadata,
    Column("request_id", _id, ForeignKey("rights_requests.id"), primary_key=True),
    Column("system", String(16), primary_key=True),
    # due, done, or task: for a person to do.
    Column("state", String(8), nullable=False),
    Column("due_at", _time, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    # How often it is still to be made.
    Column("passes", SmallInteger, nullable=False),
    # By what the person is known there; gone as soon as it is done.
    Column("sealed", Text),
    Column("receipt", JSON(none_as_null=True)),
    Column("error", String(300)),
    Index("ix_rights_steps_due_at", "state", "due_at"),
)
