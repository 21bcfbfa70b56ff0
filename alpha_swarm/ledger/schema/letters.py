"""The tables of what was given up, and of how it is tried again."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", _id, primary_key=True),
    Column("lead_id", _id, ForeignKey("leads.id"), nullable=False, index=True),
    Column("generation", Integer, nullable=False),
    Column("step", String(16), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("error", String(300), nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("replays", SmallInteger, nullable=False),
    # When the step was given up for the first time; `died_at` is the last time.
    Column("first_at", _time, nullable=False, server_default="0"),
    Column("died_at", _time, nullable=False),
    Column("replay_at", _time),
    Column("resolved_at", _time, index=True),
    # Why it is closed; NULL while it is open.
    Column("resolution", String(12)),
)

#: A plan, and what became of it: ids and figures, nothing personal.
replays = Table(
    "replays",
    metadata,
    Column("id", _id, primary_key=True),
    # Of exactly what is to run.
    Column("hash", String(64), nullable=False, index=True),
    Column("state", String(8), nullable=False, index=True),
    Column("stage", SmallInteger, nullable=False),
    Column("planned", Integer, nullable=False),
    Column("made_at", _time, nullable=False),
    Column("expires_at", _time, nullable=False),
    Column("started_at", _time),
    Column("ended_at", _time),
    Column("why", Text),
)

#: The letters that a plan is about.
replay_letters = Table(
    "replay_letters",
    metadata,
    Column("replay_id", _id, ForeignKey("replays.id"), primary_key=True),
    Column("letter_id", _id, primary_key=True),
    Column("lead_id", _id, nullable=False),
    Column("step", String(16)),
    Column("way", String(8)),
    # Its place among those that run; NULL where it does not.
    Column("position", Integer),
    Column("fate", String(8), nullable=False),
    # The lead's generation once it has begun.
    Column("generation", Integer),
    Column("started_at", _time),
    Index("ix_replay_letters_position", "replay_id", "fate", "position"),
    Index("ix_replay_letters_letter", "letter_id", "fate"),
)
