"""Once a day: what we booked beside what the enricher said, and the calls whose price nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

log = structlog.get_logger(__name__)

_SAID = "budget.reconciled"


def reconcile_yesterday(ledger: SqlLedger) -> None:
    """Say it in the log, unless it was said."""
    with ledger.read() as tx:
        yesterday = (tx.spending.moment - timedelta(days=1)).strftime("%Y-%m-%d")
    if ledger.facts.get(_SAID) == yesterday:
        return
    with ledger.read() as tx:
        figures = tx.spending.reconciliation(yesterday)
    doubts = figures.pop("in_doubt")
    log.info("credits_reconciled", **figures, in_doubt=len(doubts))
    for doubt in doubts:
        log.warning("credits_in_doubt", **doubt)
    ledger.facts.put(_SAID, yesterday)
