"""The table of the books."""

from __future__ import annotations

from sqlalchemy import Column, Double, String, Table

from alpha_swarm.ledger.schema.metadata import metadata

#: What is reserved and spent within each scope, a day's by the day on which it was reserved.
budget = Table(
    "budget",
    metadata,
    Column("scope", String(240), primary_key=True),
    Column("credits_reserved", Double, nullable=False),
    Column("actions_reserved", Double, nullable=False),
    Column("credits_spent", Double, nullable=False),
    Column("actions_spent", Double, nullable=False),
    # The most credits that a lead cost by a result that came on this day; in other scopes 0.
    Column("dearest", Double, nullable=False, server_default="0"),
    # Of which cap people were told last that it is reached.
    Column("alert", String(64)),
)
