"""What is to be done next, collected during a transaction and hinted at after its commit."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from alpha_swarm.ports.records import Owed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Transaction


class Followups:
    """Steps that became owed and are due at once."""

    def __init__(self) -> None:
        self._steps: defaultdict[Step, list[str]] = defaultdict(list)

    def owe(
        self, tx: Transaction, step: Step, leads: Iterable[Standing], delay: float = 0.0, *, hint: bool = True
    ) -> None:
        """Owe the step; what is due at once gets its hint when the transaction has committed."""
        owed = [Owed(lead_id=lead.id, step=step, turn=lead.turn, delay=delay) for lead in leads]
        tx.work.owe(owed)
        if hint and delay <= 0:
            self._steps[step] += [item.lead_id for item in owed]

    def add(self, step: Step, lead_ids: Iterable[str]) -> None:
        """Hint at work that is owed already."""
        self._steps[step] += lead_ids

    def send(self, hints: Hints) -> None:
        """After the commit: a hint for what was rolled back would be a waste."""
        batches = {step: lead_ids for step, lead_ids in self._steps.items() if lead_ids}
        if batches:
            hints.send(batches)
