"""What results brought, counted over all leads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, case, cast, func, select

from alpha_swarm.domain.leads.staleness import FRESH, STALE
from alpha_swarm.domain.results.quality import BITS, FIELDS
from alpha_swarm.domain.states import EnrichmentStatus, Tier
from alpha_swarm.ledger.schema.tables import leads

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from alpha_swarm.ledger.session import Session

USABLE = (EnrichmentStatus.COMPLETED.value, EnrichmentStatus.PARTIAL.value)
DAY_SECONDS = 86_400
_HAS_RESULT = leads.c.status.is_not(None)
_IS_USABLE = leads.c.status.in_(USABLE)


@dataclass(slots=True)
class Results:
    """Counts of leads that have a result."""

    outcomes: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    """Of usable leads."""
    fields: Counter[str] = field(default_factory=Counter)
    """Field → usable leads that have it."""
    passed: int = 0
    """Values that are well-formed, of all results."""
    dropped: int = 0
    """Values that were not."""
    records: int = 0
    """Results with any value, well-formed or not."""
    flawed: int = 0
    """Those of them with a value that was dropped."""

    @property
    def usable(self) -> int:
        """Leads with an e-mail or a phone number."""
        return sum(self.outcomes[status] for status in USABLE)

    def count(self, row: Any) -> None:
        """Leads of one kind."""
        self.outcomes[row.status] += row.number
        self.passed += sum(getattr(row, name) for name in FIELDS)
        self.dropped += row.dropped
        self.flawed += row.flawed
        self.records += row.records
        if row.status in USABLE:
            self.tiers[row.tier] += row.number
            self.fields.update({name: getattr(row, name) for name in BITS})


class Ages(NamedTuple):
    """How old the values of usable leads are."""

    average: float | None
    """Seconds."""
    fresh: int
    stale: int
    very_stale: int


class OfSource(NamedTuple):
    """The leads of which a source told first."""

    leads: int
    results: int
    usable: int
    best: int
    """Of tier 1."""


class ResultFigures:
    """Questions within one transaction; each is one look along the leads, at narrow columns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def results(self) -> Results:
        """What all of them come to."""
        bits, dropped = leads.c.filled, leads.c.dropped
        query = select(
            leads.c.status,
            leads.c.tier,
            func.count().label("number"),
            _counted((bits > 0) | (dropped > 0)).label("records"),
            _counted(dropped > 0).label("flawed"),
            func.coalesce(func.sum(dropped), 0).label("dropped"),
            *(_counted(bits.bitwise_and(wanted) != 0).label(name) for name, wanted in BITS.items()),
        )
        found = Results()
        for row in self._session.rows(query.where(_HAS_RESULT).group_by(leads.c.status, leads.c.tier)):
            found.count(row)
        return found

    def ages(self) -> Ages:
        """By the moments at which the enricher gave the values."""
        at, now = leads.c.enriched_at, self._session.now
        fresh, stale = now - FRESH.total_seconds(), now - STALE.total_seconds()
        query = select(
            func.avg(at).label("mean"),
            func.count().label("number"),
            _counted(at > fresh).label("fresh"),
            _counted(at > stale).label("known"),
        )
        row = self._session.run(query.where(_IS_USABLE)).one()
        average = None if row.mean is None else max(0.0, now - float(row.mean))
        return Ages(average, row.fresh, row.known - row.fresh, row.number - row.known)

    def by_source(self) -> dict[str, OfSource]:
        """Source → its leads."""
        query = select(
            leads.c.source,
            func.count().label("number"),
            _counted(_HAS_RESULT).label("results"),
            _counted(_IS_USABLE).label("usable"),
            _counted(_IS_USABLE & (leads.c.tier == Tier.ONE.value)).label("best"),
        ).group_by(leads.c.source)
        return {
            row.source or "": OfSource(row.number, row.results, row.usable, row.best)
            for row in self._session.rows(query)
        }

    def by_day(self, since: int) -> dict[int, int]:
        """Day since 1970 → leads whose last result came then."""
        day = cast(leads.c.enriched_at, BigInteger) // DAY_SECONDS
        query = select(day.label("day"), func.count().label("number"))
        query = query.where(leads.c.enriched_at >= since * DAY_SECONDS).group_by(day)
        return {row.day: row.number for row in self._session.rows(query)}


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
