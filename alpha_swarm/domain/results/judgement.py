"""What an enrichment comes to, by the values that passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.enrichment import Enrichment, RowResult, Values
from alpha_swarm.domain.leads.lead import Lead
from alpha_swarm.domain.results.checks import check_values
from alpha_swarm.domain.states import EnrichmentStatus

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.leads.lead import Standing


def judge(row: RowResult, *, now: datetime) -> Enrichment:
    """Our reading of a finished row; the enricher's own status only says that it is over."""
    values, dropped = check_values(row.values, row.providers)
    return Enrichment(
        status=status_of(values, failed=bool(row.error) or row.status is EnrichmentStatus.FAILED),
        values=values,
        providers=row.providers,
        credits_used=row.credits_used,
        enriched_at=row.enriched_at or now,
        error=row.error,
        dropped=dropped,
    )


def outdated(lead: Standing, enriched_at: datetime | None) -> bool:
    """Whether a result is of the generation before: a lead that is renewed still has it at the enricher."""
    known = lead.enrichment if isinstance(lead, Lead) else None
    if lead.generation == 1 or known is None or enriched_at is None:
        return False
    return enriched_at <= known.enriched_at


def status_of(values: Values, *, failed: bool) -> EnrichmentStatus:
    """By the values alone; ``failed`` only where they come to nothing."""
    if values.email and values.company_size:
        return EnrichmentStatus.COMPLETED
    if values.email or values.phone:
        return EnrichmentStatus.PARTIAL
    return EnrichmentStatus.FAILED if failed else EnrichmentStatus.UNENRICHABLE
