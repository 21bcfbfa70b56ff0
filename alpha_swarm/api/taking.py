"""Takes in what several requests delivered, in one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import Priority
from alpha_swarm.ledger.doors.idempotency import KeyReusedError
from alpha_swarm.ports.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.api.deliveries import Delivery
    from alpha_swarm.ledger.ledger import SqlLedger
    from alpha_swarm.ledger.transaction import SqlTransaction
    from alpha_swarm.pipeline.receive import Receive
    from alpha_swarm.ports.records import Taken

DOOR = "api"


class TakeAll:
    """Answers each delivery; a key that came before gets its first answer again, and takes nothing in."""

    def __init__(self, ledger: SqlLedger, receive: Receive) -> None:
        self._ledger = ledger
        self._receive = receive

    def __call__(self, deliveries: Sequence[Delivery]) -> list[Mapping[str, Any] | None]:
        """One durable commit for all; raises when nothing was taken in."""
        fresh: list[Taken] = []
        with self._ledger.begin() as tx:
            answers = [self._answer(tx, delivery, fresh) for delivery in deliveries]
        self._receive.tell(fresh)
        return answers

    def _answer(self, tx: SqlTransaction, delivery: Delivery, fresh: list[Taken]) -> Mapping[str, Any] | None:
        if delivery.key is None:
            return self._take(tx, delivery, fresh)
        try:
            before = tx.idempotency_keys.answer(delivery.key, delivery.digest)
        except KeyReusedError:
            return None
        if before is not None:
            return before
        answer = self._take(tx, delivery, fresh)
        tx.idempotency_keys.remember(delivery.key, delivery.digest, answer)
        return answer

    def _take(self, tx: SqlTransaction, delivery: Delivery, fresh: list[Taken]) -> dict[str, Any]:
        taken = self._receive.record(
            tx,
            delivery.inputs,
            priority=Priority.NORMAL,
            door=DOOR,
            rejected=len(delivery.rejected),
        )
        tx.withheld.count(DOOR, Withheld.REFUSED, delivery.forbidden)
        fresh += taken
        return delivery.answer(taken)
