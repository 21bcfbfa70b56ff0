"""What was allowed is done, if it still is what was shown; what nobody answered comes to an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import structlog

from alpha_swarm.domain.messages import approvals
from alpha_swarm.domain.messages.approvals import ApprovalState
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.pipeline.followups import Followups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.messages.approvals import Approval, ApprovalKind, Plan
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

log = structlog.get_logger(__name__)

#: Longer than a plan takes to be reckoned, with so much for each record; whoever dies in it is followed then.
_CLAIM_SECONDS, _RECORD_SECONDS = 120.0, 0.5
_AGAIN_SECONDS = 60.0
_MOVED = "Not done: what stands there is no longer what was shown. Ask again."
_TOO_LATE = "Not done: it could not be carried out within a day. Ask again."
_UNANSWERED = "nobody answered in time"


class Approvable(Protocol):
    """A kind of thing that can be asked for."""

    def size(self, approval: Approval) -> int:
        """How many records it takes a look at."""
        ...

    def plan(self, approval: Approval) -> Plan:
        """Reckoned anew: what would be done now.

        Raises:
            AlphaSwarmError: it cannot be said now.
        """
        ...

    def is_ready(self, tx: Transaction, approval: Approval) -> bool:
        """Whether nothing else is being done with what it is about; until the end of the commit."""
        ...

    def carry_out(self, tx: Transaction, followups: Followups, approval: Approval) -> None:
        """What was planned last, in this commit."""
        ...

    def outcome(self, approval: Approval) -> str:
        """What comes of it, in words."""
        ...


class Approved:
    """Acts on answers, and on their absence."""

    def __init__(self, ledger: Ledger, hints: Hints, kinds: Mapping[ApprovalKind, Approvable]) -> None:
        self._ledger = ledger
        self._hints = hints
        self._kinds = kinds

    def run(self) -> None:
        """Once round; what cannot be reckoned now is tried again, until its day is over."""
        with self._ledger.read() as tx:
            if not tx.approvals.due():
                return
        with self._ledger.begin() as tx:
            claimed = tx.approvals.claim(_CLAIM_SECONDS)
            for approval in claimed:
                size = self._kinds[approval.kind].size(approval)
                tx.approvals.postpone(approval.id, _CLAIM_SECONDS + _RECORD_SECONDS * size)
            now = tx.approvals.now()
        for approval in claimed:
            if approval.state is ApprovalState.ASKED:
                self._expire(approval)
            elif now >= approval.expires_at:
                self._settle(approval, ApprovalState.EXPIRED, _TOO_LATE)
            else:
                self._act(approval)

    def _act(self, approval: Approval) -> None:
        kind = self._kinds[approval.kind]
        try:
            plan = kind.plan(approval)
        except AlphaSwarmError as error:
            log.warning("approval_waits", approval=approval.id, reason=str(error))
            with self._ledger.begin() as tx:
                tx.approvals.postpone(approval.id, _AGAIN_SECONDS)
            return
        if plan.hash != approval.hash:
            self._settle(approval, ApprovalState.MOVED, _MOVED)
            return
        followups = Followups()
        with self._ledger.begin() as tx:
            if not kind.is_ready(tx, approval):
                _tell(tx, approval, ApprovalState.MOVED, _MOVED)
            elif _tell(tx, approval, ApprovalState.APPROVED, kind.outcome(approval)):
                kind.carry_out(tx, followups, approval)
        followups.send(self._hints)

    def _settle(self, approval: Approval, state: ApprovalState, text: str) -> None:
        with self._ledger.begin() as tx:
            _tell(tx, approval, state, text)

    def _expire(self, approval: Approval) -> None:
        with self._ledger.begin() as tx:
            reference = tx.outbox.reference(approvals.key_of(approval.id))
            if tx.approvals.settle(approval.id, ApprovalState.EXPIRED, _UNANSWERED) and reference:
                tx.outbox.add([approvals.expired(approval, reference)])


def _tell(tx: Transaction, approval: Approval, state: ApprovalState, text: str) -> bool:
    """Whether nobody was faster."""
    first = tx.approvals.settle(approval.id, state, text)
    if first:
        tx.outbox.add([approvals.settled(approval, text)])
    return first
