"""Syncs that are asked for: planned from what stands, and carried out as any other sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.approvals import Grant
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.domain.sync_plan import sync_plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from alpha_swarm.domain.approvals import Approval, Plan
    from alpha_swarm.pipeline.crm_desk import CrmDesk
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.pipeline.preview import Preview
    from alpha_swarm.ports.ledger import Ledger, Transaction

    Found = Mapping[Target, Sequence[Preview]]

_CHANGES = frozenset({"create", "update"})


class AskedSyncs:
    """Implements ``pipeline.approved.Approvable``."""

    def __init__(self, ledger: Ledger, desk: CrmDesk) -> None:
        self._ledger = ledger
        self._desk = desk
        self._found: Found = {}

    def plan_of(self, previews: Mapping[Target, Iterable[Preview]], protected: Collection[str]) -> Plan:
        """What of this can be asked for: changes of leads that are at rest, and were sent there before."""
        self._found = {target: self._open(target, list(every)) for target, every in previews.items()}
        rows = [
            (target, one.lead_id, one.record_id, one.action, one.fields)
            for target, every in self._found.items()
            for one in every
        ]
        return sync_plan(rows, protected)

    def plan(self, approval: Approval) -> Plan:
        """Of the same leads and fields, by what stands now."""
        fields = approval.scope["fields"]
        previews = {
            Target(name): self._desk.previews(Target(name), ids, fields)
            for name, ids in approval.scope["leads"].items()
        }
        return self.plan_of(previews, fields)

    def is_ready(self, tx: Transaction, approval: Approval) -> bool:
        """Whoever was moved on since is somebody else's business."""
        del approval
        ids = self._lead_ids
        tx.leads.lock(ids)
        standing = tx.leads.standing(ids)
        return all(key in standing and standing[key].state is State.SYNCED for key in ids)

    def carry_out(self, tx: Transaction, followups: Followups, approval: Approval) -> None:
        """To the same CRMs by what the rules said last; what is protected as it was shown."""
        protected = frozenset(approval.scope["fields"])
        standing = tx.leads.standing(self._lead_ids)
        for target, previews in self._found.items():
            tx.syncs.open({one.lead_id: [target] for one in previews})
            tx.syncs.grant(target, {one.lead_id: _grant(approval, one, protected) for one in previews})
            followups.owe(tx, Step.sync(target), [standing[one.lead_id] for one in previews])
        tx.leads.move(dict.fromkeys(self._lead_ids, State.SYNCING))

    def outcome(self, approval: Approval) -> str:
        """With the way back."""
        targets = ", ".join(target.value for target, previews in self._found.items() if previews)
        return (
            f"{len(self._lead_ids)} leads are on their way to {targets}."
            f" To take it back: alpha-swarm targets undo {approval.id}"
        )

    @property
    def _lead_ids(self) -> list[str]:
        return sorted({one.lead_id for every in self._found.values() for one in every})

    def _open(self, target: Target, previews: Sequence[Preview]) -> list[Preview]:
        changing = [one for one in previews if one.action in _CHANGES]
        ids = [one.lead_id for one in changing]
        with self._ledger.read() as tx:
            standing = tx.leads.standing(ids)
            known = tx.syncs.known(target, ids)
        resting = {key for key, lead in standing.items() if lead.state is State.SYNCED}
        return [one for one in changing if one.lead_id in known & resting]


def _grant(approval: Approval, preview: Preview, protected: Collection[str]) -> Grant:
    return Grant(
        approval.id,
        {name: values for name, values in preview.fields.items() if name in protected},
    )
