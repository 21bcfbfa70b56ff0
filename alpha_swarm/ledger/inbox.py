"""Webhooks: stored as they came, read afterwards, forgotten when read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from alpha_swarm.ledger.hashing import fingerprint
from alpha_swarm.ledger.tables import inbox
from alpha_swarm.ports.records import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ledger.session import Session

WAITING = "waiting"
#: What was read has served; other letters keep their bodies for a while, for a person to look at.
_READ = "done"
#: How long the mark of a read letter turns away its repetitions.
_KEPT_SECONDS = 7 * 86400.0


class SqlInbox:
    """Implements ``ports.parts.Inbox``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, source: str, bodies: Sequence[bytes]) -> None:
        """One row a distinct body; one that was put aside is read again when it comes again.

        What was wrong, such as a missing key or setting, may have been put right since.
        """
        shared = {"source": source, "received_at": self._session.now, "state": WAITING}
        rows = {
            mark: {**shared, "fingerprint": mark, "body": body}
            for body in bodies
            if (mark := fingerprint(body))
        }
        # In one order, so that two doors with the same webhooks never wait for each other.
        letters = [rows[mark] for mark in sorted(rows)]
        if letters:
            put_aside = (inbox.c.state != WAITING) & (inbox.c.state != _READ)
            self._session.run(
                self._session.insert(inbox).on_conflict_do_update(
                    index_elements=["fingerprint"], set_={"state": WAITING}, where=put_aside
                ),
                letters,
            )

    def take(self, limit: int) -> Sequence[Letter]:
        """Letters that another reader has in hand are passed over."""
        query = (
            select(inbox.c.id, inbox.c.source, inbox.c.body)
            .where(inbox.c.state == WAITING)
            .order_by(inbox.c.id)
            .limit(limit)
        )
        return [
            Letter(id=row.id, source=row.source, body=row.body)
            for row in self._session.rows(query.with_for_update(skip_locked=True))
        ]

    def close(self, states: Mapping[int, str]) -> None:
        """Read letters lose their bodies."""
        for state in sorted(set(states.values())):
            letters = [{"letter": key} for key, value in states.items() if value == state]
            gone = {"body": None} if state == _READ else {}
            self._session.run(
                update(inbox).where(inbox.c.id == bindparam("letter")).values(state=state, **gone), letters
            )

    def waiting(self) -> bool:
        """Whether any wait."""
        return bool(self._session.rows(select(inbox.c.id).where(inbox.c.state == WAITING).limit(1)))

    def tidy(self) -> None:
        """Forget what came long ago; what could not be read or placed by then never will be."""
        old = inbox.c.received_at < self._session.now - _KEPT_SECONDS
        self._session.run(delete(inbox).where(old, inbox.c.state != WAITING))
