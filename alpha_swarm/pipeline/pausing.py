"""A party is left alone for a while, and people hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain import alerts

if TYPE_CHECKING:
    from alpha_swarm.errors import HaltError
    from alpha_swarm.ports.ledger import Transaction


def pause(tx: Transaction, party: str, error: HaltError) -> None:
    """For as long as the verdict says."""
    tx.pauses.pause(party, str(error), error.seconds)
    tx.outbox.add([alerts.paused(party, error)])
