"""What is owed to persons, as the ledger knows it: no question here looks at every lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, cast, delete, func, select

from alpha_swarm.ledger.schema.rights import rights_requests, rights_steps
from alpha_swarm.ledger.schema.tables import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

#: The facts in which stands, by the hour, how many were turned away who asked not to be taken in.
_RETURNED = "suppressed.returned."
_HOUR_SECONDS, _DAY_SECONDS = 3600.0, 86_400.0


class SqlDuties:
    """Implements ``ports.rights.Duties``, and what is asked of it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def returned(self, number: int) -> None:
        """Count on; those of long ago go."""
        if not number:
            return
        first = self._session.insert(facts).values(name=self._hour(), value=str(number))
        total = cast(cast(facts.c.value, BigInteger) + number, Text)
        self._session.run(first.on_conflict_do_update(index_elements=["name"], set_={"value": total}))
        mine = facts.c.name.startswith(_RETURNED, autoescape=True)
        self._session.run(delete(facts).where(mine, facts.c.name < self._hour(-1)))

    def returned_lately(self) -> int:
        """In this hour and the one before."""
        query = select(facts.c.value).where(facts.c.name.in_([self._hour(), self._hour(-1)]))
        return sum(int(row.value) for row in self._session.rows(query))

    def tasks(self) -> Mapping[str, int]:
        """System → steps that are a person's."""
        query = select(rights_steps.c.system, func.count().label("number"))
        query = query.where(rights_steps.c.state == "task").group_by(rights_steps.c.system)
        return {row.system: row.number for row in self._session.rows(query)}

    def oldest_days(self) -> float:
        """Of the requests that are not carried out everywhere."""
        open_ = select(func.min(rights_requests.c.asked_at)).where(rights_requests.c.ended_at.is_(None))
        first = self._session.run(open_).scalar()
        return 0.0 if first is None else (self._session.now - first) / _DAY_SECONDS

    def _hour(self, back: int = 0) -> str:
        return f"{_RETURNED}{int(self._session.now // _HOUR_SECONDS) + back:010}"
