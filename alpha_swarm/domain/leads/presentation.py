"""A lead as people and programs are shown it: the output payload and how old its values are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.output import output_payload
from alpha_swarm.domain.leads.staleness import staleness

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.leads.lead import Lead


def present_lead(lead: Lead, now: datetime, *, clay_away: bool) -> dict[str, Any]:
    """The output payload with ``staleness`` (``None`` before the enrichment) and ``fallback``.

    ``fallback`` is true where known values stand in for those that Clay would give now: they are older, or
    Clay cannot be asked.
    """
    age = staleness(lead.enrichment.enriched_at, now) if lead.enrichment else None
    stands_in = age is not None and (clay_away or age != "fresh")
    return {**output_payload(lead), "staleness": age, "fallback": stands_in}
