"""The books of credits and actions by scope: reserved before a call, spent when its result is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select, update

from alpha_swarm.domain.money.budget import (
    Allotment,
    Caps,
    Kind,
    Room,
    Stop,
    allot,
    in_order,
    kind_of,
    scopes_of,
    seconds_until_reset,
)
from alpha_swarm.domain.money.cost import BOUNDLESS, FREE, Cost
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.money import budget

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.ledger.money.purses import Purse
    from alpha_swarm.ledger.session import Session

_METERS = ("credits_reserved", "actions_reserved", "credits_spent", "actions_spent")
#: Prices change, and so do tables: what a lead cost before that says nothing any more.
_LATE_DAYS = 30


class Budget:
    """The books within one transaction."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._caps = caps
        self._changes: dict[str, tuple[Cost, Cost]] = {}
        self._seen = 0.0

    @cached_property
    def moment(self) -> datetime:
        """Now, by the database's clock."""
        return datetime.fromtimestamp(self._session.now, UTC)

    @property
    def capped(self) -> bool:
        """Whether anything is capped."""
        return self._caps.capped

    @property
    def today(self) -> str:
        """``YYYY-MM-DD``, UTC, by the database's clock."""
        return written(self.moment)

    @property
    def _day(self) -> str:
        return f"{Kind.DAY}:{self.today}"

    @cached_property
    def _known_dearest(self) -> float:
        return self.dearest()

    def change(self, day: str, purse: Purse, *, reserved: Cost = FREE, spent: Cost = FREE) -> None:
        """Add to what is reserved and spent, in every scope of a lead's; written by :meth:`finish`."""
        for scope in scopes_of(day, *purse):
            before = self._changes.get(scope, (FREE, FREE))
            self._changes[scope] = (before[0] + reserved, before[1] + spent)

    def saw(self, credits_: float) -> None:
        """A lead cost that much; written by :meth:`finish`."""
        self._seen = max(self._seen, credits_)

    def dearest(self) -> float:
        """The most credits that a lead cost of late: whatever it was, another one may cost as much."""
        days = [self.moment - timedelta(days=days) for days in range(_LATE_DAYS)]
        scopes = [f"{Kind.DAY}:{written(day)}" for day in days]
        query = select(func.max(budget.c.dearest)).where(among(budget.c.scope, scopes))
        return float(self._session.run(query).scalar() or 0.0)

    def reservation(self, cost: Cost) -> Cost:
        """What is set aside for a lead that is reckoned with ``cost``: under a cap no less than any cost."""
        if cost == FREE or not self.capped:
            return cost
        return replace(cost, credits=max(cost.credits, self._known_dearest))

    def finish(self) -> None:
        """Write what was changed: at the end, so that others wait for these rows as briefly as can be."""
        changed = {scope: delta for scope, delta in self._changes.items() if delta != (FREE, FREE)}
        if self._seen:
            changed.setdefault(self._day, (FREE, FREE))
        self._changes.clear()
        self._add(changed, dearest={self._day: self._seen})
        self._seen = 0.0

    def used(self, scopes: Collection[str]) -> dict[str, tuple[Cost, Cost]]:
        """Scope → (reserved, spent)."""
        self.finish()
        rows = self._session.rows(budget.select().where(among(budget.c.scope, scopes))) if scopes else ()
        found = {row.scope: read_used(row) for row in rows}
        return {scope: found.get(scope, (FREE, FREE)) for scope in scopes}

    def room(self, cost: Cost) -> Room:
        """For how many leads' cost there is room under the caps on everything."""
        scopes = scopes_of(self.today, None, None)
        if cost == FREE or not self.capped:
            return Room()
        used = self.used(scopes)
        free = {scope: FREE - used[scope][0] - used[scope][1] for scope in scopes}
        hour, kinds = self.moment.hour, {scope: kind_of(scope) for scope in scopes}
        return Room(
            min(cost.times_in(free[scope] + self._caps.at(kind, hour)) for scope, kind in kinds.items()),
            min(cost.times_in(free[scope] + self._caps.of(kind)) for scope, kind in kinds.items()),
        )

    def hold(self) -> None:
        """Keep others from reserving anything until the end of the transaction."""
        self._add(dict.fromkeys(scopes_of(self.today, None, None), (FREE, FREE)))

    def affordable(self, cost: Cost, wanted: Mapping[str, Purse]) -> Allotment:
        """Who of these may be paid for under all caps, those at the front first."""
        if cost == FREE or not self.capped:
            return Allotment(list(wanted))
        scopes = {lead_id: scopes_of(self.today, *purse) for lead_id, purse in wanted.items()}
        every = in_order({scope for mine in scopes.values() for scope in mine})
        rooms = self._rooms(every)
        granted, refused = allot(scopes, cost, rooms)
        stops = {pair: self._stop(*pair) for pair in sorted(set(refused.values()))}
        return Allotment(
            granted,
            {lead_id: stops[pair] for lead_id, pair in refused.items()},
            {stop: self._seconds(stop) for stop in stops.values()},
            self._told(list(stops.values())),
        )

    def _rooms(self, scopes: Sequence[str]) -> dict[str, Cost]:
        # Two workers that both see room would overshoot: whoever adds nothing holds the rows all the same.
        self._add(dict.fromkeys(scopes, (FREE, FREE)))
        used = self.used(scopes)
        hour = self.moment.hour
        caps = {scope: self._caps.at(kind_of(scope), hour) for scope in scopes}
        return {
            scope: cap - used[scope][0] - used[scope][1] for scope, cap in caps.items() if cap != BOUNDLESS
        }

    def _stop(self, scope: str, meter: str) -> Stop:
        kind = kind_of(scope)
        paced = meter == "credits" and self._caps.is_paced(kind, self.moment.hour)
        return Stop(scope, meter, getattr(self._caps.of(kind), meter), paced)

    def _seconds(self, stop: Stop) -> float:
        if stop.paced:
            following = self.moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            return (following - self.moment).total_seconds()
        return seconds_until_reset(stop.scope, self.moment)

    def _told(self, stops: Sequence[Stop]) -> list[Stop]:
        """Those that nobody heard of: once a period, and again when a cap that was raised is reached."""
        news = []
        for stop in stops:
            words = f"{stop.meter} {stop.cap:g}"
            untold = budget.c.alert.is_distinct_from(words)
            mine = update(budget).where(budget.c.scope == stop.scope, untold).values(alert=words)
            if not stop.paced and self._session.run(mine).rowcount:
                news.append(stop)
        return news

    def _add(
        self, deltas: Mapping[str, tuple[Cost, Cost]], dearest: Mapping[str, float] = MappingProxyType({})
    ) -> None:
        if not deltas:
            return
        rows = [row_of(scope, *deltas[scope], dearest.get(scope, 0.0)) for scope in in_order(deltas)]
        statement = self._session.insert(budget)
        sums = {name: budget.c[name] + statement.excluded[name] for name in _METERS}
        seen = statement.excluded.dearest
        dearer = case((budget.c.dearest > seen, budget.c.dearest), else_=seen)
        set_ = {**sums, "dearest": dearer}
        self._session.run(statement.on_conflict_do_update(index_elements=["scope"], set_=set_), rows)


def written(moment: datetime) -> str:
    """The day as ``YYYY-MM-DD``."""
    return moment.strftime("%Y-%m-%d")


def row_of(scope: str, reserved: Cost, spent: Cost, dearest: float = 0.0) -> dict[str, Any]:
    """As a row of the table."""
    figures = (reserved.credits, reserved.actions, spent.credits, spent.actions)
    return {"scope": scope, **dict(zip(_METERS, figures, strict=True)), "dearest": dearest}


def read_used(row: Any) -> tuple[Cost, Cost]:
    """(reserved, spent) of a row of the table."""
    return Cost(row.credits_reserved, row.actions_reserved), Cost(row.credits_spent, row.actions_spent)
