"""People are told what lies in the outbox. No lead waits for it: what cannot be told now is told later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.messages.notices import Notice, NoticeKind, Way, bundled, worded
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.policy.withholding import fields_for
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, HaltError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.messages.notices import Message
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.notifier import Notifier, Waiting

log = structlog.get_logger(__name__)

_MOST_CLAIMED = 500
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
    """Empties the outbox, as far as it is told on one way."""

    def __init__(
        self,
        ledger: Ledger,
        notifier: Notifier,
        fields: Sequence[str],
        way: Way = Way.SLACK,
        policy: PrivacyPolicy = OPEN,
    ) -> None:
        """``fields`` of the output are told of a lead, if the policy lets them; ``way`` is the notifier's."""
        self._policy = policy
        self._ledger = ledger
        self._notifier = notifier
        self._fields = tuple(fields)
        self._way = way

    def run(self) -> None:
        """The oldest first, in a few messages; after a verdict that holds for all the others wait."""
        with self._ledger.begin() as tx:
            claimed = tx.outbox.claim(_MOST_CLAIMED, _CLAIM_SECONDS, self._way)
        waiting = {one.notice.key: one for one in claimed}
        fresh = self._without_stale(waiting)
        bundles = bundled([one.notice for one in fresh.values()])
        wait, told = 0.0, 0
        for bundle in bundles[:MOST_A_RUN]:
            wait = self._tell(bundle, fresh[bundle[0].key].attempts)
            if wait:
                break
            told += 1
        self._postpone(bundles[told:], wait)

    def summarise(self) -> None:
        """Put a summary of each batch into the outbox that has come to rest."""
        with self._ledger.begin() as tx:
            finished = tx.outbox.finished_batches(_SUMMARISED_SECONDS)
            tx.outbox.add(_summary(batch, states) for batch, states in finished.items())

    def _without_stale(self, waiting: Mapping[str, Waiting]) -> dict[str, Waiting]:
        stale = [key for key, one in waiting.items() if one.age > _STALE_SECONDS]
        if stale:
            self._give_up(stale, "it is no news any more")
        return {key: one for key, one in waiting.items() if key not in stale}

    def _tell(self, bundle: Sequence[Notice], attempts: int) -> float:
        """Seconds to wait before anything more is told, 0 where there is no need to."""
        keys = [notice.key for notice in bundle]
        try:
            reference = self._notifier.send(self._worded(bundle))
        except GiveUpError as error:
            self._give_up(keys, str(error))
            return 0.0
        except AlphaSwarmError as error:
            log.warning("notice_waits", way=self._way.value, notices=len(keys), reason=str(error))
            return _wait(error, attempts)
        with self._ledger.begin() as tx:
            tx.outbox.sent(keys, reference)
        return 0.0

    def _worded(self, bundle: Sequence[Notice]) -> Message:
        """With what is known of the leads by now, and in the thread that was begun by now."""
        topic = bundle[0].topic if len(bundle) == 1 else None
        ids = [notice.lead_id for notice in bundle if notice.lead_id]
        with self._ledger.read() as tx:
            found = tx.leads.load(ids, history=False) if ids else {}
            leads = {key: fields_for(self._policy, Party.SLACK, lead) for key, lead in found.items()}
            return worded(bundle, leads, self._fields, tx.outbox.thread(topic) if topic else None)

    def _give_up(self, keys: Sequence[str], reason: str) -> None:
        log.warning("notices_given_up", notices=len(keys), reason=reason)
        with self._ledger.begin() as tx:
            tx.outbox.give_up(keys)

    def _postpone(self, rest: Sequence[Sequence[Notice]], seconds: float) -> None:
        keys = [notice.key for bundle in rest for notice in bundle]
        if keys:
            with self._ledger.begin() as tx:
                tx.outbox.postpone(keys, seconds)


def _wait(error: AlphaSwarmError, attempts: int) -> float:
    """As the other side says, else longer each time."""
    said = error.seconds if isinstance(error, HaltError) else None
    said = error.after if isinstance(error, RetryLaterError) else said
    usual = _FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 10)
    return min(max(usual if said is None else said, 1.0), _LONGEST_WAIT_SECONDS)


def _summary(batch: str, states: Mapping[str, int]) -> Notice:
    return Notice(
        key=f"summary:{batch}",
        kind=NoticeKind.SUMMARY,
        text="A batch is through",
        facts={"leads": sum(states.values()), **states},
        topic=f"batch:{batch}",
    )
