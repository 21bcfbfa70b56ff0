"""Outside calls of which nobody knows for certain what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.outcomes import CRASHED, DONE, FAILED, UNKNOWN
from alpha_swarm.ledger.schema.tables import call_leads

if TYPE_CHECKING:
    from sqlalchemy import Select

    from alpha_swarm.ledger.session import Session


class Doubts:
    """Read-only questions about calls in doubt."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def unknown(self) -> list[dict[str, Any]]:
        """Calls that are to be looked up, or are held: ``{lead_id, operation, since, credits}``."""
        return self._listed(select(call_leads).where(call_leads.c.state.in_((UNKNOWN, CRASHED))))

    def possible_double_charges(self) -> list[dict[str, Any]]:
        """Paid calls of which only one is known to have been charged, in the same shape.

        Either a look-up did not find the first one and it was made again, or nobody could be asked and one
        result came for both. Should both have taken effect, credits were spent twice.
        """
        other = call_leads.alias("other")
        again = and_(
            other.c.lead_id == call_leads.c.lead_id,
            other.c.operation == call_leads.c.operation,
            other.c.generation == call_leads.c.generation,
            other.c.call_id != call_leads.c.call_id,
            other.c.state == DONE,
        )
        looked_for = (call_leads.c.state == FAILED, call_leads.c.doubtful_since.is_not(None))
        not_found = and_(*looked_for, select(other.c.call_id).where(again).exists())
        earlier = select(other.c.call_id).where(again, other.c.call_id < call_leads.c.call_id)
        sent_again = and_(call_leads.c.state == DONE, call_leads.c.credits_spent == 0, earlier.exists())
        paid = call_leads.c.credits_reserved > 0
        return self._listed(select(call_leads).where(paid, or_(not_found, sent_again)))

    def _listed(self, query: Select[Any]) -> list[dict[str, Any]]:
        since = func.coalesce(call_leads.c.doubtful_since, call_leads.c.settled_at)
        query = query.add_columns(since.label("moment"))
        rows = self._session.rows(query.order_by(since, call_leads.c.lead_id))
        return [
            {
                "lead_id": row.lead_id,
                "operation": row.operation,
                "since": when(row.moment).isoformat(timespec="seconds"),
                "credits": row.credits_reserved,
            }
            for row in rows
        ]
