"""Leads whose last batch went wrong, and with whom they are taken up next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select, update

from alpha_swarm.domain.calls.poison import company_limit
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session


class Suspicions:
    """One step's work that was taken up and never given back in order."""

    def __init__(self, session: Session, step: Step) -> None:
        self._session = session
        self._step = step

    def company(self, free: Sequence[Row[Any]], *, suspects_first: bool) -> Sequence[Row[Any]]:
        """Those of the free rows that share a batch, after a conclusion was drawn for each lost one."""
        return self._together(self._note(free), suspects_first=suspects_first)

    def _note(self, free: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        """Draw the conclusion for those among the free rows that still bear the mark of a lost batch."""
        dropped = [row for row in free if row.company is not None]
        if not dropped:
            return free
        one = and_(work.c.step == self._step.value, work.c.lead_id == bindparam("lead"))
        values = {
            "company": None,
            "company_limit": bindparam("limit"),
            "crashes": work.c.crashes + bindparam("alone"),
        }
        self._session.run(
            update(work).where(one).values(values),
            [
                {"lead": row.lead_id, "limit": company_limit(row.company), "alone": int(row.company == 1)}
                for row in dropped
            ],
        )
        return self._again(free)

    @staticmethod
    def _together(rows: Sequence[Row[Any]], *, suspects_first: bool) -> Sequence[Row[Any]]:
        """Which of them share a batch: the unsuspected, or suspects of one limit up to that."""
        unsuspected = [row for row in rows if row.company_limit is None]
        limits = [row.company_limit for row in rows if row.company_limit is not None]
        if unsuspected and not (limits and suspects_first):
            return unsuspected
        limit = min(limits)
        return [row for row in rows if row.company_limit == limit][:limit]

    def _again(self, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        order = {row.lead_id: place for place, row in enumerate(rows)}
        query = select(work).where(work.c.step == self._step.value, among(work.c.lead_id, order))
        return sorted(self._session.rows(query), key=lambda row: order[row.lead_id])
