"""News from the CRMs: stored, read, and asked about; put together from the settings."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm_news import System
from alpha_swarm.inbound.decoding import DECODERS
from alpha_swarm.pipeline.crm_inbox import ReadCrmInbox
from alpha_swarm.pipeline.crm_news import TakeNews
from alpha_swarm.ports.records_in import RecordSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.edge import Edge
    from alpha_swarm.pipeline.receive import Receive


class CrmNews:
    """The parts that deal with them."""

    def __init__(self, edge: Edge, receive: Receive, clock: Clock) -> None:
        self._edge = edge
        self._receive = receive
        self._clock = clock

    def store(self, deliveries: Sequence[tuple[System, Mapping[str, bytes]]]) -> None:
        """Store deliveries durably, in pieces by their keys, then have them read."""
        with self._edge.ledger.begin() as tx:
            for system, pieces in deliveries:
                tx.inbox.put_keyed(system.inbox, pieces)
        self._edge.hints.inbox()

    def read(self) -> None:
        """Read what waits."""
        self._inbox.run()

    @cached_property
    def sources(self) -> Mapping[System, RecordSource]:
        """The configured CRMs whose connectors can say what a record holds."""
        return {
            System(target.value): crm
            for target, crm in self._edge.crms.items()
            if target.value in set(System) and isinstance(crm, RecordSource)
        }

    @cached_property
    def _inbox(self) -> ReadCrmInbox:
        takes = TakeNews(self._receive, self._clock)
        return ReadCrmInbox(self._edge.ledger, self._receive, takes, DECODERS, lambda: self.sources)
