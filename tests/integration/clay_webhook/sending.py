"""Leads to send, and what has become of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from ulid import ULID

from alpha_swarm.connectors.clay.webhook import ClayWebhook
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.states import Priority, SourceType, State
from alpha_swarm.ledger.schema.lanes import lane_rows, lanes
from tests.scripted_server import ScriptedServer, Told

if TYPE_CHECKING:
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ledger.ledger import SqlLedger


Connect = Callable[..., ClayWebhook]
KEY = b"a key for tests"
MAIN, SPARE = "/sources/main-s3cret", "/sources/spare-s3cret"
OK = Told(200, b"Thanks!")


def lead(first_name: str = "Ada") -> Lead:
    """Somebody."""
    given = LeadInput(
        email="ada@works.example",
        first_name=first_name,
        source_type=SourceType.DIRECT,
        source_name="test",
        scraped_at=datetime(2026, 1, 15, tzinfo=UTC),
    )
    return Lead(
        id=str(ULID()),
        generation=1,
        state=State.RECEIVED,
        priority=Priority.NORMAL,
        input=given,
        external_ids={},
    )


LEADS = [lead() for _ in range(10)]


def submit(clay: ClayWebhook, leads: list[Lead] = LEADS) -> list[Outcome]:
    """What becomes of each, in their order."""
    outcomes = clay.submit(leads, "key")
    return [outcomes[one.id] for one in leads]


def book(ledger: SqlLedger) -> dict[str, tuple[str, int]]:
    """Lane → (state, used)."""
    with ledger.read() as tx:
        return {row.name: (row.state, row.used) for row in tx.session.rows(select(lanes))}


def expected(ledger: SqlLedger) -> dict[str, str]:
    """Request id → lane of what is awaited."""
    with ledger.read() as tx:
        return {row.request_id: row.lane for row in tx.session.rows(select(lane_rows))}


def numbers(server: ScriptedServer, path: str = MAIN) -> list[int]:
    """How many records each call held."""
    bodies = [asked.json for asked in server.asked_for("POST", path)]
    return [len(body) if isinstance(body, list) else 1 for body in bodies]
