"""A party is left alone for a while, by its own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.errors import HaltError
    from alpha_swarm.ports.ledger import Transaction


def pause(tx: Transaction, party: str, error: HaltError) -> None:
    """For as long as the verdict says; by its kind people are told."""
    tx.pauses.pause(party, str(error), error.seconds, type(error).__name__)
