"""Runs that a ping named and no call of ours knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import unknown_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from alpha_swarm.ledger.session import Session

#: The other side forgets a run's results after a day.
_KEPT_SECONDS = 2 * 86400.0


class SqlRuns:
    """Implements ``ports.parts.UnknownRuns``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, run_id: str) -> None:
        """Once, however often it is named."""
        now = self._session.now
        self._session.add(unknown_runs, [{"run_id": run_id, "heard_at": now, "ask_at": now}], keep=True)

    def take(self, limit: int, seconds: float) -> Sequence[str]:
        """Those whose time has come; nobody else gets them for so long, and ever more seldom."""
        query = select(unknown_runs.c.run_id).where(self._due()).order_by(unknown_runs.c.ask_at).limit(limit)
        due = [row.run_id for row in self._session.rows(query.with_for_update(skip_locked=True))]
        if due:
            later = update(unknown_runs).where(among(unknown_runs.c.run_id, due))
            now = self._session.now
            self._session.run(later.values(ask_at=now + seconds + (now - unknown_runs.c.heard_at) / 2))
        return due

    def close(self, run_id: str) -> None:
        """Its leads are known, or nobody will ever know them."""
        self._session.run(delete(unknown_runs).where(unknown_runs.c.run_id == run_id))

    def waiting(self) -> bool:
        """Whether the time of any has come."""
        return bool(self._session.rows(select(unknown_runs.c.run_id).where(self._due()).limit(1)))

    def tidy(self) -> None:
        """Forget what can be asked for no more."""
        old = unknown_runs.c.heard_at < self._session.now - _KEPT_SECONDS
        self._session.run(delete(unknown_runs).where(old))

    def _due(self) -> ColumnElement[bool]:
        return unknown_runs.c.ask_at <= self._session.now
