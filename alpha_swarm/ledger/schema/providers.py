"""The table of what providers did."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, String, Table

from alpha_swarm.ledger.schema.metadata import metadata

#: How often each provider behind Clay took part in a result, by the hour since 1970, and what came of it.
provider_uses = Table(
    "provider_uses",
    metadata,
    Column("provider", String(40), primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("uses", Integer, nullable=False),
    Column("missed", Integer, nullable=False, server_default="0"),
    # Those in which it found something, values of its that failed their checks, its share of the credits.
    Column("hits", Integer, nullable=False, server_default="0"),
    Column("dropped", Integer, nullable=False, server_default="0"),
    Column("credits", Double, nullable=False, server_default="0"),
    Index("ix_provider_uses_hour", "hour"),
)
