"""Where a person's data came from, who worked on it, why it is held and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.notice import notice_due_at
from alpha_swarm.domain.leads.origins import collector, found_fields, given_fields
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.states import LegalBasis

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.leads.enrichment import Enrichment
    from alpha_swarm.domain.leads.lead import Lead, LeadInput, Sighting


def first_collected(lead: Lead) -> datetime:
    """The earliest of all arrivals, whichever came in first: from then on retention is counted."""
    return min([lead.input.scraped_at, *(one.collected_at for one in lead.also_seen)])


def held_by(first: LeadInput) -> dict[str, str | None]:
    """``legal_basis``, and by id and version the assessment that it rests on, where it rests on one."""
    weighed = first.held_on if first.basis is LegalBasis.LEGITIMATE_INTEREST else None
    return {
        "legal_basis": first.basis.value,
        "assessment_id": weighed.assessment_id if weighed else None,
        "assessment_version": weighed.assessment_version if weighed else None,
    }


def provenance(lead: Lead) -> dict[str, Any]:
    """``collection``, ``enrichment``, ``processing`` and ``access_log``; times in UTC with ``Z``."""
    return {
        "collection": _collection(lead),
        "enrichment": {**_enrichment(lead.enrichment), "fields": found_fields(lead)},
        "processing": _processing(lead),
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


def _processing(lead: Lead) -> dict[str, Any]:
    """``withheld``: what the privacy policy kept out, at the door or of a result, where it did."""
    found = lead.enrichment.withheld if lead.enrichment else ()
    withheld = sorted({*(lead.input.withheld or ()), *found})
    grounds, collected_at = lead.input.held_on, first_collected(lead)
    return {
        "purpose": grounds.purpose,
        **held_by(lead.input),
        "documented_interest": grounds.interest,
        "retention_days": grounds.retention_days,
        "retention_until": write_moment(grounds.until(collected_at)),
        "notice_due_at": write_moment(notice_due_at(lead, collected_at)),
        "informed_at": write_moment(lead.informed_at) if lead.informed_at else None,
        **({"withheld": withheld} if withheld else {}),
    }
