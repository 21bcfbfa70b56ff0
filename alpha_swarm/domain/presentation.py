"""A lead as people and programs are shown it: the output payload and how old its values are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.output import output_payload
from alpha_swarm.domain.staleness import staleness

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.lead import Lead


def present_lead(lead: Lead, now: datetime) -> dict[str, Any]:
    """The output payload with ``staleness`` (``None`` before the enrichment) and ``fallback``.

    ``fallback`` is true where older values stand in for fresh ones.
    """
    age = staleness(lead.enrichment.enriched_at, now) if lead.enrichment else None
    return {**output_payload(lead), "staleness": age, "fallback": age not in {None, "fresh"}}
