"""Leads come in: recorded durably before anybody is told so."""

from __future__ import annotations

from collections import Counter
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog
from ulid import ULID

from alpha_swarm.domain.doors.who import names_of_input
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.records import Arrival, Taken
from alpha_swarm.ports.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.domain.states import Priority
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction


log = structlog.get_logger(__name__)

NONE: Mapping[str, int] = MappingProxyType({})
_KEPT_OUT = Taken(lead_id="", duplicate=False, suppressed=True)


class Receive:
    """Takes in validated leads; a person who is known already is counted and seen, never sent twice."""

    def __init__(self, ledger: Ledger, hints: Hints) -> None:
        self._ledger = ledger
        self._hints = hints

    def take(
        self,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        forbidden: Mapping[str, int] = NONE,
        hint: bool = False,
        batch: str | None = None,
    ) -> Sequence[Taken]:
        """One durable commit for all; the answer is in the order of the inputs.

        ``forbidden``: field of the privacy policy → those of the rejected that came with it.
        ``batch``: the intake that these are a part of; unset, they are one of their own.
        """
        with self._ledger.begin() as tx:
            taken = self.record(tx, inputs, priority=priority, door=door, rejected=rejected, batch=batch)
            tx.withheld.count(door, Withheld.REFUSED, forbidden)
        if hint:
            self.tell(taken)
        return taken

    @staticmethod
    def record(
        tx: Transaction,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        batch: str | None = None,
        known: Sequence[str | None] = (),
    ) -> Sequence[Taken]:
        """The same within a transaction of the caller's, who calls :meth:`tell` after the commit.

        ``known``: to each input the lead that it is known to be by something else than its identity.
        """
        # One lead alone is no batch that could run away, and needs no row of its own in the books.
        batch = batch or (str(ULID()) if len(inputs) > 1 else None)
        arrivals = [
            Arrival(input=lead, identity=identity_of(lead), priority=priority, batch=batch, lead_id=lead_id)
            for lead, lead_id in zip(inputs, known or repeat(None), strict=False)
        ]
        kept_out = _suppressed(tx, arrivals)
        added = [one for place, one in enumerate(arrivals) if place not in kept_out]
        came = iter(tx.leads.add(added) if added else ())
        taken = [_KEPT_OUT if place in kept_out else next(came) for place in range(len(arrivals))]
        duplicates = sum(one.duplicate for one in taken)
        tx.duties.returned(len(kept_out))
        tx.count_intake(door, len(added) - duplicates, duplicates, rejected + len(kept_out), batch)
        stripped = Counter(name for one in added for name in one.input.withheld or ())
        tx.withheld.count(door, Withheld.STRIPPED, stripped)
        return taken

    def tell(self, taken: Sequence[Taken]) -> None:
        """Hint at what is new."""
        followups = Followups()
        followups.add(Step.INGEST, [one.lead_id for one in taken if not (one.duplicate or one.suppressed)])
        followups.send(self._hints)


def _suppressed(tx: Transaction, arrivals: Sequence[Arrival]) -> set[int]:
    """Places of those who are not to come back: nothing of them is written down."""
    names = {str(place): names_of_input(one.input) for place, one in enumerate(arrivals)}
    found = {int(place) for place in tx.suppressions.met(names)}
    if found:
        log.warning("suppressed_refused", leads=len(found))
    return found
