"""What the ledger counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All from one moment."""

    states: Mapping[str, int]
    """Every state, also those that no lead is in."""
    accepted: int
    """What the doors said they accepted."""
    write_backs: int
    """Leads to whom a write-back is owed; one that is a dead letter is not, until it is replayed."""
    stranded: int
    """Leads on their way to whom nothing is owed: always 0, or the books are wrong."""
    oldest_waiting_seconds: float
    """Of the work that is due, how long the oldest has been due."""
    dead_letters: int
    pauses: Mapping[str, str]
    """Whom we leave alone → why."""
    day: tuple[float, float]
    """Credits reserved and spent today (UTC)."""
    providers: Mapping[str, tuple[int, int]]
    """Provider behind Clay → uses in this hour, and how often it did not answer in time."""
    month: tuple[float, float]
    actions: tuple[float, float] = (0.0, 0.0)
    """Actions reserved and used in this month."""
    oldest_dead_letter_seconds: float = 0.0
    missed: int = 0
    """Results of which a deadline passed, in this hour and the one before."""
    not_kept: int = 0
    """How often a CRM did not keep something of what it was sent, among those that were read back."""
    stops: tuple[str, ...] = ()
    """Kinds and meters of caps in force that were reached, such as ``day credits``."""
