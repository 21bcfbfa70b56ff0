"""Who was told that their data is held, and who is still to be told, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select, update

from alpha_swarm.domain.leads.notice import NOTICE
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.leads.stories import tell
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.tables import events, leads, persons, sightings
from alpha_swarm.ports.records import DISCLOSED, Story

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Select

    from alpha_swarm.ledger.session import Session

_NOTICE_SECONDS = NOTICE.total_seconds()
#: The kind of event that a person was informed.
INFORMED = "informed"


class Informing:
    """Implements ``ports.pins.Informing``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def informed(self, lead_ids: Collection[str]) -> set[str]:
        """One query."""
        query = select(leads.c.id).where(among(leads.c.id, lead_ids), leads.c.informed_at.is_not(None))
        return {row.id for row in self._session.rows(query)}

    def in_use(self) -> bool:
        """Whether anybody was ever said to be informed."""
        query = select(leads.c.id).where(leads.c.informed_at.is_not(None)).limit(1)
        return bool(self._session.rows(query))

    def due(self, within: float, most: int) -> dict[str, Any]:
        """``due`` and ``overdue``, how many, and the ``notices`` of the first leads by id.

        Each is ``{lead_id, notice_due_at, overdue, because}``; due is whatever is within so many seconds.
        """
        now, moment = self._session.now, self._moment()
        chosen = self._uninformed(moment <= now + within)
        rows = self._session.rows(chosen.order_by(leads.c.id).limit(most))
        return {
            "due": self._number(moment <= now + within),
            "overdue": self._number(moment < now),
            "notices": [
                {
                    "lead_id": row.id,
                    # To the second, as the lead's own access log has it.
                    "notice_due_at": write_moment(when(row.moment if row.first is None else row.first // 1)),
                    "overdue": row.moment < now,
                    "because": "30 days are over" if row.first is None else "it was disclosed",
                }
                for row in rows
            ],
        }

    def mark(self, lead_ids: Collection[str], language: str | None = None) -> list[str]:
        """Those who were informed now, and not before; each finds it, and in which language, in its story."""
        open_ = among(leads.c.id, lead_ids) & leads.c.informed_at.is_(None)
        ids = [row.id for row in self._session.rows(select(leads.c.id).where(open_).order_by(leads.c.id))]
        self._session.run(update(leads).where(among(leads.c.id, ids)).values(informed_at=self._session.now))
        detail = {"language": language} if language else {}
        tell(self._session, [Story(lead_id=key, kind=INFORMED, detail=detail) for key in ids])
        return ids

    def _moment(self) -> ColumnElement[float]:
        """The end of the month, or the first disclosure where that came before."""
        first, month = _first_disclosure(), _first_collection() + _NOTICE_SECONDS
        return case((first < month, first), else_=month)

    def _uninformed(self, wanted: ColumnElement[bool]) -> Select[Any]:
        """Whose data is held, and who was not informed."""
        first, month = _first_disclosure(), _first_collection() + _NOTICE_SECONDS
        early = case((first < month, first), else_=None)
        query = select(leads.c.id, self._moment().label("moment"), early.label("first"))
        query = query.join(persons, persons.c.lead_id == leads.c.id)
        return query.where(leads.c.informed_at.is_(None), wanted)

    def _number(self, wanted: ColumnElement[bool]) -> int:
        query = self._uninformed(wanted).subquery()
        return int(self._session.run(select(func.count()).select_from(query)).scalar_one())


def _first_collection() -> Any:
    query = select(func.min(sightings.c.collected_at)).where(sightings.c.lead_id == leads.c.id)
    return query.correlate(leads).scalar_subquery()


def _first_disclosure() -> Any:
    query = select(func.min(events.c.at)).where(events.c.lead_id == leads.c.id, events.c.kind == DISCLOSED)
    return query.correlate(leads).scalar_subquery()
