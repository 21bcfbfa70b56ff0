"""How good the leads are that wait for a step that is paid for under a cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select, update

from alpha_swarm.domain.leads.prospects import rank
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import priority_of, read_input
from alpha_swarm.ledger.schema.tables import leads, persons, work

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session


class Ranks:
    """Ranks leads; without caps there are no such steps, and nothing is done."""

    def __init__(self, session: Session, steps: Collection[Step]) -> None:
        self._session = session
        self._steps = steps

    def of(self, owed: Collection[tuple[str, Step]]) -> dict[tuple[str, Step], int]:
        """(lead id, step) → rank, for those steps that are ranked."""
        ranked = [pair for pair in owed if pair[1] in self._steps]
        known = self._read({lead_id for lead_id, _ in ranked}) if ranked else {}
        return {pair: known[pair[0]] for pair in ranked if pair[0] in known}

    def fill(self, most: int) -> int:
        """Rank so many that came before there was a cap; how many there were."""
        unranked = and_(work.c.step.in_([step.value for step in self._steps]), work.c.rank.is_(None))
        found = self._session.rows(select(work).where(unranked).limit(most)) if self._steps else ()
        known = self._read({row.lead_id for row in found}) if found else {}
        rows = [
            {"lead": row.lead_id, "owed": row.step, "place": known[row.lead_id]}
            for row in found
            if row.lead_id in known
        ]
        if rows:
            theirs = and_(work.c.lead_id == bindparam("lead"), work.c.step == bindparam("owed"))
            self._session.run(update(work).where(theirs).values(rank=bindparam("place")), rows)
        return len(rows)

    def _read(self, lead_ids: Collection[str]) -> dict[str, int]:
        query = select(leads.c.id, leads.c.priority, persons.c.input)
        query = query.join(persons, persons.c.lead_id == leads.c.id).where(among(leads.c.id, lead_ids))
        return {
            row.id: rank(read_input(row.input), priority_of(row.priority))
            for row in self._session.opened(query)
        }
