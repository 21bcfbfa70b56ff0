"""Pings that a run is over: its leads are collected now, also where our own call never heard of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.requests import is_row_of, lead_of, request_id
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import GiveUpError, HaltError, RetryLaterError
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.records import Letter
    from alpha_swarm.ports.runs import Runs

#: Where such letters come from.
PINGS = "clay.routines"
#: Runs that are asked for at a time.
_MOST = 20
#: Until a run that could not be asked for is asked for again, by whoever looks then.
_AGAIN_SECONDS = 60.0


class Pings:
    """Reads them; a run that no call of ours knows was accepted by one whose answer was lost."""

    def __init__(self, ledger: Ledger, hints: Hints, runs: Runs) -> None:
        self._ledger = ledger
        self._hints = hints
        self._runs = runs

    def read(self, tx: Transaction, followups: Followups, letters: Sequence[Letter]) -> dict[int, str]:
        """Letter → its state; nobody outside is asked within the transaction."""
        states: dict[int, str] = {}
        named: set[str] = set()
        for letter in letters:
            try:
                run_id = self._runs.announced(letter.body)
            except GiveUpError:
                states[letter.id] = "unreadable"
            else:
                states[letter.id] = "done"
                named |= {run_id} if run_id else set()
        for run_id in sorted(named):
            self._over(tx, followups, run_id)
        return states

    def resolve(self) -> None:
        """Ask who is in the runs that nobody knows, as far as it is time to."""
        for run_id in self._due():
            try:
                members = self._runs.members(run_id)
            except (RetryLaterError, HaltError):
                continue
            except GiveUpError:
                members = {}
            self._settle(run_id, members)

    def _due(self) -> Sequence[str]:
        with self._ledger.read() as tx:
            if not tx.runs.waiting():
                return ()
        with self._ledger.begin() as tx:
            return tx.runs.take(_MOST, _AGAIN_SECONDS)

    def _over(self, tx: Transaction, followups: Followups, run_id: str) -> None:
        lead_ids = [
            key for prefix in self._runs.row_prefixes(run_id) for key in tx.leads.by_row_prefix(prefix)
        ]
        if lead_ids:
            _collect(tx, followups, lead_ids)
        else:
            tx.runs.keep(run_id)

    def _settle(self, run_id: str, members: Mapping[str, str]) -> None:
        followups = Followups()
        requests = {lead_id: request for request in members if (lead_id := lead_of(request)) is not None}
        with self._ledger.begin() as tx:
            tx.leads.lock(requests)
            leads = tx.leads.load(requests, history=False)
            # A run of an earlier generation says nothing of this one.
            ours = {key: requests[key] for key, lead in leads.items() if request_id(lead) == requests[key]}
            # A lead that is in two runs keeps to the one it has.
            lost = {
                key: members[request]
                for key, request in ours.items()
                if not is_row_of(leads[key], leads[key].row_id)
            }
            tx.leads.submitted(lost)
            tx.tell(Story(lead_id=key, kind="found", detail={"row_id": row}) for key, row in lost.items())
            _collect(tx, followups, list(ours))
            tx.runs.close(run_id)
        followups.send(self._hints)


def _collect(tx: Transaction, followups: Followups, lead_ids: Sequence[str]) -> None:
    tx.work.hasten(Step.COLLECT, lead_ids)
    followups.add(Step.COLLECT, lead_ids)
