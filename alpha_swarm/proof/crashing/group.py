"""A few people who go the same way together, and what their client was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from alpha_swarm.domain.leads.lead import LeadInput


@dataclass(slots=True)
class Group:
    """One client's batch."""

    people: Sequence[LeadInput]
    ids: list[str] = field(default_factory=list)
    """As the door told them; empty as long as it has not answered."""
    letter: bytes | None = None
    """The first one's webhook."""
    letter_taken: bool = False
    """Whether the door said that it has the webhook."""
    crash: list[str] = field(default_factory=list)
    """Where the processes died that had these people in hand."""
