"""Targets that are left alone for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from alpha_swarm.domain.messages.alerts import Halt
from alpha_swarm.ledger.schema.tables import pauses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ledger.session import Session


class SqlPauses:
    """Implements ``ports.parts.Pauses``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pause(self, target: str, reason: str, seconds: float, kind: str | None = None) -> None:
        """The longer one holds: a breaker that opens must not cut short the wait for a quota."""
        now = self._session.now
        row = {"target": target, "reason": reason[:300], "kind": kind, "since": now, "until": now + seconds}
        statement = self._session.insert(pauses).values(row)
        changed = {name: statement.excluded[name] for name in ("reason", "kind", "until")}
        longer = statement.excluded.until > pauses.c.until
        self._session.run(
            statement.on_conflict_do_update(index_elements=["target"], set_=changed, where=longer)
        )

    def resume(self, target: str) -> None:
        """Go on at once."""
        self._session.run(delete(pauses).where(pauses.c.target == target))

    def halts(self) -> Sequence[Halt]:
        """Pauses that have not run out and nobody ordered."""
        halting = (pauses.c.until > self._session.now, pauses.c.kind.is_not(None))
        return [
            Halt(party=row.target, kind=row.kind, reason=row.reason)
            for row in self._session.rows(select(pauses).where(*halting))
        ]

    def current(self) -> Mapping[str, str]:
        """Target → reason, for pauses that have not run out."""
        query = select(pauses.c.target, pauses.c.reason).where(pauses.c.until > self._session.now)
        return {row.target: row.reason for row in self._session.rows(query)}
