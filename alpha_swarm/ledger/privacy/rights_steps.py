"""The steps of requests in other systems: in whose hands they are, and what they came to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt, Right
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.outcomes import FAILED
from alpha_swarm.ledger.schema.rights import rights_requests, rights_steps
from alpha_swarm.ledger.schema.tables import call_leads, calls, leases
from alpha_swarm.ports.rights import Errand
from alpha_swarm.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.privacy.audit import SqlAudit
    from alpha_swarm.ledger.session import Session

DUE, DONE, TASK = "due", "done", "task"
AUDITED = {
    Right.ERASURE: AuditKind.ERASURE,
    Right.RETENTION: AuditKind.ERASURE,
    Right.OBJECTION: AuditKind.OBJECTION,
    Right.RECTIFICATION: AuditKind.RECTIFICATION,
}


class SqlSteps:
    """The part of ``ports.rights.Rights`` that is about steps."""

    def __init__(self, session: Session, audit: SqlAudit, key: bytes) -> None:
        self._session = session
        self._audit = audit
        self._seal = Seal(key, "identifiers of persons")

    def plan(self, request_id: str, where: Iterable[str], gathered: Identifiers, passes: int) -> None:
        """One for each system, which knows what it needs and nobody else can read."""
        shared = {"request_id": request_id, "state": DUE, "due_at": self._session.now, "attempts": 0}
        needed = json.dumps(gathered.to_json())
        rows = [
            {**shared, "system": system, "passes": passes, "sealed": self._seal.close(needed)}
            for system in where
        ]
        self._session.add(rights_steps, rows)

    def claim(self, most: int, seconds: float, request_id: str | None = None) -> Sequence[Errand]:
        """By becoming due later; on PostgreSQL two who come at once pass over each other's rows."""
        now = self._session.now
        query = select(rights_steps).where(rights_steps.c.state == DUE, rights_steps.c.due_at <= now)
        if request_id is not None:
            query = query.where(rights_steps.c.request_id == request_id)
        query = query.order_by(rights_steps.c.due_at, rights_steps.c.request_id, rights_steps.c.system)
        rows = self._session.rows(query.limit(most).with_for_update(skip_locked=True))
        for row in rows:
            self._set(row.request_id, row.system, due_at=now + seconds)
        requests = self._requests({row.request_id for row in rows})
        return [self._errand(row, requests[row.request_id], now + seconds) for row in rows]

    def hold(self, errand: Errand, seconds: float) -> float | None:
        """The moment is the fence: whoever claims it after us moves it."""
        until = self._session.now + seconds
        return until if self._mine(errand, due_at=until) else None

    def passed(self, errand: Errand, receipt: Receipt, wait: float) -> bool:
        """What was removed in all passes is one figure."""
        if not self._mine(errand, due_at=errand.until):
            return False
        before = self._receipt(errand)
        said = {"removed": before.get("removed", 0) + receipt.removed}
        note = receipt.note or before.get("note")
        said |= {"note": note} if note else {}
        if errand.passes > 1:
            later = {"due_at": self._session.now + wait, "passes": errand.passes - 1, "attempts": 0}
            self._set(errand.request_id, errand.system, receipt=said, error=None, **later)
        else:
            self.close(errand.request_id, errand.system, said)
        return True

    def again(self, errand: Errand, wait: float, error: str | None = None) -> bool:
        """Without an error it was not tried."""
        values: dict[str, Any] = {"due_at": self._session.now + wait}
        if error is not None:
            values |= {"attempts": errand.attempts + 1, "error": error[:300]}
        return self._mine(errand, **values)

    def task(self, errand: Errand, error: str) -> bool:
        """What it needs stays sealed until it is done."""
        return self._mine(errand, state=TASK, error=error[:300])

    def finish(self, request_id: str, system: str, note: str) -> bool:
        """Only a task is a person's."""
        mine = (rights_steps.c.request_id == request_id, rights_steps.c.system == system)
        rows = self._session.rows(select(rights_steps.c.system).where(*mine, rights_steps.c.state == TASK))
        if rows:
            self.close(request_id, system, {"removed": 0, "note": note})
        return bool(rows)

    def _errand(self, row: Row[Any], request: Row[Any], until: float) -> Errand:
        needed = json.loads(self._seal.open(row.sealed))
        return Errand(
            request_id=row.request_id,
            system=row.system,
            right=Right(request.right),
            who=Identifiers.from_json(needed),
            attempts=row.attempts,
            passes=row.passes,
            until=until,
            awaits_hands=row.passes == 1 and self._in_hand(request),
            made=row.receipt is not None,
            sent=self._sent(row.system, needed["lead_ids"]),
        )

    def _sent(self, system: str, lead_ids: Sequence[str]) -> bool:
        """By the intents, which outlive what they were about."""
        query = select(call_leads.c.call_id).join(calls, calls.c.id == call_leads.c.call_id)
        theirs = (
            among(call_leads.c.lead_id, lead_ids),
            calls.c.target == system,
            call_leads.c.state != FAILED,
        )
        return bool(self._session.rows(query.where(*theirs).limit(1)))

    def _in_hand(self, request: Row[Any]) -> bool:
        if not request.leases:
            return False
        alive = (leases.c.id.in_(request.leases), leases.c.expires_at >= self._session.now)
        return bool(self._session.rows(select(leases.c.id).where(*alive).limit(1)))

    def _requests(self, ids: Collection[str]) -> dict[str, Row[Any]]:
        query = select(rights_requests).where(among(rights_requests.c.id, ids))
        return {row.id: row for row in self._session.rows(query)}

    def _receipt(self, errand: Errand) -> dict[str, Any]:
        mine = (rights_steps.c.request_id == errand.request_id, rights_steps.c.system == errand.system)
        return self._session.rows(select(rights_steps.c.receipt).where(*mine))[0].receipt or {}

    def close(self, request_id: str, system: str, receipt: dict[str, Any]) -> None:
        """With it goes what it knew; with the last one the request has come to its end."""
        self._set(request_id, system, state=DONE, sealed=None, receipt=receipt, error=None, passes=0)
        right = Right(self._requests([request_id])[request_id].right)
        self._audit.note(AUDITED[right], request=request_id, done_in=system)
        left = select(func.count()).where(
            rights_steps.c.request_id == request_id, rights_steps.c.state != DONE
        )
        if not self._session.run(left).scalar_one():
            ended = update(rights_requests).where(rights_requests.c.id == request_id)
            self._session.run(ended.values(ended_at=self._session.now))

    def _mine(self, errand: Errand, **values: Any) -> bool:
        step = (rights_steps.c.request_id == errand.request_id, rights_steps.c.system == errand.system)
        held = (rights_steps.c.state == DUE, rights_steps.c.due_at == errand.until)
        return self._session.run(update(rights_steps).where(*step, *held).values(**values)).rowcount == 1

    def _set(self, request_id: str, system: str, **values: Any) -> None:
        mine = (rights_steps.c.request_id == request_id, rights_steps.c.system == system)
        self._session.run(update(rights_steps).where(*mine).values(**values))
