"""The end of a lead's way: its state, and what the enricher is still to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Transaction


@dataclass(frozen=True, slots=True)
class Closing:
    """How leads come to rest."""

    writes_back: bool
    """Whether rows are told what became of their leads."""

    @classmethod
    def of(cls, enricher: Enricher) -> Closing:
        """As the transport can."""
        return cls(writes_back=enricher.capabilities.update_batch > 0)

    def close(self, tx: Transaction, followups: Followups, ends: Sequence[tuple[Standing, State]]) -> None:
        """These leads come to rest; whoever has a row is written back, once."""
        tx.leads.move({lead.id: state for lead, state in ends})
        tx.tell(Story(lead_id=lead.id, kind=state.value) for lead, state in ends)
        rows = [lead for lead, _ in ends if lead.row_id and self.writes_back]
        # Nobody waits for a write-back, so it waits for the next sweep, and for others to share its call.
        followups.owe(tx, Step.WRITE_BACK, rows, hint=False)

    def close_synced(self, tx: Transaction, followups: Followups, leads: Sequence[Standing]) -> None:
        """Those whose last sync has ended come to rest."""
        by_lead = tx.syncs.states([lead.id for lead in leads])
        states = ((lead, _state_of(by_lead.get(lead.id, set()))) for lead in leads)
        self.close(tx, followups, [(lead, state) for lead, state in states if state is not None])


def _state_of(syncs: set[str]) -> State | None:
    if "open" in syncs:
        return None
    return State.DEAD if "dead" in syncs else State.SYNCED
