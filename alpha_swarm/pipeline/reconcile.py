"""A ledger that was put back from a copy asks before it pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.messages import alerts
from alpha_swarm.domain.money.cost import FREE
from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest

if TYPE_CHECKING:
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.ports.edge import Marks
    from alpha_swarm.ports.ledger import Ledger, Transaction

log = structlog.get_logger(__name__)

#: A clock that is put right in small steps needs no help.
_JITTER_SECONDS = 2.0
#: Whoever has no row by this ledger may have one, and may have been paid for.
_DOUBTS = (
    (Ingest.operation, (Step.INGEST,), False),
    (Enrich.operation, (Step.INGEST, Step.ENRICH), True),
)
_DOUBTS_WHERE_SUBMITTING_STARTS = ((Ingest.operation, (Step.INGEST, Step.ENRICH), True),)


class Reconcile:
    """Compares the ledger's pulse with the mark of it that is kept outside.

    A mark that is ahead shows that the ledger is older than the world: calls that it knows nothing of may
    have been made. So every call that it owes and that may not be repeated is put in doubt, and doubts are
    looked up before anything is sent. A clock that lies before the last beat was set back: whatever the
    ledger waits for is moved, or it would wait until the clock has caught up.
    """

    def __init__(self, ledger: Ledger, marks: Marks, *, cost: Cost, submitting_starts: bool) -> None:
        self._ledger = ledger
        self._marks = marks
        self._cost = cost
        self._doubts = _DOUBTS_WHERE_SUBMITTING_STARTS if submitting_starts else _DOUBTS

    def beat(self) -> bool:
        """Before a process makes its first call, and every few seconds; whether it was put back."""
        with self._ledger.begin() as tx:
            ledger = tx.pulse.feel().ledger
        # Marks follow commits: one that was read before the pulse and is ahead of it tells of a later life.
        mark = self._marks.read(ledger)
        with self._ledger.begin() as tx:
            pulse = tx.pulse.feel()
            restored = mark > pulse.beats
            if restored:
                self._doubt(tx)
            if pulse.behind > _JITTER_SECONDS:
                tx.pulse.move_back(pulse.behind)
                log.warning("clock_set_back", seconds=pulse.behind)
            beats = max(mark, pulse.beats) + 1
            tx.pulse.set(beats)
        self._marks.write(ledger, beats)
        return restored

    def _doubt(self, tx: Transaction) -> None:
        doubtful = sum(
            tx.calls.doubt_owed(
                steps,
                operation=operation,
                target=Step.ENRICH.party,
                cost=self._cost if paid else FREE,
            )
            for operation, steps, paid in self._doubts
        )
        log.warning("ledger_restored", calls=doubtful)
        tx.outbox.add([alerts.restored(doubtful)])
