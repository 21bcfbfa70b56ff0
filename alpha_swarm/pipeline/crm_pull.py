"""Records that were changed are asked for now and then: what webhooks did not tell comes in all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.crm_news import Change
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.pipeline.crm_news import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.domain.crm_news import System
    from alpha_swarm.pipeline.crm_news import TakeNews
    from alpha_swarm.pipeline.receive import Receive
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.records_in import ChangedRecords, Page

log = structlog.get_logger(__name__)

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
    ) -> None:
        self._ledger = ledger
        self._facts = facts
        self._receive = receive
        self._news = news
        self._sources = sources

    def run(self) -> None:
        """One round; a system that cannot be asked holds up no other."""
        for system, source in self._sources().items():
            try:
                self._follow(system, source)
            except AlphaSwarmError as error:
                log.warning("changes wait: the CRM cannot be asked", system=system.value, error=str(error))

    def _follow(self, system: System, source: ChangedRecords) -> None:
        for _ in range(_MOST_PAGES):
            # Whichever process had the last turn.
            page = source.changed_since(self._facts.look(_cursor(system)))
            self._take(system, page)
            # Afterwards: a page that comes twice is no news the second time.
            self._facts.put(_cursor(system), page.cursor)
            if not page.more:
                return

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
