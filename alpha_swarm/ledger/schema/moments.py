"""Every moment that is compared with now, for the day on which now is set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from alpha_swarm.ledger.schema.executions import executions, progress
from alpha_swarm.ledger.schema.lanes import lane_rows, lanes
from alpha_swarm.ledger.schema.letters import replays
from alpha_swarm.ledger.schema.messages import alerts, approvals, notifications
from alpha_swarm.ledger.schema.rights import rights_requests, rights_steps, suppressions
from alpha_swarm.ledger.schema.tables import (
    call_leads,
    calls,
    dead_letters,
    facts,
    idempotency_keys,
    inbox,
    leases,
    pauses,
    unknown_runs,
    work,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

MOMENTS = (
    work.c.due_at,
    work.c.since,
    leases.c.expires_at,
    call_leads.c.doubtful_since,
    calls.c.planned_at,
    pauses.c.until,
    dead_letters.c.replay_at,
    replays.c.expires_at,
    facts.c.held_until,
    inbox.c.received_at,
    inbox.c.due_at,
    unknown_runs.c.heard_at,
    unknown_runs.c.ask_at,
    idempotency_keys.c.created_at,
    notifications.c.due_at,
    notifications.c.created_at,
    approvals.c.expires_at,
    approvals.c.due_at,
    alerts.c.gone_at,
    lane_rows.c.sent_at,
    lanes.c.silent_since,
    lanes.c.last_answered_at,
    executions.c.started_at,
    progress.c.at,
    rights_steps.c.due_at,
    rights_requests.c.ended_at,
    suppressions.c.since,
)


def move_back(connection: Connection, seconds: float) -> None:
    """Whatever was to be in a minute is in a minute again, after the clock went back by so many seconds."""
    for column in MOMENTS:
        connection.execute(update(column.table).values({column.name: column - seconds}))
