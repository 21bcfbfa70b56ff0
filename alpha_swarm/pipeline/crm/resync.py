"""Leads go to the CRMs once more: to those that were added since, or to all."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.followups import Followups

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.results.dispatch import Dispatch
    from alpha_swarm.pipeline.results.judging import Judged
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

_PAGE = 200


class Resync:
    """Routes leads anew that are at their end."""

    def __init__(self, ledger: Ledger, hints: Hints, dispatch: Dispatch) -> None:
        self._ledger = ledger
        self._hints = hints
        self._dispatch = dispatch

    def run(self, targets: Collection[Target], *, again: bool) -> Counter[Target]:
        """How many leads go where; without ``again`` only where they are not yet.

        Whoever goes again is written where something is better known by now, and only that.
        """
        told: Counter[Target] = Counter()
        with self._ledger.read() as reading:
            leads = reading.leads.walk([State.SYNCED])
            while page := list(islice(leads, _PAGE)):
                told += self._send({lead.id: lead for lead in page}, targets, again=again)
        return told

    def _send(
        self, leads: Mapping[str, Lead], targets: Collection[Target], *, again: bool
    ) -> Counter[Target]:
        followups = Followups()
        with self._ledger.begin() as tx:
            tx.leads.lock(leads)
            # Whoever was moved on since is somebody else's business.
            standing = tx.leads.standing(leads)
            still = {key: lead for key, lead in leads.items() if standing[key].state is State.SYNCED}
            there = {} if again else tx.syncs.done_in(still)
            wanted = {key: set(targets) - there.get(key, set()) for key in still}
            results = {key: result for key, lead in still.items() if (result := _result(lead))}
            gone = self._dispatch.send_again(tx, followups, still, results, wanted)
            _note(tx, gone)
        followups.send(self._hints)
        return Counter(target for chosen in gone.values() for target in chosen)


def _note(tx: Transaction, gone: Mapping[str, Collection[Target]]) -> None:
    leads: defaultdict[str, list[str]] = defaultdict(list)
    for lead_id, chosen in gone.items():
        for target in chosen:
            leads[target.value].append(lead_id)
    if leads:
        tx.audit.note(AuditKind.CHANGE, action="sync", leads=leads)


def _result(lead: Lead) -> Judged | None:
    if lead.enrichment is None or lead.score is None:
        return None
    return lead.enrichment, lead.score
