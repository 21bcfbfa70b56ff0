"""Leads that ended badly although nothing was wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import State
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from alpha_swarm.app import App

#: The enricher said so itself, and another try would be another charge.
_FOR_GOOD = "enrichment_failed"


def unlucky(app: App, accepted: Collection[str]) -> Iterator[Violation]:
    """Those that are dead from another cause than a failed enrichment, once all trouble is over."""
    with app.ledger.read() as tx:
        leads = tx.leads.load(list(accepted))
        dead = [key for key, lead in leads.items() if lead.state is State.DEAD]
        causes = {key: {str(death["cause"]) for death in tx.views.deaths(key)} for key in dead}
    for key, found in causes.items():
        if found != {_FOR_GOOD}:
            yield Violation("stranded", key, ", ".join(sorted(found)))
