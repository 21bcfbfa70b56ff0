"""Results of every kind, for the tests of reports; all people are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse, Values
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.money.budget import NO_CAPS, Caps
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.results.judgement import status_of
from alpha_swarm.domain.states import State, Tier
from alpha_swarm.ledger.reporting.report import Report, Standards
from tests.integration.ledger.actors import plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ledger.ledger import SqlLedger

STANDARDS = Standards(required=("email", "company_domain", "company_size"), threshold=80.0)
RESERVED = Cost(6.0, 1.0)


def result(
    values: Values,
    *,
    tier: Tier = Tier.TWO,
    days_old: float = 0.5,
    dropped: Sequence[tuple[str, str]] = (),
    providers: Sequence[ProviderUse] = (),
) -> tuple[Enrichment, Score]:
    """What came back for a lead so many days ago."""
    found = Enrichment(
        status=status_of(values, failed=False),
        values=values,
        providers=tuple(providers),
        enriched_at=datetime.now(UTC) - timedelta(days=days_old),
        dropped=tuple(dropped),
    )
    return found, Score(total=50, tier=tier, points={})


def enrich(ledger: SqlLedger, results: Mapping[str, tuple[Enrichment, Score]], paid: float = 4.0) -> None:
    """Pay for them and take them in: the usable ones are synced."""
    plan(ledger, list(results), cost=RESERVED)
    with ledger.begin() as tx:
        tx.leads.enriched(results)
        tx.calls.charge({key: Cost(paid, 1.0) for key in results}, list(results))
        usable = {key for key, (found, _) in results.items() if found.values.email or found.values.phone}
        tx.leads.move({key: State.SYNCED if key in usable else State.UNENRICHABLE for key in results})


def report(ledger: SqlLedger, days: int = 30, caps: Caps = NO_CAPS) -> dict[str, Any]:
    """As it is now."""
    with ledger.read() as tx:
        return Report(tx.session, caps, STANDARDS, days).written()
