"""Leads were given up for want of a result: it is asked for again, many a call and a few calls an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.calls.effect import LATE
from alpha_swarm.domain.letters.dead_letters import Selection
from alpha_swarm.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.letters.dead_letters import Letter
    from alpha_swarm.pipeline.results.import_results import ImportResults
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Ledger

log = structlog.get_logger(__name__)

#: A row that is unfinished after so long stays so.
_WORTH_ASKING_SECONDS = 7 * 86_400.0
#: As many calls as Clay allows an hour at most.
_MOST_CALLS = 10
#: The last letter that was asked for, where a limit ended the round.
_ASKED = "late_results.asked"


class LateResults:
    """Exports their rows; where the limit on exports ends a round, the next one goes on there."""

    def __init__(self, ledger: Ledger, facts: Facts, enricher: Enricher, importing: ImportResults) -> None:
        self._ledger = ledger
        self._facts = facts
        self._enricher = enricher
        self._importing = importing

    def bring_in(self) -> None:
        """Take in the results that are there by now; a dead letter whose result came is resolved."""
        size = self._enricher.capabilities.export_batch
        for _ in range(_MOST_CALLS if size else 0):
            letters = self._following(size)
            if not self._asked_for(letters):
                return
            self._facts.put(_ASKED, letters[-1].id if len(letters) == size else "")
            if len(letters) < size:
                return

    def _following(self, most: int) -> Sequence[Letter]:
        after = self._facts.get(_ASKED) or ""
        with self._ledger.read() as tx:
            late = Selection(cause=LATE.cause, since=tx.dead_letters.now() - _WORTH_ASKING_SECONDS)
            return tx.dead_letters.page(late, after, most)

    def _asked_for(self, letters: Sequence[Letter]) -> bool:
        """Whether the limit let it through."""
        with self._ledger.read() as tx:
            leads = tx.leads.standing([letter.lead_id for letter in letters]).values()
        row_ids = [lead.row_id for lead in leads if lead.row_id]
        try:
            rows = self._enricher.export(row_ids) if row_ids else {}
        except RateLimitedError:
            return False
        told = self._importing.take(row for row in rows.values() if row.finished)
        if told.applied:
            log.info("late_results", asked=len(row_ids), applied=told.applied)
        return True
