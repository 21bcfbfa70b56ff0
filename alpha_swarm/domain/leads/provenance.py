"""Where a person's data came from, who worked on it, why it is held and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.origins import collector, found_fields, given_fields
from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.leads.enrichment import Enrichment
    from alpha_swarm.domain.leads.lead import Lead, Sighting

RETENTION_DAYS = 730
PURPOSE = "sales_outreach"
INTEREST = "B2B revenue operations solutions"


def retention_until(scraped_at: datetime, days: int = RETENTION_DAYS) -> datetime:
    """Until when data first collected at ``scraped_at`` may be held; never renewed.

    Raises:
        OverflowError: that would be after the year 9999.
    """
    return scraped_at + timedelta(days=days)


def first_collected(lead: Lead) -> datetime:
    """The earliest of all arrivals, whichever came in first: from then on retention is counted."""
    return min([lead.input.scraped_at, *(one.collected_at for one in lead.also_seen)])


def provenance(lead: Lead, *, retention_days: int = RETENTION_DAYS) -> dict[str, Any]:
    """``collection``, ``enrichment``, ``processing`` and ``access_log``; times in UTC with ``Z``."""
    return {
        "collection": _collection(lead),
        "enrichment": {**_enrichment(lead.enrichment), "fields": found_fields(lead)},
        "processing": _processing(lead, retention_days),
        "access_log": [dict(entry) for entry in lead.access_log],
    }


def _collection(lead: Lead) -> dict[str, Any]:
    first = lead.input
    return {
        "source": first.source_type.value,
        "source_url": first.source_url,
        "collected_at": write_moment(first.scraped_at),
        "collector": collector(first),
        "legal_basis": first.basis.value,
        "also_seen": [_sighting(sighting) for sighting in lead.also_seen],
        "fields": given_fields(lead),
    }


def _sighting(sighting: Sighting) -> dict[str, Any]:
    return {
        "source": sighting.source_type,
        "source_name": sighting.source_name,
        "source_url": sighting.source_url,
        "collected_at": write_moment(sighting.collected_at),
    }


def _enrichment(enrichment: Enrichment | None) -> dict[str, Any]:
    if enrichment is None:
        return {"providers": [], "completed_at": None}
    return {
        "providers": [
            {"name": use.name, "fields": list(use.fields), "timestamp": use.timestamp}
            for use in enrichment.providers
        ],
        "completed_at": write_moment(enrichment.enriched_at),
    }


def _processing(lead: Lead, retention_days: int) -> dict[str, Any]:
    """``withheld``: what the privacy policy kept out, at the door or of a result, where it did."""
    found = lead.enrichment.withheld if lead.enrichment else ()
    withheld = sorted({*(lead.input.withheld or ()), *found})
    return {
        "purpose": PURPOSE,
        "legal_basis": lead.input.basis.value,
        "documented_interest": INTEREST,
        "retention_days": retention_days,
        "retention_until": write_moment(retention_until(first_collected(lead), retention_days)),
        **({"withheld": withheld} if withheld else {}),
    }
