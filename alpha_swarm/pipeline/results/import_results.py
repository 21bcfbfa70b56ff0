"""Results that a person brings, out of an exported table: taken in like any other, and only once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.renewed import named, rounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.pipeline.results.acceptance import Acceptance
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Rows a transaction.
_PAGE = 100


@dataclass(slots=True)
class Imported:
    """What became of rows."""

    applied: int = 0
    unchanged: int = 0
    """Their leads have a result already, or one that says the same."""
    unknown: int = 0
    """No lead of ours."""


class ImportResults:
    """Takes rows in by their request id, else by the lead that they name."""

    def __init__(self, ledger: Ledger, hints: Hints, acceptance: Acceptance) -> None:
        self._ledger = ledger
        self._hints = hints
        self._acceptance = acceptance

    def take(self, rows: Iterable[RowResult]) -> Imported:
        """Page by page, each in one commit; the same rows once more change nothing."""
        told = Imported()
        rest = iter(rows)
        while page := list(islice(rest, _PAGE)):
            self._take(page, told)
        return told

    def _take(self, rows: Sequence[RowResult], told: Imported) -> None:
        followups = Followups()
        with self._ledger.begin() as tx:
            leads = _leads_of(tx, rows)
            theirs = set(leads.values())
            tx.leads.lock(theirs)
            before = tx.leads.load(theirs, history=False)
            for once in rounds(tx, rows, leads):
                judged = {key: self._acceptance.judged(row) for key, row in once.items()}
                self._acceptance.take(tx, followups, judged)
            after = tx.leads.load(theirs, history=False)
            tx.lanes.answered(list(leads))
        applied = sum(after[key].enrichment != before[key].enrichment for key in before)
        known = sum(row.row_id in leads for row in rows)
        told.applied += applied
        told.unchanged += known - applied
        told.unknown += len(rows) - known
        followups.send(self._hints)


def _leads_of(tx: Transaction, rows: Sequence[RowResult]) -> Mapping[str, str]:
    """Row id → the lead's id, where there is such a lead."""
    found = tx.leads.by_row([row.row_id for row in rows])
    return {**found, **{row_id: lead.id for row_id, lead in named(tx, rows, found).items()}}
