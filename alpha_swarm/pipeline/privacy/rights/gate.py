"""The last look before something is written down or sent for leads that were taken in hand a while ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import CLOSED, State

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.ports.ledger import Transaction


def closed(tx: Transaction, lead_ids: Collection[str]) -> set[str]:
    """Those of whom nothing may move any more; until the end of the commit no other becomes one."""
    return _in(CLOSED, tx, lead_ids)


def erased(tx: Transaction, lead_ids: Collection[str]) -> set[str]:
    """Those of whom nothing may be written down any more; likewise."""
    return _in({State.ERASED}, tx, lead_ids)


def _in(states: Collection[State], tx: Transaction, lead_ids: Collection[str]) -> set[str]:
    tx.leads.lock(lead_ids)
    return {key for key, lead in tx.leads.standing(lead_ids).items() if lead.state in states}
