"""How old enriched values are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Staleness = Literal["fresh", "stale", "very_stale"]

FRESH = timedelta(hours=48)
STALE = timedelta(days=90)


def staleness(enriched_at: datetime, now: datetime) -> Staleness:
    """``fresh`` under 48 hours, ``stale`` under 90 days, else ``very_stale``."""
    age = now - enriched_at
    if age < FRESH:
        return "fresh"
    return "stale" if age < STALE else "very_stale"
