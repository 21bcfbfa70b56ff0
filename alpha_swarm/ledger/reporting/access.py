"""Who got or saw personal data: read from the stories of the leads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.errors import UserError
from alpha_swarm.ledger.leads.stories import LOOKED_AT
from alpha_swarm.ledger.schema.tables import events
from alpha_swarm.ports.records import DISCLOSED

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session


def access(session: Session, month: str) -> dict[str, Any]:
    """In a month (``YYYY-MM``, UTC): ``{month, access: [{to, action, times}], people}``, the most first.

    Raises:
        UserError: that is no month.
    """
    first, following = (_since(session, moment.timestamp()) for moment in _ends(month))
    theirs = (
        events.c.id >= first,
        events.c.id < following,
        events.c.kind.in_((DISCLOSED, LOOKED_AT)),
    )
    system, where, did = (events.c.detail[name].as_string() for name in ("system", "where", "action"))
    query = select(
        func.coalesce(system, where).label("whom"),
        func.coalesce(did, events.c.kind).label("did"),
        func.count().label("times"),
    )
    rows = session.rows(query.where(*theirs).group_by("whom", "did"))
    people = session.run(select(func.count(events.c.lead_id.distinct())).where(*theirs)).scalar_one()
    listed = [{"to": row.whom, "action": row.did, "times": row.times} for row in rows]
    return {
        "month": month,
        "access": sorted(listed, key=lambda one: (-one["times"], one["to"], one["action"])),
        "people": int(people),
    }


def _ends(month: str) -> tuple[datetime, datetime]:
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise UserError(f"{month} is no month: write it as 2026-01") from None
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _since(session: Session, moment: float) -> int:
    """The first entry from then on, found by halving: an entry is written with its time, so both rise."""
    ends: Any = session.run(select(func.min(events.c.id), func.max(events.c.id))).one()
    low, high = int(ends[0] or 0), int(ends[1] or 0) + 1
    while low < high:
        middle = (low + high) // 2
        query = select(events.c.id, events.c.at).where(events.c.id >= middle).order_by(events.c.id).limit(1)
        found = session.run(query).first()
        if found is None or found.at >= moment:
            high = middle
        else:
            low = found.id + 1
    return low
