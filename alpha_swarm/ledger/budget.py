"""The books of credits and actions by scope: reserved before a call, spent when its result is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from alpha_swarm.domain.budget import (
    NO_CAPS,
    Allotment,
    Caps,
    Stop,
    allot,
    kind_of,
    scopes_of,
    seconds_until_reset,
)
from alpha_swarm.domain.cost import BOUNDLESS, FREE, Cost
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.tables import budget

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.ledger.purses import Purse
    from alpha_swarm.ledger.session import Session

_METERS = ("credits_reserved", "actions_reserved", "credits_spent", "actions_spent")


class Budget:
    """The books within one transaction."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._caps = caps
        self._changes: dict[str, tuple[Cost, Cost]] = {}

    @cached_property
    def moment(self) -> datetime:
        """Now, by the database's clock."""
        return datetime.fromtimestamp(self._session.now, UTC)

    @property
    def capped(self) -> bool:
        """Whether anything is capped."""
        return self._caps != NO_CAPS

    @property
    def today(self) -> str:
        """``YYYY-MM-DD``, UTC, by the database's clock."""
        return self.moment.strftime("%Y-%m-%d")

    def change(self, day: str, purse: Purse, *, reserved: Cost = FREE, spent: Cost = FREE) -> None:
        """Add to what is reserved and spent, in every scope of a lead's; written by :meth:`finish`."""
        for scope in scopes_of(day, *purse):
            before = self._changes.get(scope, (FREE, FREE))
            self._changes[scope] = (before[0] + reserved, before[1] + spent)

    def finish(self) -> None:
        """Write what was changed: at the end, so that others wait for these rows as briefly as can be."""
        changed = {scope: delta for scope, delta in self._changes.items() if delta != (FREE, FREE)}
        self._changes.clear()
        self._add(changed)

    def used(self, scopes: Collection[str]) -> dict[str, tuple[Cost, Cost]]:
        """Scope → (reserved, spent)."""
        self.finish()
        rows = self._session.rows(budget.select().where(among(budget.c.scope, scopes))) if scopes else ()
        found = {row.scope: read_used(row) for row in rows}
        return {scope: found.get(scope, (FREE, FREE)) for scope in scopes}

    def affordable(self, cost: Cost, wanted: Mapping[str, Purse]) -> Allotment:
        """Who of these may be paid for under all caps, those at the front first."""
        if cost == FREE or not self.capped:
            return Allotment(list(wanted))
        scopes = {lead_id: scopes_of(self.today, *purse) for lead_id, purse in wanted.items()}
        every = sorted({scope for mine in scopes.values() for scope in mine})
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

    def _add(self, deltas: Mapping[str, tuple[Cost, Cost]]) -> None:
        if not deltas:
            return
        rows = [row_of(scope, *delta) for scope, delta in sorted(deltas.items())]
        statement = self._session.insert(budget)
        sums = {name: budget.c[name] + statement.excluded[name] for name in _METERS}
        self._session.run(statement.on_conflict_do_update(index_elements=["scope"], set_=sums), rows)


def row_of(scope: str, reserved: Cost, spent: Cost) -> dict[str, Any]:
    """As a row of the table."""
    figures = (reserved.credits, reserved.actions, spent.credits, spent.actions)
    return {"scope": scope, **dict(zip(_METERS, figures, strict=True))}


def read_used(row: Any) -> tuple[Cost, Cost]:
    """(reserved, spent) of a row of the table."""
    return Cost(row.credits_reserved, row.actions_reserved), Cost(row.credits_spent, row.actions_spent)
