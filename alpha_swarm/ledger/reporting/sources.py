"""What each source brought and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.figures import rounded, share
from alpha_swarm.ledger.reporting.results import OfSource

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOBODY = OfSource(0, 0, 0, 0)


def sources(
    told: Mapping[str, OfSource], arrivals: Mapping[str, int], paid: Mapping[str, float]
) -> list[dict[str, Any]]:
    """One entry a source, the largest first.

    Args:
        told: source → the leads of which it told first.
        arrivals: source → the people it told of; more than these leads are people who were known.
        paid: source → credits spent on its leads.
    """
    names = sorted({*told, *arrivals}, key=lambda name: (-told.get(name, _NOBODY).leads, name))
    return [
        _shown(name, told.get(name, _NOBODY), arrivals.get(name, 0), paid.get(name, 0.0)) for name in names
    ]


def _shown(name: str, its: OfSource, arrivals: int, paid: float) -> dict[str, Any]:
    return {
        "source": name or "unknown",
        "arrivals": max(arrivals, its.leads),
        "known": max(0, arrivals - its.leads),
        "leads": its.leads,
        "enriched": its.results,
        "usable": its.usable,
        "usable_rate": share(its.usable, its.results),
        "tier_1": its.best,
        "credits": rounded(paid),
        "credits_per_usable_lead": rounded(paid / its.usable) if its.usable else None,
    }
