"""The tables of data keys, which stand apart from the ledger: no copy of it holds them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, SmallInteger, String, Table

from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import time as _time

metadata = MetaData()
#: Of PostgreSQL.
SCHEMA = "alpha_swarm_keys"

#: A lead's data key, wrapped by one of the installation's keys.
data_keys = Table(
    "data_keys",
    metadata,
    Column("owner", _id, primary_key=True),
    Column("key_id", String(16), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", _time, nullable=False),
)

#: One row: which store this is. The ledger remembers whose keys its values are sealed with.
key_store = Table(
    "key_store",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", _id, nullable=False),
)
