"""What the providers behind the enricher were asked, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.domain.figures import rounded, share
from alpha_swarm.ledger.schema.providers import provider_uses

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session

_HOURS_A_DAY = 24
_FIGURES = ("uses", "hits", "missed", "dropped", "credits")


def providers(session: Session, since: int) -> list[dict[str, Any]]:
    """Since that day (counted from 1970), the dearest first."""
    sums = [func.sum(provider_uses.c[name]).label(name) for name in _FIGURES]
    query = select(provider_uses.c.provider, *sums).where(provider_uses.c.hour >= since * _HOURS_A_DAY)
    rows = session.rows(query.group_by(provider_uses.c.provider))
    return [_shown(row) for row in sorted(rows, key=lambda row: (-row.credits, row.provider))]


def _shown(row: Any) -> dict[str, Any]:
    paid = float(row.credits)
    return {
        "provider": row.provider,
        "uses": int(row.uses),
        "hits": int(row.hits),
        "hit_rate": share(row.hits, row.uses),
        "missed": int(row.missed),
        "dropped": int(row.dropped),
        "credits": rounded(paid),
        "credits_per_hit": rounded(paid / row.hits) if row.hits else None,
    }
