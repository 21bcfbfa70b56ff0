"""The report: how leads fare, what they bring, what they cost, and how good the data is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from alpha_swarm.domain.figures import rounded
from alpha_swarm.domain.health.executed import executed
from alpha_swarm.domain.results.quality import fill_rates
from alpha_swarm.domain.states import EnrichmentStatus, State, Tier
from alpha_swarm.ledger.money.spending import Spending
from alpha_swarm.ledger.reporting import cost, quality
from alpha_swarm.ledger.reporting.asked import providers
from alpha_swarm.ledger.reporting.doors import Arrived, DoorFigures
from alpha_swarm.ledger.reporting.marks import LOOK_BACK_DAYS, marked, unmarked
from alpha_swarm.ledger.reporting.results import DAY_SECONDS, ResultFigures, Results
from alpha_swarm.ledger.reporting.sources import sources
from alpha_swarm.ledger.reporting.spent import Spent
from alpha_swarm.ledger.schema.tables import leads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.ledger.session import Session

_HOUR_SECONDS = 3600
_EPOCH = date(1970, 1, 1)
_ENDS = (
    EnrichmentStatus.COMPLETED,
    EnrichmentStatus.PARTIAL,
    EnrichmentStatus.UNENRICHABLE,
    EnrichmentStatus.FAILED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """What good data is."""

    required: tuple[str, ...]
    threshold: float
    """Per cent of the required fields."""


class Recorded(NamedTuple):
    """Executions as they are recorded, where they are."""

    hours: Sequence[Mapping[str, Any]] = ()
    """Sums by hour and workflow."""
    latest: Sequence[Mapping[str, Any]] = ()
    """Single ones, each with its errors."""


NOTHING_RECORDED = Recorded()


class Report:
    """Built within one transaction: every figure is of one moment."""

    def __init__(
        self,
        session: Session,
        caps: Caps,
        standards: Standards,
        days: int,
        recorded: Recorded = NOTHING_RECORDED,
    ) -> None:
        """``days`` of the past, today included, are looked at one by one."""
        self._recorded = recorded
        self._session = session
        self._caps = caps
        self._standards = standards
        self._figures = ResultFigures(session)
        self._doors = DoorFigures(session)
        self._today = int(session.now // DAY_SECONDS)
        self._days = {_named(day): day for day in range(self._today - days + 1, self._today + 1)}

    def written(self) -> dict[str, Any]:
        """All of it."""
        found = self._results
        return {
            "generated_at": datetime.fromtimestamp(self._session.now, UTC).isoformat(timespec="seconds"),
            "days": len(self._days),
            "funnel": self._funnel(),
            "states": self._states,
            "outcomes": {end.value: found.outcomes[end.value] for end in _ENDS},
            "tiers": {tier.value: found.tiers[tier.value] for tier in Tier},
            "fill_rates": {
                name: rounded(rate) for name, rate in fill_rates(found.fields, found.usable).items()
            },
            "cost": self._cost(),
            "throughput": {"by_day": self._by_day(), "executions": self._executed()},
            "sources": self._sources,
            "providers": self._providers,
            "quality": self._quality(),
        }

    def _funnel(self) -> dict[str, int]:
        came, found = self._arrived, self._results
        return {
            "arrivals": sum(came),
            "rejected": came.rejected,
            "known": came.duplicates,
            "accepted": came.accepted,
            "results": found.outcomes.total(),
            "usable": found.usable,
            "with_email": found.fields["email"],
            "synced": self._states[State.SYNCED.value],
        }

    def _cost(self) -> dict[str, Any]:
        found, (day, month) = self._results, Spending(self._session, self._caps).now
        figures = cost.cost(
            self._spent,
            results=found.outcomes.total(),
            usable=found.usable,
            synced=self._states[State.SYNCED.value],
            known=self._arrived.duplicates,
        )
        quota = cost.quota(self._caps, day, month)
        return {**figures, "quota": quota, "by_day": cost.paid_by_day(self._spent, self._days)}

    def _by_day(self) -> list[dict[str, Any]]:
        first = next(iter(self._days.values()))
        came, results = self._doors.by_day(first), self._figures.by_day(first)
        return [
            {"day": name, "received": came.get(day, Arrived()).accepted, "results": results.get(day, 0)}
            for name, day in self._days.items()
        ]

    def _executed(self) -> dict[str, Any] | None:
        now_hour = int(self._session.now // _HOUR_SECONDS)
        return executed(self._recorded.hours, self._recorded.latest, now_hour, len(self._days))

    def _quality(self) -> dict[str, Any]:
        found, standards, came = self._results, self._standards, self._arrived
        return {
            "completeness": quality.complete(found, standards.required, standards.threshold),
            "consistency": quality.consistent(found, self._providers),
            "timeliness": quality.timely(self._figures.ages()),
            "duplicates": quality.repeated(came.accepted + came.duplicates, came.duplicates, self._sources),
            "accuracy": quality.accurate(marked(self._session), unmarked(self._session), LOOK_BACK_DAYS),
        }

    @cached_property
    def _results(self) -> Results:
        return self._figures.results()

    @cached_property
    def _arrived(self) -> Arrived:
        return self._doors.all()

    @cached_property
    def _spent(self) -> Spent:
        return Spent(self._session)

    @cached_property
    def _providers(self) -> list[dict[str, Any]]:
        return providers(self._session, next(iter(self._days.values())))

    @cached_property
    def _sources(self) -> list[dict[str, Any]]:
        return sources(self._figures.by_source(), self._doors.by_source(), self._spent.by_source)

    @cached_property
    def _states(self) -> dict[str, int]:
        query = select(leads.c.state, func.count().label("number")).group_by(leads.c.state)
        found = {row.state: row.number for row in self._session.rows(query)}
        return {state.value: found.get(state.value, 0) for state in State}


def _named(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()
