"""Leads that were given up although the other side refused none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.app import App

#: The other side's own word: it has nothing to say of this person.
_ITS_VERDICT = "enrichment_failed"


def given_up(app: App) -> Iterator[Violation]:
    """A database that fails for a while is no reason to give anybody up."""
    with app.ledger.read() as tx:
        for lead in tx.leads.walk([]):
            for death in tx.views.deaths(lead.id):
                if death["cause"] != _ITS_VERDICT:
                    yield Violation("dead", lead.id, f"{death['step']}: {death['cause']}")
