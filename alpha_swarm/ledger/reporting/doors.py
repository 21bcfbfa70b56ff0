"""Who came to the doors: the new, the known, and those who were turned away."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, cast, func, select

from alpha_swarm.ledger.reporting.results import DAY_SECONDS
from alpha_swarm.ledger.schema.tables import intakes, sightings

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session

_SUMS = tuple(
    func.coalesce(func.sum(column), 0).label(column.name)
    for column in (intakes.c.accepted, intakes.c.duplicates, intakes.c.rejected)
)


class Arrived(NamedTuple):
    """What the doors said."""

    accepted: int = 0
    duplicates: int = 0
    """Arrivals of people who were known."""
    rejected: int = 0


class DoorFigures:
    """Questions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Arrived:
        """Since the beginning."""
        row = self._session.run(select(*_SUMS)).one()
        return Arrived(*map(int, row))

    def by_day(self, since: int) -> dict[int, Arrived]:
        """Day since 1970 → what came then."""
        day = cast(intakes.c.at, BigInteger) // DAY_SECONDS
        query = select(day.label("day"), *_SUMS).where(intakes.c.at >= since * DAY_SECONDS).group_by(day)
        return {
            row.day: Arrived(int(row.accepted), int(row.duplicates), int(row.rejected))
            for row in self._session.rows(query)
        }

    def by_source(self) -> dict[str, int]:
        """Source → its arrivals; what was told twice in the same words counts once."""
        query = select(sightings.c.source_name, func.count().label("number"))
        rows = self._session.rows(query.group_by(sightings.c.source_name))
        return {row.source_name: row.number for row in rows}
