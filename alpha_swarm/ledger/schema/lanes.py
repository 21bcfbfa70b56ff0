"""The tables of lanes."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, SmallInteger, String, Table, Text

from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: Ways into Clay's tables: each a webhook source that takes so many records in its life.
lanes = Table(
    "lanes",
    metadata,
    Column("name", String(64), primary_key=True),
    # In which order they are filled: those of the settings as they stand there, then those that were added.
    Column("configured", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    # Both let anybody write into the table: they are sealed, and shown to nobody.
    Column("url", Text, nullable=False),
    Column("token", Text),
    Column("table_label", String(64)),
    Column("unlimited", Boolean, nullable=False),
    Column("used", Integer, nullable=False),
    Column("table_rows", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", String(400)),
    Column("since", _time, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    # Accepted since then, and none of these answered.
    Column("silent", Integer, nullable=False),
    Column("silent_since", _time),
    Column("last_accepted_at", _time),
    Column("last_answered_at", _time),
)

#: What is expected back, written before it is sent.
lane_rows = Table(
    "lane_rows",
    metadata,
    Column("request_id", String(64), primary_key=True),
    Column("lane", String(64), ForeignKey("lanes.name"), nullable=False),
    Column("sent_at", _time, nullable=False),
    Column("sends", SmallInteger, nullable=False),
    Column("answered_at", _time),
)

#: Records a lane was given on a day, for the forecast.
lane_days = Table(
    "lane_days",
    metadata,
    Column("lane", String(64), ForeignKey("lanes.name"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("records", Integer, nullable=False),
)
