"""Which CRMs an enriched lead goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import EnrichmentStatus, Target, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.enrichment import Values

_SYNCED = frozenset({EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL})
_CAMPAIGN_TIERS = frozenset({Tier.ONE, Tier.TWO})


def route(
    lead_status: EnrichmentStatus, values: Values, tier: Tier, targets: Sequence[Target]
) -> tuple[Target, ...]:
    """Those of ``targets`` that get the lead, in their order."""
    if lead_status not in _SYNCED:
        return ()
    return tuple(target for target in dict.fromkeys(targets) if _fits(target, values, tier))


def _fits(target: Target, values: Values, tier: Tier) -> bool:
    """A campaign needs an address and a good tier; a contact needs a way to be reached."""
    if target is Target.INSTANTLY:
        return values.email is not None and tier in _CAMPAIGN_TIERS
    return bool(values.email or values.phone)
