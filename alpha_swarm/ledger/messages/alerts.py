"""What stands and somebody has to see to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from alpha_swarm.domain.messages.alerts import Level, Stood
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.messages import alerts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.messages.alerts import Alert
    from alpha_swarm.ledger.session import Session


class SqlAlerts:
    """Implements ``ports.approvals.Alerts``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def standing(self) -> Mapping[str, Stood]:
        """All rows: there are never many."""
        return {
            row.key: Stood(
                key=row.key,
                level=Level(row.level),
                text=row.text,
                remedy=row.remedy,
                since=row.since,
                gone_at=row.gone_at,
            )
            for row in self._session.rows(select(alerts))
        }

    def raise_(self, alert: Alert) -> float | None:
        """One row; of two who see it at once the second finds it there."""
        now = self._session.now
        words = {"text": alert.text, "remedy": alert.remedy}
        row = {"key": alert.key, "level": alert.level.value, **words, "since": now}
        new = self._session.insert(alerts).values(row).on_conflict_do_nothing().returning(alerts.c.key)
        return now if self._session.rows(new) else None

    def gone(self, keys: Sequence[str]) -> None:
        """Whoever was first to miss it holds."""
        missed = among(alerts.c.key, keys) & alerts.c.gone_at.is_(None)
        self._session.run(update(alerts).where(missed).values(gone_at=self._session.now))

    def back(self, keys: Sequence[str]) -> None:
        """As if it had never gone."""
        self._session.run(update(alerts).where(among(alerts.c.key, keys)).values(gone_at=None))

    def end(self, key: str) -> bool:
        """The row goes."""
        over = (alerts.c.key == key) & alerts.c.gone_at.is_not(None)
        return self._session.run(delete(alerts).where(over)).rowcount == 1

    def now(self) -> float:
        """The transaction's."""
        return self._session.now
