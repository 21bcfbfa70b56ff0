"""The tables of the ledger. All times are seconds since 1970 in UTC, by the database's clock."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

import alpha_swarm.ledger.schema.audit  # noqa: F401
import alpha_swarm.ledger.schema.companies  # noqa: F401
import alpha_swarm.ledger.schema.crm  # noqa: F401
import alpha_swarm.ledger.schema.executions  # noqa: F401
import alpha_swarm.ledger.schema.lanes  # noqa: F401 - whoever asks for the tables gets all of them
import alpha_swarm.ledger.schema.messages  # noqa: F401
import alpha_swarm.ledger.schema.money  # noqa: F401
import alpha_swarm.ledger.schema.providers  # noqa: F401
import alpha_swarm.ledger.schema.rights  # noqa: F401
import alpha_swarm.ledger.schema.samples  # noqa: F401
from alpha_swarm.ledger.schema.letters import dead_letters as dead_letters  # noqa: PLC0414 - handed on
from alpha_swarm.ledger.schema.metadata import counter as _counter
from alpha_swarm.ledger.schema.metadata import identifier as _id
from alpha_swarm.ledger.schema.metadata import metadata as metadata  # noqa: PLC0414 - handed on
from alpha_swarm.ledger.schema.metadata import time as _time

leads = Table(
    "leads",
    metadata,
    Column("id", _id, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("priority", SmallInteger, nullable=False),
    # Its place in the queue, in every step alike; see `flows`.
    Column("turn", Double, nullable=False, server_default="0"),
    Column("identity", String(64), nullable=False, unique=True),
    Column("row_id", String(255)),
    Column("status", String(16)),
    Column("score", SmallInteger),
    Column("tier", String(8)),
    Column("created_at", _time, nullable=False),
    Column("updated_at", _time, nullable=False),
    Column("retention_until", _time, nullable=False),
    # For equality, and for the beginning that a run's leads share.
    Index("ix_leads_row_id", "row_id", postgresql_ops={"row_id": "varchar_pattern_ops"}),
    # The intake of several leads that it came in, or the last that renewed it.
    Column("batch", _id),
    # What reports count, beside the person's own row, which is many times as wide: its first source;
    # when the last result came, which fields it has (a bit each) and how many values were dropped.
    Column("source", String(200)),
    Column("enriched_at", _time),
    Column("filled", Integer),
    Column("dropped", SmallInteger),
    # When the person was told that their data is held; NULL while nobody said that it was done.
    Column("informed_at", _time),
)

#: A person's data. Beside it the address in `sightings.source_url`, the values in `changes`, what `syncs` and
#: `approvals` grant, and the bodies of letters in `inbox` that are unread or were put aside are personal, and
#: are sealed where there are keys (`personal_values.SEALED`); others hold ids, figures, names of companies,
#: and whom of our people rules name.
persons = Table(
    "persons",
    metadata,
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("input", JSON, nullable=False),
    Column("enrichment", JSON),
    Column("score", JSON),
    # What the person put right, field by field.
    Column("pins", JSON(none_as_null=True)),
)

#: Keyed hashes of whatever a person can be found by.
identities = Table(
    "identities",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("kind", String(16), nullable=False),
    Index("ix_identities_lead_id", "lead_id"),
)

#: Later arrivals of a lead that stands already.
sightings = Table(
    "sightings",
    metadata,
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("fingerprint", String(64), primary_key=True),
    Column("source_type", String(32), nullable=False),
    Column("source_name", String(200), nullable=False),
    Column("source_url", Text),
    Column("collected_at", _time, nullable=False),
)

#: What is owed to a lead: a row lives until the step is done, so what remains is what is to be done.
work = Table(
    "work",
    metadata,
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("step", String(16), primary_key=True),
    Column("turn", Double, nullable=False),
    Column("due_at", _time, nullable=False),
    Column("since", _time, nullable=False),
    Column("lease_id", _counter),
    Column("attempts", SmallInteger, nullable=False),
    Column("claims", Integer, nullable=False),
    # How many leads are or were in the batch that last took this one up and has not given it back in order;
    # where that batch is gone, something went wrong over one of its leads.
    Column("company", SmallInteger),
    Column("company_limit", SmallInteger),
    Column("crashes", SmallInteger, nullable=False, server_default="0"),
    # Where the step is paid for under a cap: how good the lead is, the best the lowest; else nothing.
    Column("rank", SmallInteger),
    # Given back because a cap has no room; as soon as one has, nobody waits for `due_at`.
    Column("awaits_room", Boolean),
    # Whoever claims reads along the turns, and finds there who is due and free.
    Index("ix_work_step_turn", "step", "turn", "due_at", "lease_id"),
    Index("ix_work_step_due_at", "step", "due_at"),
    # The same along the ranks.
    Index(
        "ix_work_step_rank",
        *("step", "rank", "turn", "due_at", "lease_id", "awaits_room"),
        sqlite_where=text("rank IS NOT NULL"),
        postgresql_where=text("rank IS NOT NULL"),
    ),
)

#: Where each stream of leads (a source in a priority) stands in the common queue: its last lead's turn.
flows = Table(
    "flows",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("turn", Double, nullable=False),
)

#: A batch in one worker's hands; the id is the fencing token.
leases = Table(
    "leases",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("holder", String(120), nullable=False, index=True),
    Column("step", String(16), nullable=False),
    Column("taken_at", _time, nullable=False),
    Column("expires_at", _time, nullable=False),
    Column("leads", Integer, nullable=False, server_default="0"),  # that were taken
    sqlite_autoincrement=True,
)

#: The intent of each outside call with an effect, written before it, and what became of it.
calls = Table(
    "calls",
    metadata,
    Column("id", _id, primary_key=True),
    Column("operation", String(32), nullable=False),
    Column("target", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("lease_id", _counter, nullable=False),
    Column("planned_at", _time, nullable=False),
)

call_leads = Table(
    "call_leads",
    metadata,
    Column("call_id", _id, ForeignKey("calls.id"), primary_key=True),
    Column("lead_id", _id, ForeignKey("leads.id"), primary_key=True),
    Column("operation", String(32), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("doubtful_since", _time),
    Column("settled_at", _time),
    Column("day", String(10), nullable=False),
    Column("credits_reserved", Double, nullable=False),
    Column("credits_spent", Double),
    Column("actions_reserved", Double, nullable=False, server_default="0"),
    Column("actions_spent", Double),
    # What the enricher itself said it took; nothing where we reckoned it.
    Column("credits_reported", Double),
    # Whose money it is, where it costs any.
    Column("batch", _id),
    Column("source", String(200)),
    Index("ix_call_leads_lead_id", "lead_id", "operation"),
)

#: Webhooks as they came; the body goes as soon as it is read.
inbox = Table(
    "inbox",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("source", String(32), nullable=False),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("body", LargeBinary),
    Column("received_at", _time, nullable=False),
    Column("state", String(12), nullable=False),
    # Until then a reader has it in hand, who asks somebody outside about it.
    Column("due_at", _time, nullable=False, server_default="0"),
    Index("ix_inbox_state", "state", "source", "id"),
    sqlite_autoincrement=True,
)

#: Runs that the enricher said were over and that no call of ours knows: its answer was lost.
unknown_runs = Table(
    "unknown_runs",
    metadata,
    Column("run_id", String(200), primary_key=True),
    Column("heard_at", _time, nullable=False),
    Column("ask_at", _time, nullable=False),
)

#: Events of a CRM that did not keep what it was sent; a bound value would not be seen to fit the index.
NOT_KEPT = text("kind = 'not_kept'")

#: Each lead's story, append-only and without personal data.
events = Table(
    "events",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("lead_id", _id, ForeignKey("leads.id"), nullable=False, index=True),
    Column("at", _time, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", JSON, nullable=False),
    # Counted each time that somebody asks how it goes.
    Index("ix_events_not_kept", "id", sqlite_where=NOT_KEPT, postgresql_where=NOT_KEPT),
    sqlite_autoincrement=True,
)

#: What was found out once for all processes: ids of tables, fields and webhooks.
facts = Table(
    "facts",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("value", Text),
    Column("held_until", _time),
    Column("holder", String(120)),
)

#: One row: which ledger this is, and a number that only grows. A mark of it is kept elsewhere.
pulse = Table(
    "pulse",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("ledger", _id, nullable=False),
    Column("beats", BigInteger, nullable=False),
    Column("at", _time, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("target", String(16), primary_key=True),
    Column("reason", String(300), nullable=False),
    # Which verdict it was; NULL where a person said so.
    Column("kind", String(32)),
    Column("since", _time, nullable=False),
    Column("until", _time, nullable=False),
)

#: What each door said it took in: the other side of the books.
intakes = Table(
    "intakes",
    metadata,
    Column("id", _counter, primary_key=True, autoincrement=True),
    Column("at", _time, nullable=False),
    Column("door", String(16), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("batch", _id),
    sqlite_autoincrement=True,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("body", String(64), nullable=False),
    Column("answer", JSON),
    Column("created_at", _time, nullable=False, index=True),
)
