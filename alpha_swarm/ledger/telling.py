"""People are told of each day and each month, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.messages.summaries import of_access, of_day
from alpha_swarm.ledger.reporting.access import access

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.ledger import SqlLedger

_SAID = "access.told"


def tell_of_day(ledger: SqlLedger, report: Mapping[str, Any]) -> None:
    """Of yesterday, unless nothing happened; ``report`` is of two days."""
    notice = of_day(report)
    if notice is not None:
        with ledger.begin() as tx:
            tx.outbox.add([notice])


def tell_of_access(ledger: SqlLedger) -> None:
    """Of the month before this one: who got or saw personal data."""
    with ledger.read() as tx:
        month = (tx.views.today().replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    if ledger.facts.get(_SAID) == month:
        return
    with ledger.read() as tx:
        found = access(tx.session, month)
    if found["people"]:
        with ledger.begin() as tx:
            tx.outbox.add([of_access(month, found)])
    ledger.facts.put(_SAID, month)
