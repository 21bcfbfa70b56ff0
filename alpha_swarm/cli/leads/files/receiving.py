"""Whole files as one batch, or as a rehearsal that takes nothing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ulid import ULID

from alpha_swarm.domain.doors.who import names_of_input
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.pipeline.receive import NONE
from alpha_swarm.ports.records import Taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.domain.states import Priority
    from alpha_swarm.ledger.ledger import SqlLedger
    from alpha_swarm.pipeline.receive import Receive


class OneBatch:
    """All commits of a file belong to one batch."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.batch = str(ULID())

    def take(
        self,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        forbidden: Mapping[str, int] = NONE,
    ) -> Sequence[Taken]:
        """One durable commit."""
        return self._receive.take(
            inputs,
            priority=priority,
            door=door,
            rejected=rejected,
            forbidden=forbidden,
            batch=self.batch,
        )


class Rehearsal:
    """Says who is new, and writes nothing."""

    def __init__(self, ledger: SqlLedger) -> None:
        self._ledger = ledger
        self._seen: set[str] = set()

    def take(
        self,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        forbidden: Mapping[str, int] = NONE,
    ) -> Sequence[Taken]:
        """What would become of each; nobody has an id."""
        del priority, door, rejected, forbidden
        found_by = [identity_of(lead) for lead in inputs]
        names = {str(place): names_of_input(lead) for place, lead in enumerate(inputs)}
        with self._ledger.read() as tx:
            known = set(tx.leads.owners(found_by))
            kept_out = tx.suppressions.met(names)
        return [
            Taken(lead_id="", duplicate=False, suppressed=True)
            if str(place) in kept_out
            else Taken(lead_id="", duplicate=self._is_known(identity, known))
            for place, identity in enumerate(found_by)
        ]

    def _is_known(self, identity: str, known: set[str]) -> bool:
        before = identity in known or identity in self._seen
        self._seen.add(identity)
        return before
