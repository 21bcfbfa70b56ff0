"""Letters of the CRMs are read: their records are asked for where the letter is no proof, then taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.health.executions import INBOX
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, RetryLaterError
from alpha_swarm.pipeline.crm.reading import UNREADABLE, Reading, together

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from alpha_swarm.pipeline.crm.news import TakeNews
    from alpha_swarm.pipeline.crm.reading import Decode, Fields
    from alpha_swarm.pipeline.receive import Receive
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.records_in import RecordSource

log = structlog.get_logger(__name__)

#: As many as the CRMs give in one call.
_PAGE = 100
#: Nobody else reads a letter meanwhile; where the CRM cannot be asked it is read again then.
_IN_HAND_SECONDS = 60.0


class ReadCrmInbox:
    """Empties the CRMs' part of the inbox; nobody outside is asked within a transaction."""

    def __init__(
        self,
        ledger: Ledger,
        receive: Receive,
        news: TakeNews,
        decoders: Mapping[System, Decode],
        sources: Callable[[], Mapping[System, RecordSource]],
        forget: Callable[[System, Collection[str]], None],
    ) -> None:
        """``sources`` is asked when there is something to read.

        ``forget``: starts an erasure of whoever has these records, who asked for it there.
        """
        self._ledger = ledger
        self._receive = receive
        self._news = news
        self._decoders = decoders
        self._sources = sources
        self._forget = forget

    def run(self) -> None:
        """Page by page until nothing waits that can be read now."""
        with self._ledger.read() as tx:
            waiting = tx.inbox.waiting()
        for system in System if waiting else ():
            while self._page(system) == _PAGE:
                pass

    def _page(self, system: System) -> int:
        """How many letters were read; 0 where the CRM cannot be asked."""
        with self._ledger.begin() as tx:
            letters = tx.inbox.borrow(_PAGE, system.inbox, _IN_HAND_SECONDS)
        readings = [Reading.of(letter, self._decoders[system]) for letter in letters]
        # Before the letters are closed, as what they ask for must not be lost with them.
        self._forget(system, {key for one in readings for key in one.wishes})
        try:
            fields = self._ask(system, readings)
        except AlphaSwarmError as error:
            log.warning("crm_letters_wait", system=system.value, error=str(error))
            return 0
        self._settle_or_alone(system, readings, fields)
        return len(letters)

    def _ask(self, system: System, readings: Sequence[Reading]) -> Fields | None:
        """What the records say now; ``None`` where nobody can be asked."""
        wanted = {key for one in readings for key in one.wanted(system)}
        if not wanted:
            return {}
        source = self._sources().get(system)
        try:
            return source.fetch(wanted) if source else None
        except GiveUpError:
            return None

    def _settle_or_alone(self, system: System, readings: Sequence[Reading], fields: Fields | None) -> None:
        """A letter that our own code fails over is put aside, and keeps back no other."""
        try:
            self._settle(system, readings, fields)
        except RetryLaterError:
            raise
        except Exception:
            if len(readings) == 1:
                # Whatever it is, the letter is kept to be looked at.
                log.exception("crm_letter_put_aside")
                self._put_aside(readings[0])
                return
            for one in readings:
                self._settle_or_alone(system, [one], fields)

    def _settle(self, system: System, readings: Sequence[Reading], fields: Fields | None) -> None:
        if not readings:
            return
        with self._ledger.begin() as tx:
            # Another reader may have been faster while we asked.
            held = tx.inbox.lock([one.letter.id for one in readings])
            mine = [one for one in readings if one.letter.id in held]
            taken = self._news.take(tx, system, together(system, mine, fields))
            tx.inbox.close({one.letter.id: one.state(system, fields) for one in mine})
            tx.executions.progressed(INBOX)
        self._receive.tell(taken)

    def _put_aside(self, reading: Reading) -> None:
        with self._ledger.begin() as tx:
            tx.inbox.close({reading.letter.id: UNREADABLE})
