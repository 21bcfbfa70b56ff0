"""People are asked, and their answers are taken down: durable, the first one holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from ulid import ULID

from alpha_swarm.domain.messages import approvals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.domain.messages.approvals import Answer, Approval, Plan
    from alpha_swarm.ports.ledger import Ledger, Transaction

log = structlog.get_logger(__name__)


class Approvals:
    """Questions to people, by whom their answers are carried out."""

    def __init__(self, ledger: Ledger, approvers: Collection[str]) -> None:
        """``approvers``: the ids of those who may answer; without any, whoever sees the question."""
        self._ledger = ledger
        self._approvers = frozenset(approvers)

    def ask(self, plan: Plan) -> str:
        """The id of the question; it is told within seconds, and good for a day."""
        approval_id = str(ULID())
        with self._ledger.begin() as tx:
            tx.approvals.ask(approval_id, plan, approvals.VALID_SECONDS)
            tx.outbox.add([approvals.question(approval_id, plan)])
        return approval_id

    def answer(self, answers: Sequence[Answer]) -> None:
        """One commit."""
        with self._ledger.begin() as tx:
            for answer in answers:
                self._take(tx, answer)

    def latest(self, most: int) -> Sequence[Approval]:
        """From the newest on."""
        with self._ledger.read() as tx:
            return tx.approvals.latest(most)

    def _take(self, tx: Transaction, answer: Answer) -> None:
        if self._approvers and answer.user not in self._approvers:
            if tx.approvals.find(answer.approval_id) is not None:
                tx.outbox.add([approvals.refused(answer)])
            return
        approval = tx.approvals.answer(answer)
        if approval is None:
            log.info("approval_answer_without_question")
            return
        tx.outbox.add([approvals.answered(approval)])
