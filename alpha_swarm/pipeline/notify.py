"""People are told what lies in the outbox. No lead waits for it: what cannot be told now is told later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.notices import Notice, NoticeKind, worded
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, HaltError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.notices import Message
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.notifier import Notifier, Waiting

log = structlog.get_logger(__name__)

#: A channel takes a message a second, and the queue has other jobs as well.
MOST_A_RUN = 10
#: Longer than a run takes; whoever dies in it is followed by another one then.
_CLAIM_SECONDS = 120.0
_FIRST_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 900.0
#: What is a day old is no news.
_STALE_SECONDS = 86_400.0
_SUMMARISED_SECONDS = 86_400.0


class Notify:
    """Empties the outbox."""

    def __init__(self, ledger: Ledger, notifier: Notifier, fields: Sequence[str]) -> None:
        """``fields`` of the output are told of a lead."""
        self._ledger = ledger
        self._notifier = notifier
        self._fields = tuple(fields)

    def run(self) -> None:
        """A few, oldest first; after a verdict that holds for all the others wait."""
        with self._ledger.begin() as tx:
            waiting = tx.outbox.claim(MOST_A_RUN, _CLAIM_SECONDS)
        for place, one in enumerate(waiting):
            wait = self._tell(one)
            if wait is not None:
                self._postpone(waiting[place:], wait)
                return

    def summarise(self) -> None:
        """Put a summary of each batch into the outbox that has come to rest."""
        with self._ledger.begin() as tx:
            finished = tx.outbox.finished_batches(_SUMMARISED_SECONDS)
            tx.outbox.add(_summary(batch, states) for batch, states in finished.items())

    def _tell(self, one: Waiting) -> float | None:
        """Seconds to wait before anything more is told; ``None`` where there is no need to."""
        key = one.notice.key
        if one.age > _STALE_SECONDS:
            self._give_up(key, "it is no news any more")
            return None
        try:
            reference = self._notifier.send(self._worded(one.notice))
        except GiveUpError as error:
            self._give_up(key, str(error))
            return None
        except AlphaSwarmError as error:
            log.warning("notice_waits", kind=one.notice.kind.value, reason=str(error))
            return _wait(error, one.attempts)
        with self._ledger.begin() as tx:
            tx.outbox.sent(key, reference)
        return None

    def _worded(self, notice: Notice) -> Message:
        """With what is known of the lead by now, and in the thread that was begun by now."""
        with self._ledger.read() as tx:
            leads = tx.leads.load([notice.lead_id], history=False) if notice.lead_id else {}
            thread = tx.outbox.thread(notice.topic) if notice.topic else None
        return worded(notice, leads.get(notice.lead_id or ""), self._fields, thread)

    def _give_up(self, key: str, reason: str) -> None:
        log.warning("notice_given_up", key=key, reason=reason)
        with self._ledger.begin() as tx:
            tx.outbox.give_up(key)

    def _postpone(self, rest: Sequence[Waiting], seconds: float) -> None:
        with self._ledger.begin() as tx:
            tx.outbox.postpone([one.notice.key for one in rest], seconds)


def _wait(error: AlphaSwarmError, attempts: int) -> float:
    """As the other side says, else longer each time."""
    said = error.seconds if isinstance(error, HaltError) else None
    said = error.after if isinstance(error, RetryLaterError) else said
    usual = _FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 10)
    return min(usual if said is None else said, _LONGEST_WAIT_SECONDS)


def _summary(batch: str, states: Mapping[str, int]) -> Notice:
    return Notice(
        key=f"summary:{batch}",
        kind=NoticeKind.SUMMARY,
        text="A batch is through",
        facts={"leads": sum(states.values()), **states},
        topic=f"batch:{batch}",
    )
