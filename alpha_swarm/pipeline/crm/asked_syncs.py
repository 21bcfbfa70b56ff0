"""Syncs that are asked for: planned from what stands, and carried out as any other sync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.messages.approvals import Grant
from alpha_swarm.domain.messages.sync_plan import sync_plan
from alpha_swarm.domain.states import State, Step, Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.domain.messages.approvals import Approval, Plan
    from alpha_swarm.domain.messages.sync_plan import Row
    from alpha_swarm.pipeline.crm.desk import CrmDesk
    from alpha_swarm.pipeline.crm.preview import Preview
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.ledger import Ledger, Transaction

_CHANGES = frozenset({"create", "update"})


class AskedSyncs:
    """Implements ``pipeline.approved.Approvable``."""

    def __init__(self, ledger: Ledger, desk: CrmDesk) -> None:
        self._ledger = ledger
        self._desk = desk

    def plan_of(self, previews: Mapping[Target, Iterable[Preview]], protected: Collection[str]) -> Plan:
        """What of this can be asked for: changes of leads that are at rest, and were sent there before."""
        rows = [row for target, every in previews.items() for row in self._rows(target, every)]
        return sync_plan(rows, protected)

    def size(self, approval: Approval) -> int:
        """In all CRMs together."""
        return sum(map(len, _leads(approval).values()))

    def plan(self, approval: Approval) -> Plan:
        """Of the same leads and fields, by what stands now."""
        fields = approval.scope["fields"]
        previews = {
            target: self._desk.previews(target, ids, fields) for target, ids in _leads(approval).items()
        }
        return self.plan_of(previews, fields)

    def is_ready(self, tx: Transaction, approval: Approval) -> bool:
        """Whoever was moved on since is somebody else's business."""
        ids = _ids(approval)
        tx.leads.lock(ids)
        standing = tx.leads.standing(ids)
        return all(key in standing and standing[key].state is State.SYNCED for key in ids)

    def carry_out(self, tx: Transaction, followups: Followups, approval: Approval) -> None:
        """To the same CRMs by what the rules said last; what is protected as it was shown."""
        standing = tx.leads.standing(_ids(approval))
        for target, ids in _leads(approval).items():
            granted = approval.scope["granted"].get(target.value, {})
            tx.syncs.open({key: [target] for key in ids})
            tx.syncs.grant(target, {key: Grant(approval.id, granted.get(key, {})) for key in ids})
            followups.owe(tx, Step.sync(target), [standing[key] for key in ids])
        tx.leads.move(dict.fromkeys(standing, State.SYNCING))

    def outcome(self, approval: Approval) -> str:
        """With the way back."""
        targets = ", ".join(_leads(approval))
        return (
            f"{len(_ids(approval))} leads are on their way to {targets}."
            f" To take it back: alpha-swarm targets undo {approval.id}"
        )

    def _rows(self, target: Target, previews: Iterable[Preview]) -> list[Row]:
        changing = {one.lead_id: one for one in previews if one.action in _CHANGES}
        with self._ledger.read() as tx:
            standing = tx.leads.standing(changing)
            known = tx.syncs.known(target, changing)
        resting = {key for key, lead in standing.items() if lead.state is State.SYNCED}
        return [
            (target, key, one.record_id, one.action, one.fields)
            for key, one in changing.items()
            if key in known & resting
        ]


def _leads(approval: Approval) -> dict[Target, list[str]]:
    return {Target(name): ids for name, ids in approval.scope["leads"].items()}


def _ids(approval: Approval) -> list[str]:
    return sorted({key for ids in _leads(approval).values() for key in ids})
