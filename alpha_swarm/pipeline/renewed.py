"""Leads that go the whole way again, and what is known of them from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.lead import Standing
    from alpha_swarm.ports.ledger import Transaction


def with_known(tx: Transaction, lead_ids: Collection[str]) -> Mapping[str, Standing]:
    """Where these leads stand; those who were renewed with all that is known of them."""
    standing = tx.leads.standing(lead_ids)
    renewed = [key for key, lead in standing.items() if lead.generation > 1]
    return {**standing, **tx.leads.load(renewed, history=False)} if renewed else standing
