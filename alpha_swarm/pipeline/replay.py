"""Dead letters that were only unlucky are tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

_PAGE = 100
#: Where a lead stands that is to go through a step again.
_BEFORE = {
    Step.INGEST: State.RECEIVED,
    Step.ENRICH: State.SUBMITTED,
    Step.COLLECT: State.ENRICHING,
}


class Replay:
    """Owes the step again that a lead died at."""

    def __init__(self, ledger: Ledger, hints: Hints) -> None:
        self._ledger = ledger
        self._hints = hints

    def run(self) -> None:
        """All whose time has come, page by page."""
        while self._page() == _PAGE:
            pass

    def _page(self) -> int:
        followups = Followups()
        with self._ledger.begin() as tx:
            letters = tx.dead_letters.replayable(_PAGE)
            tx.leads.lock([lead.id for _, lead, _ in letters])
            tx.dead_letters.resolve([letter_id for letter_id, _, _ in letters])
            for _, lead, step in letters:
                self._revive(tx, followups, lead, step)
        followups.send(self._hints)
        return len(letters)

    @staticmethod
    def _revive(tx: Transaction, followups: Followups, lead: Lead, step: Step) -> None:
        if step.target is not None:
            tx.syncs.open({lead.id: [step.target]})
        if step is not Step.WRITE_BACK:
            tx.leads.move({lead.id: _BEFORE.get(step, State.SYNCING)})
        tx.tell([Story(lead_id=lead.id, kind="replayed", detail={"step": step.value})])
        followups.owe(tx, step, [lead])
