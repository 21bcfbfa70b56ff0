"""What people said of drawn values, counted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from alpha_swarm.domain.results.quality import Accuracy
from alpha_swarm.ledger.reporting.results import DAY_SECONDS
from alpha_swarm.ledger.schema.samples import samples
from alpha_swarm.ledger.schema.tables import leads

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session

#: Older judgements speak of values that are very stale by now.
LOOK_BACK_DAYS = 90
UNMARKED = samples.c.mark.is_(None)
#: A value that was replaced since it was drawn can't be judged any more.
STANDS = and_(samples.c.lead_id == leads.c.id, samples.c.enriched_at == leads.c.enriched_at)


def marked(session: Session) -> dict[str, Accuracy]:
    """Field → what was said of its values of late."""
    late = samples.c.drawn_at > session.now - LOOK_BACK_DAYS * DAY_SECONDS
    query = select(samples.c.field, samples.c.mark, func.count().label("number"))
    query = query.where(late, ~UNMARKED).group_by(samples.c.field, samples.c.mark)
    marks: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in session.rows(query):
        marks[row.field][row.mark] = row.number
    return {name: Accuracy(**counts) for name, counts in marks.items()}


def unmarked(session: Session) -> int:
    """Drawn values that wait for somebody to look at them."""
    query = select(func.count()).select_from(samples).join(leads, STANDS).where(UNMARKED)
    return int(session.run(query).scalar_one())
