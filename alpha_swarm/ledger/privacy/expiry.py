"""What is kept beside the leads goes when its own lifetime is over, a portion at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Table, delete, select

from alpha_swarm.ledger.doors.inbox import WAITING
from alpha_swarm.ledger.schema.companies import companies
from alpha_swarm.ledger.schema.messages import approvals, notifications
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests, rights_steps
from alpha_swarm.ledger.schema.tables import idempotency_keys, inbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.privacy.lifetimes import Lifetimes
    from alpha_swarm.ledger.session import Session

_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    table: Table
    key: str
    over: ColumnElement[bool]
    parts: tuple[tuple[Table, str], ...] = ()
    """Rows of other tables that go with it, by the column that refers to it."""


class SqlExpiry:
    """Implements ``ports.expiry.Expiry``."""

    def __init__(self, session: Session, lifetimes: Lifetimes) -> None:
        self._session = session
        self._kinds = _kinds(session.now, lifetimes)

    def portion(self, most: int) -> dict[str, int]:
        """Kind → rows that went, each kind at most so many."""
        gone = {kind.name: len(self._remove(kind, most)) for kind in self._kinds}
        return {name: number for name, number in gone.items() if number}

    def _remove(self, kind: _Kind, most: int) -> Sequence[Any]:
        key = kind.table.c[kind.key]
        # What somebody has in hand just now goes the next time.
        query = select(key).where(kind.over).order_by(key).limit(most).with_for_update(skip_locked=True)
        keys = [row[0] for row in self._session.rows(query)]
        if keys:
            for table, refers in kind.parts:
                self._session.run(delete(table).where(table.c[refers].in_(keys)))
            self._session.run(delete(kind.table).where(key.in_(keys)))
        return keys


def _kinds(now: float, lifetimes: Lifetimes) -> tuple[_Kind, ...]:
    def before(days: float) -> float:
        return now - days * _DAY_SECONDS

    came = inbox.c.received_at
    put_aside, waiting = inbox.c.state != WAITING, inbox.c.state == WAITING
    of_requests = ((rights_leads, "request_id"), (rights_steps, "request_id"))
    messages, requests = before(lifetimes.messages), before(lifetimes.requests)
    return (
        _Kind("webhooks", inbox, "id", (came < before(lifetimes.webhooks)) & put_aside),
        _Kind("unread_webhooks", inbox, "id", (came < before(lifetimes.unread_webhooks)) & waiting),
        _Kind("answers", idempotency_keys, "key", idempotency_keys.c.created_at < before(lifetimes.answers)),
        _Kind("messages", notifications, "key", notifications.c.created_at < messages),
        _Kind("approvals", approvals, "id", approvals.c.asked_at < messages),
        _Kind("companies", companies, "domain", companies.c.learnt_at < before(lifetimes.companies)),
        _Kind("requests", rights_requests, "id", rights_requests.c.ended_at < requests, of_requests),
    )
