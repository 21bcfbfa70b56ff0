"""Credits by day: reserved before a call, spent when its result is known. Caps fail closed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from alpha_swarm.ledger.tables import budget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session


@dataclass(frozen=True, slots=True)
class Caps:
    """The most credits that may be reserved and spent; ``None`` is no cap."""

    day: float | None = None
    month: float | None = None


NO_CAPS = Caps()


class Budget:
    """The books of credits within one transaction."""

    def __init__(self, session: Session, caps: Caps) -> None:
        self._session = session
        self._caps = caps

    @cached_property
    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._session.now, UTC)

    @property
    def today(self) -> str:
        """``YYYY-MM-DD``, UTC, by the database's clock."""
        return self._moment.strftime("%Y-%m-%d")

    def change(self, days: Mapping[str, tuple[float, float]]) -> None:
        """Add to what is reserved and spent of each day."""
        rows = [
            {"day": day, "reserved": delta[0], "spent": delta[1]}
            for day, delta in sorted(days.items())
            if any(delta)
        ]
        if not rows:
            return
        statement = self._session.insert(budget)
        sums = {name: budget.c[name] + statement.excluded[name] for name in ("reserved", "spent")}
        self._session.run(statement.on_conflict_do_update(index_elements=["day"], set_=sums), rows)

    def used(self, prefix: str) -> tuple[float, float]:
        """(reserved, spent) of a day (``2026-11-21``) or a month (``2026-11``)."""
        sums = select(
            func.coalesce(func.sum(budget.c.reserved), 0.0), func.coalesce(func.sum(budget.c.spent), 0.0)
        )
        row: Any = self._session.run(sums.where(budget.c.day.startswith(prefix))).one()
        return float(row[0]), float(row[1])

    def affordable(self, credits_each: float, most: int) -> int:
        """How many times ``credits_each`` fits under both caps, up to ``most``."""
        if credits_each <= 0 or self._caps == NO_CAPS:
            return most
        self._lock_today()
        room = min(self._room(self._caps.day, self.today), self._room(self._caps.month, self.today[:7]))
        return most if room == math.inf else max(0, min(most, math.floor(room / credits_each)))

    def until_reset(self, credits_each: float) -> float:
        """Until midnight, or the first of the month when that has no room for one more (UTC)."""
        start = self._moment.replace(hour=0, minute=0, second=0, microsecond=0)
        if self._room(self._caps.month, self.today[:7]) < credits_each:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        else:
            following = start + timedelta(days=1)
        return (following - self._moment).total_seconds()

    def _room(self, cap: float | None, prefix: str) -> float:
        return math.inf if cap is None else cap - sum(self.used(prefix))

    def _lock_today(self) -> None:
        # Two workers that both see room would overshoot: whoever reserves first holds the day's row.
        self._session.add(budget, [{"day": self.today, "reserved": 0.0, "spent": 0.0}], keep=True)
        self._session.rows(select(budget.c.day).where(budget.c.day == self.today).with_for_update())
