"""News from the CRMs: stored, read, and asked about; put together from the settings."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.news import System
from alpha_swarm.inbound.decoding import DECODERS
from alpha_swarm.pipeline.crm.inbox import ReadCrmInbox
from alpha_swarm.pipeline.crm.news import TakeNews
from alpha_swarm.pipeline.crm.pull import PullRecords
from alpha_swarm.ports.records_in import ChangedRecords, RecordSource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.edge import Edge
    from alpha_swarm.pipeline.receive import Receive


class CrmNews:
    """The parts that deal with them."""

    def __init__(
        self, edge: Edge, receive: Receive, forget: Callable[[System, Collection[str]], None], clock: Clock
    ) -> None:
        """``forget``: starts an erasure of whoever has these records."""
        self._edge = edge
        self._forget = forget
        self._receive = receive
        self._clock = clock

    def store(self, deliveries: Sequence[tuple[System, Mapping[str, bytes]]]) -> None:
        """Store deliveries durably, in pieces by their keys, then have them read."""
        # In one order over all deliveries, so that two doors with the same ones never wait for each other.
        letters: dict[System, dict[str, bytes]] = {system: {} for system in System}
        for system, pieces in deliveries:
            letters[system].update(pieces)
        with self._edge.ledger.begin() as tx:
            for system, pieces in letters.items():
                tx.inbox.put_keyed(system.inbox, pieces)
        self._edge.hints.inbox()

    def read(self) -> None:
        """Read what waits."""
        self._inbox.run()

    def pull(self) -> None:
        """Ask for what was changed."""
        self._pull.run()

    @cached_property
    def sources(self) -> Mapping[System, RecordSource]:
        """The configured CRMs whose connectors can say what a record holds."""
        return {key: crm for key, crm in self._crms.items() if isinstance(crm, RecordSource)}

    @cached_property
    def changes(self) -> Mapping[System, ChangedRecords]:
        """Those whose connectors can say what was changed."""
        return {key: crm for key, crm in self._crms.items() if isinstance(crm, ChangedRecords)}

    @property
    def _crms(self) -> Mapping[System, object]:
        return {System(key.value): crm for key, crm in self._edge.crms.items() if key.value in set(System)}

    @cached_property
    def _takes(self) -> TakeNews:
        return TakeNews(self._receive, self._clock, self._edge.policy)

    @cached_property
    def _inbox(self) -> ReadCrmInbox:
        ledger = self._edge.ledger
        return ReadCrmInbox(ledger, self._receive, self._takes, DECODERS, lambda: self.sources, self._forget)

    @cached_property
    def _pull(self) -> PullRecords:
        ledger = self._edge.ledger
        return PullRecords(
            ledger, ledger.facts, self._receive, self._takes, lambda: self.changes, self._clock
        )
