"""Drawn values, and what people say of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from ulid import ULID

from alpha_swarm.domain.results.quality import MARKS, fields_of
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.leads.stories import LOOKED_AT, tell
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.reporting.marks import STANDS, UNMARKED
from alpha_swarm.ledger.reporting.results import USABLE
from alpha_swarm.ledger.schema.samples import samples
from alpha_swarm.ledger.schema.tables import leads, persons
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.session import Session

    Open = Callable[[], AbstractContextManager[Session]]

#: Of the person, what whoever looks needs to find them.
_WHO = ("first_name", "last_name", "company_name", "linkedin_url")


class SqlSamples:
    """The sample of values that people look at; each call is a transaction of its own."""

    def __init__(self, begin: Open, read: Open) -> None:
        self._begin = begin
        self._read = read

    def draw(self, number: int) -> int:
        """Draw one value of each of so many usable leads, all leads alike; how many there were.

        Whoever has a value that waits for a mark is not drawn again.
        """
        waits = select(samples.c.id).where(STANDS, UNMARKED).correlate(leads).exists()
        query = select(leads.c.id, leads.c.filled, leads.c.enriched_at)
        query = query.where(leads.c.status.in_(USABLE), leads.c.filled > 0, ~waits)
        # Looked for first: nobody has to wait for a look along all leads.
        with self._read() as session:
            rows = session.rows(query.order_by(func.random()).limit(number))
        with self._begin() as session:
            session.add(samples, [_drawn(row, session.now) for row in rows])
        return len(rows)

    def waiting(self, where: str, most: int = 100) -> list[dict[str, Any]]:
        """Those that wait for a mark, the oldest first, each with its value and whose it is.

        That somebody looked stands in the stories of the leads: ``where`` they did.
        """
        query = select(samples, persons.c.input, persons.c.enrichment).select_from(samples)
        query = query.join(leads, STANDS).join(persons, persons.c.lead_id == samples.c.lead_id)
        with self._begin() as session:
            rows = session.opened(query.where(UNMARKED).order_by(samples.c.id).limit(most))
            looked = {"where": where}
            tell(session, [Story(lead_id=row.lead_id, kind=LOOKED_AT, detail=looked) for row in rows])
        return [_shown(row) for row in rows]

    def mark(self, sample_id: str, mark: str) -> None:
        """Say of a value that it is ``right``, ``wrong`` or ``unknown``; the last word holds.

        Raises:
            UserError: there is no such sample or mark.
        """
        if mark not in MARKS:
            raise UserError(f"a mark is one of {', '.join(MARKS)}")
        with self._begin() as session:
            one = update(samples).where(samples.c.id == sample_id)
            if not session.run(one.values(mark=mark, marked_at=session.now)).rowcount:
                raise UserError("there is no such sample: see alpha-swarm report sample list")


def _drawn(row: Row[Any], now: float) -> dict[str, Any]:
    field = random.choice(fields_of(row.filled))
    ids = {"id": str(ULID()), "lead_id": row.id, "field": field}
    return {**ids, "enriched_at": row.enriched_at, "drawn_at": now}


def _shown(row: Row[Any]) -> dict[str, Any]:
    found = row.enrichment
    named = (use["name"] for use in reversed(found["providers"]) if row.field in use["fields"])
    return {
        "id": row.id,
        "lead_id": row.lead_id,
        "field": row.field,
        "value": found["values"].get(row.field),
        "provider": next(named, None),
        "found_at": when(row.enriched_at).isoformat(timespec="seconds"),
        "drawn_at": when(row.drawn_at).isoformat(timespec="seconds"),
        "person": {name: row.input[name] for name in _WHO if row.input.get(name)},
    }
