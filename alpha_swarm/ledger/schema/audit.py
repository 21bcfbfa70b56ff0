"""The tables of the audit trail."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, String, Table, Text

from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

_number = BigInteger().with_variant(Integer, "sqlite")

#: Ids and figures only; numbered without gaps, and never changed.
audit = Table(
    "audit",
    metadata,
    Column("seq", _number, primary_key=True, autoincrement=False),
    Column("at", _time, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("mac", String(64), nullable=False),
)

#: One row: the last record. Whoever writes to the trail locks it.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("mac", String(64), nullable=False),
)
