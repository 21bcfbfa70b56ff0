"""Leads, and what workers do with them; all people are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.grounds import Grounds
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.domain.states import EnrichmentStatus, Priority, SourceType, Step, Tier
from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ports.records import Arrival, Batch, Owed

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEEN = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
SECONDS = 60.0


def config(url: str, **more: Any) -> LedgerConfig:
    """The ledger's settings in tests."""
    return LedgerConfig(url=url, key=b"a key for tests", **more)


def arrival(
    name: str,
    *,
    hours: int = 0,
    source: str = "Rival",
    priority: Priority = Priority.NORMAL,
    batch: str | None = None,
    email: str | None = None,
    days: int | None = None,
) -> Arrival:
    """A person by name; ``hours`` and ``source`` make another sighting of the same one.

    ``days``: for which leads are kept that come in now.
    """
    lead = LeadInput(
        linkedin_url=f"https://www.linkedin.com/in/{name}",
        email=email or f"{name}@works.example",
        source_type=SourceType.POST_LIKER,
        source_name=source,
        scraped_at=_SEEN + timedelta(hours=hours, microseconds=123457),
        grounds=None if days is None else Grounds(retention_days=days),
    )
    return Arrival(input=lead, identity=identity_of(lead), priority=priority, batch=batch)


def by_email(email: str) -> Arrival:
    """A person of whom nothing but the e-mail is known."""
    lead = LeadInput(email=email, source_type=SourceType.POST_LIKER, source_name="List", scraped_at=_SEEN)
    return Arrival(input=lead, identity=identity_of(lead), priority=Priority.NORMAL)


def found(email: str) -> tuple[Enrichment, Score]:
    """A result with this e-mail."""
    values = Values(email_work=email)
    return Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=_SEEN), Score(
        total=50, tier=Tier.TWO, points={}
    )


def add(ledger: SqlLedger, arrivals: Sequence[Arrival]) -> list[str]:
    """Take them in as a door does; the ids in their order."""
    with ledger.begin() as tx:
        taken = tx.leads.add(arrivals)
        new = sum(not one.duplicate for one in taken)
        tx.count_intake("test", new, len(taken) - new, 0)
    return [one.lead_id for one in taken]


def people(ledger: SqlLedger, number: int, **more: Any) -> list[str]:
    """So many new leads."""
    return add(ledger, [arrival(f"person-{index:03}", **more) for index in range(number)])


def claim(ledger: SqlLedger, lead_ids: Sequence[str], step: Step = Step.INGEST) -> Batch | None:
    """Lease what is due and free."""
    with ledger.begin() as tx:
        return tx.work.claim(step, lead_ids, SECONDS)


def claimed(ledger: SqlLedger, lead_ids: Sequence[str], step: Step = Step.INGEST) -> Batch:
    """The same where it must succeed."""
    batch = claim(ledger, lead_ids, step)
    assert batch is not None
    return batch


def held(ledger: SqlLedger, batch: Batch) -> set[str]:
    """What is still under the lease."""
    with ledger.begin() as tx:
        return tx.work.held(batch)


def plan(ledger: SqlLedger, lead_ids: Sequence[str], *, cost: Cost = FREE, lease: int = 1) -> str:
    """Write the intent of an enrichment."""
    with ledger.begin() as tx:
        return tx.calls.plan(
            operation="enrich_rows",
            target="clay",
            key="key",
            lease=lease,
            generations=dict.fromkeys(lead_ids, 1),
            cost=cost,
        )


def due(ledger: SqlLedger, *steps: Step, limit: int = 100) -> dict[Step, list[str]]:
    """What the sweep would hint at."""
    with ledger.read() as tx:
        return dict(tx.work.due(steps or list(Step), limit))


def owe(ledger: SqlLedger, lead_ids: Sequence[str], step: Step, delay: float = 0.0) -> None:
    """Owe a further step."""
    with ledger.begin() as tx:
        tx.work.owe(Owed(lead_id=key, step=step, turn=0.0, delay=delay) for key in lead_ids)


def claim_all(ledger: SqlLedger, lead_ids: Sequence[str]) -> list[str]:
    """Claim in small batches, one transaction each, until nothing is free."""
    mine: list[str] = []
    for start in range(0, len(lead_ids), 7):
        batch = claim(ledger, lead_ids[start : start + 7])
        mine += batch.items if batch else ()
    return mine


def claim_due(ledger: SqlLedger, most: int) -> Batch | None:
    """Lease whoever's turn it is."""
    with ledger.begin() as tx:
        return tx.work.claim_due(Step.INGEST, most, SECONDS)


def claimed_due(ledger: SqlLedger, most: int) -> Batch:
    """The same where somebody is due."""
    batch = claim_due(ledger, most)
    assert batch is not None
    return batch


def claim_all_due(ledger: SqlLedger, most: int) -> list[str]:
    """Batch by batch, until nothing is free."""
    mine: list[str] = []
    while (batch := claim_due(ledger, most)) is not None:
        mine += batch.items
    return mine


def claim_due_in_process(url: str, holder: str) -> list[str]:
    """The same from another process."""
    ledger = SqlLedger(config(url, holder=holder))
    mine = claim_all_due(ledger, 7)
    ledger.close()
    return mine


def claim_in_process(url: str, holder: str, lead_ids: Sequence[str]) -> list[str]:
    """The same from another process."""
    ledger = SqlLedger(config(url, holder=holder))
    mine = claim_all(ledger, lead_ids)
    ledger.close()
    return mine
