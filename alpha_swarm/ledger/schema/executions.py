"""The tables of what batches came to."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table

from alpha_swarm.domain.health.executions import BUCKETS
from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata
from alpha_swarm.ledger.schema.metadata import time as _time

#: One row a batch, by its end; of records only ids and verdicts.
executions = Table(
    "executions",
    metadata,
    Column("id", _id, primary_key=True),
    Column("workflow", String(20), nullable=False),
    Column("started_at", _time, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", String(8), nullable=False),
    Column("processed", Integer, nullable=False),
    Column("success", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("errors", JSON, nullable=False),
    Column("trigger", String(8), nullable=False),
    Index("ix_executions_workflow", "workflow", "started_at"),
    Index("ix_executions_started_at", "started_at"),
)

#: The columns in which an hour's executions are counted by how long they took.
BUCKET_COLUMNS = tuple(f"bucket_{place}" for place in range(len(BUCKETS)))
#: What is summed up over an hour.
SUMS = ("executions", "failures", "processed", "success", "failed", "missed", "milliseconds_sum")

#: The same, summed up by the hour since 1970 in which they ended, and kept for as long as the ledger.
execution_hours = Table(
    "execution_hours",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("workflow", String(20), primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
    Column("milliseconds_max", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in BUCKET_COLUMNS),
)

#: When something of a workflow was last written down, to within some seconds.
progress = Table(
    "progress",
    metadata,
    Column("workflow", String(20), primary_key=True),
    Column("at", _time, nullable=False),
)

#: When a schedule ran last, to within a minute, and what came of it.
schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("ran_at", _time, nullable=False),
    Column("result", String(200), nullable=False),
)
