"""Whether results hold what a record needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.leads.enrichment import Values

#: Of so few results nothing is concluded.
FEW = 20


def completeness(results: Sequence[Values], required: Sequence[str]) -> float | None:
    """The share of the required fields that have a value, from 0 to 1; ``None`` for a few results."""
    if len(results) < FEW:
        return None
    filled = sum(getattr(values, name) is not None for values in results for name in required)
    return filled / (len(results) * len(required))
