"""Records that were changed are asked for now and then: what webhooks did not tell comes in all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.crm.following import begun_anew, following_fact, read_following, stepped_over
from alpha_swarm.domain.crm.news import Change
from alpha_swarm.errors import AlphaSwarmError, BreakerOpenError, GiveUpError, RetryLaterError
from alpha_swarm.pipeline.crm.news import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.crm.news import System
    from alpha_swarm.pipeline.crm.news import TakeNews
    from alpha_swarm.pipeline.receive import Receive
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.records_in import ChangedRecords, Page

log = structlog.get_logger(__name__)

_REFUSED = "the cursor was refused, so that the changes before it are read again"
_STUCK = "more records than a page share one moment, and some of them may not have been seen"
#: Pages a round; the next round goes on where this one ended.
_MOST_PAGES = 50


class PullRecords:
    """Follows each system's changes by a cursor, which the ledger keeps."""

    def __init__(
        self,
        ledger: Ledger,
        facts: Facts,
        receive: Receive,
        news: TakeNews,
        sources: Callable[[], Mapping[System, ChangedRecords]],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._facts = facts
        self._receive = receive
        self._news = news
        self._sources = sources
        self._clock = clock

    def run(self) -> None:
        """One round; a system that cannot be asked holds up no other."""
        for system, source in self._sources().items():
            try:
                self._remember(system, self._follow(system, source))
            except (RetryLaterError, BreakerOpenError) as error:
                # Whoever is away is told of by the breaker, and asked again from where he was.
                log.warning("crm_changes_wait", system=system.value, error=str(error))
            except AlphaSwarmError as error:
                self._remember(system, str(error))

    def _follow(self, system: System, source: ChangedRecords) -> str | None:
        """What was in the way, if anything."""
        for _ in range(_MOST_PAGES):
            # Whichever process had the last turn.
            cursor = self._facts.look(_cursor(system))
            try:
                page = source.changed_since(cursor)
            except GiveUpError as error:
                return self._begin_anew(system, cursor, error)
            self._take(system, page)
            stuck = page.more and page.cursor == cursor
            # Afterwards: a page that comes twice is no news the second time.
            self._facts.put(_cursor(system), stepped_over(page.cursor) if stuck else page.cursor)
            if stuck or not page.more:
                return _STUCK if stuck else None
        return None

    def _begin_anew(self, system: System, cursor: str | None, error: GiveUpError) -> str:
        """In the next round, as the reason may be another than the cursor."""
        if cursor is not None:
            self._facts.put(_cursor(system), begun_anew(cursor, self._clock.now()))
        return f"{_REFUSED}: {error}"

    def _remember(self, system: System, trouble: str | None) -> None:
        """For ``doctor`` and ``status``."""
        if trouble is not None:
            log.warning("crm_changes_not_followed", system=system.value, trouble=trouble)
        fact = following_fact(system)
        following = read_following(self._facts.look(fact))
        self._facts.put(fact, following.after(trouble, self._clock.now()).write())

    def _take(self, system: System, page: Page) -> None:
        told = [
            Told(record_id=key, change=Change.CHANGED, at=record.at, fields=record.fields)
            for key, record in page.records.items()
        ]
        if not told:
            return
        with self._ledger.begin() as tx:
            taken = self._news.take(tx, system, told)
        self._receive.tell(taken)


def _cursor(system: System) -> str:
    return f"crm.cursor.{system.value}"
