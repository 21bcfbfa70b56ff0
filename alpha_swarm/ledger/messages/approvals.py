"""What people were asked to allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from alpha_swarm.domain.messages.approvals import Approval, ApprovalKind, ApprovalState
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.messages import approvals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.domain.messages.approvals import Answer, Plan
    from alpha_swarm.ledger.session import Session

_ASKED, _APPROVED = ApprovalState.ASKED.value, ApprovalState.APPROVED.value
_MOST_CLAIMED = 20
#: CRM → lead id → protected field → what stands there and what would.
_GRANTED, _PLACE = "granted", "approvals.granted"


class SqlApprovals:
    """Implements ``ports.approvals.Approvals``; ``due_at`` is when somebody is to act on a row."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, approval_id: str, plan: Plan, seconds: float) -> None:
        """One row."""
        now = self._session.now
        row = {
            "id": approval_id,
            "kind": plan.kind.value,
            "scope": self._closed(plan.scope),
            "hash": plan.hash,
            "title": plan.title,
            "facts": dict(plan.facts),
            "state": _ASKED,
            "asked_at": now,
            "expires_at": now + seconds,
            "due_at": now + seconds,
        }
        self._session.add(approvals, [row])

    def answer(self, answer: Answer) -> Approval | None:
        """By one statement, so that of two who answer at once one is first."""
        now = self._session.now
        open_ = (
            approvals.c.id == answer.approval_id,
            approvals.c.state == _ASKED,
            approvals.c.expires_at > now,
        )
        values = {
            "state": answer.state.value,
            "answered_at": now,
            "answered_by": answer.user,
            "reference": answer.reference,
            "due_at": now if answer.approves else None,
        }
        taken = self._session.run(update(approvals).where(*open_).values(values)).rowcount
        return self.find(answer.approval_id) if taken else None

    def find(self, approval_id: str) -> Approval | None:
        """By its key."""
        rows = self._session.rows(select(approvals).where(approvals.c.id == approval_id))
        return self._read(rows[0]) if rows else None

    def latest(self, most: int) -> Sequence[Approval]:
        """Ids grow with time."""
        query = select(approvals).order_by(approvals.c.id.desc()).limit(most)
        return [self._read(row) for row in self._session.rows(query)]

    def due(self) -> bool:
        """A look that locks nothing."""
        query = select(approvals.c.id).where(approvals.c.due_at <= self._session.now).limit(1)
        return bool(self._session.rows(query))

    def claim(self, seconds: float) -> Sequence[Approval]:
        """By becoming due later; on PostgreSQL two who come at once pass over each other's rows."""
        now = self._session.now
        query = select(approvals).where(approvals.c.due_at <= now).order_by(approvals.c.due_at)
        rows = self._session.rows(query.limit(_MOST_CLAIMED).with_for_update(skip_locked=True))
        if rows:
            taken = among(approvals.c.id, [row.id for row in rows])
            self._session.run(update(approvals).where(taken).values(due_at=now + seconds))
        return [self._read(row) for row in rows]

    def postpone(self, approval_id: str, seconds: float) -> None:
        """Unless it is settled."""
        open_ = (approvals.c.id == approval_id, approvals.c.due_at.is_not(None))
        self._session.run(update(approvals).where(*open_).values(due_at=self._session.now + seconds))

    def settle(self, approval_id: str, state: ApprovalState, outcome: str) -> bool:
        """Once."""
        unsettled = (
            approvals.c.id == approval_id,
            approvals.c.state.in_((_ASKED, _APPROVED)),
            approvals.c.outcome.is_(None),
        )
        values = {"state": state.value, "outcome": outcome, "due_at": None}
        return self._session.run(update(approvals).where(*unsettled).values(values)).rowcount == 1

    def now(self) -> float:
        """The transaction's."""
        return self._session.now

    def write_anew(self, *, plain: bool) -> None:
        """Every scope, sealed as all values are now, or plain; few are kept, and not for long."""
        for row in self._session.rows(select(approvals.c.id, approvals.c.scope).with_for_update()):
            opened = self._opened(row.scope)
            scope = opened if plain else self._closed(opened)
            if scope != row.scope:
                self._session.run(update(approvals).where(approvals.c.id == row.id).values(scope=scope))

    def _closed(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        return _with_granted(scope, self._session.closed_each)

    def _opened(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        return _with_granted(scope, self._session.personal.opened_each)

    def _read(self, row: Row[Any]) -> Approval:
        return Approval(
            id=row.id,
            kind=ApprovalKind(row.kind),
            scope=self._opened(row.scope),
            hash=row.hash,
            title=row.title,
            facts=row.facts,
            state=ApprovalState(row.state),
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            answered_at=row.answered_at,
            answered_by=row.answered_by,
            reference=row.reference,
            outcome=row.outcome,
        )


def _with_granted(
    scope: Mapping[str, Any], each: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, Any]:
    """Of what stands in a scope the granted values alone are persons' own."""
    granted = scope.get(_GRANTED)
    if not granted:
        return dict(scope)
    return {**scope, _GRANTED: {name: each(_PLACE, of) for name, of in granted.items()}}
