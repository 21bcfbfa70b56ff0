"""What a person puts right is kept from then on, and goes wherever the person's data went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.scoring import score
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rectification import pinned, put_right
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.privacy.rights.desk import ASKED
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.leads.scoring import Weights
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Of each system, what becomes of the person's data there.
OWED = "is being told"
_NOT_CONFIGURED = "is not configured any more: put it right there by hand"
_NO_ROWS = "takes no changes of rows by this transport: put it right there by hand"


class Rectify:
    """Lays pins, and owes the systems."""

    def __init__(
        self,
        ledger: Ledger,
        hints: Hints,
        clock: Clock,
        weights: Weights,
        *,
        targets: Collection[Target],
        writes_back: bool,
    ) -> None:
        """``targets``: the configured CRMs; ``writes_back``: whether Clay's rows can be told."""
        self._ledger = ledger
        self._hints = hints
        self._clock = clock
        self._weights = weights
        self._targets = frozenset(targets)
        self._writes_back = writes_back

    def run(self, lead_ids: Sequence[str], corrections: Mapping[str, Any]) -> dict[str, Any]:
        """``lead_ids``, ``fields_updated`` and ``systems``: name → what becomes of the person's data there.

        Whatever has any of these leads in hand finds it taken away, and what it writes is overtaken. For
        whoever objected nothing is owed that moves a lead: a ``request`` puts it right in each system.
        """
        followups = Followups()
        with self._ledger.begin() as tx:
            tx.leads.lock(lead_ids)
            before = tx.leads.load(lead_ids, history=False).values()
            leads = [put_right(lead, pinned(lead, corrections, self._clock.now())) for lead in before]
            self._lay(tx, leads, sorted(corrections))
            systems = self._tell(tx, followups, leads)
            objected = [lead.id for lead in leads if lead.state is State.OBJECTED]
            request = tx.rights.begin(Right.RECTIFICATION, objected, why=ASKED) if objected else None
        followups.send(self._hints)
        return {
            "lead_ids": [lead.id for lead in leads],
            "fields_updated": sorted(corrections),
            "systems": systems,
            "request": request,
        }

    def _lay(self, tx: Transaction, leads: Sequence[Lead], names: Sequence[str]) -> None:
        for lead in leads:
            tx.pins.lay(lead)
        found = {lead.id: lead.enrichment for lead in leads if lead.enrichment}
        tx.leads.enriched({key: (one, score(one.values, self._weights)) for key, one in found.items()})
        detail = {"fields_updated": names}
        tx.tell(Story(lead_id=lead.id, kind="rectified", detail=detail) for lead in leads)
        tx.audit.note(AuditKind.RECTIFICATION, leads=[lead.id for lead in leads], fields=list(names))

    def _tell(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> dict[str, str]:
        ids = [lead.id for lead in leads]
        under_way = {target: tx.syncs.opened(target, ids) for target in self._targets}
        done = tx.syncs.done_in([lead.id for lead in leads if lead.state is State.SYNCED])
        systems: dict[str, str] = {}
        for lead in leads:
            there = {Target(name) for name in lead.external_ids}
            there |= {target for target, known in under_way.items() if lead.id in known}
            ours = sorted(there.intersection(self._targets))
            systems |= {one.value: OWED if one in ours else _NOT_CONFIGURED for one in sorted(there)}
            if lead.state is not State.OBJECTED:
                self._send(tx, followups, lead, ours, done.get(lead.id, set()))
        rows = [lead for lead in leads if lead.row_id]
        if rows:
            systems["clay"] = OWED if self._writes_back else _NO_ROWS
        if self._writes_back:
            moving = [lead for lead in rows if lead.state is not State.OBJECTED]
            followups.owe(tx, Step.WRITE_BACK, moving)
        return systems

    @staticmethod
    def _send(
        tx: Transaction, followups: Followups, lead: Lead, there: Sequence[Target], done: Collection[Target]
    ) -> None:
        """Whoever was sent there is sent once more; any other record is given what was put right alone."""
        again = [target for target in there if target in done]
        if again:
            tx.syncs.open({lead.id: again})
            tx.leads.move({lead.id: State.SYNCING})
        for target in there:
            followups.owe(tx, Step.sync(target), [lead])
