"""How each step gets on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from alpha_swarm.domain.states import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Of one step; moments are seconds since 1970."""

    oldest_seconds: float
    """How long the oldest has been due, in hand or not; 0 where nothing is."""
    idle_seconds: float | None
    """Since something of it was last written down, to within some seconds; ``None``: never."""
    last_success_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFlow:
    """One step in the way of a lead, in leads."""

    step: Step
    waiting: int
    """In nobody's hands, due or not."""
    due: int
    """Of them those that could be taken now."""
    held: int
    """Of them those that wait for a budget or a person."""
    in_hand: int
    progress: Progress
    per_minute: float
    """That came through, over the last quarter of an hour."""
    failed_per_minute: float
    missed: int
    """Whose deadline passed, in this hour and the one before."""

    def shown(self) -> dict[str, Any]:
        """Without what only health needs."""
        own = {key: value for key, value in asdict(self).items() if key != "progress"}
        return {
            **own,
            "step": self.step.value,
            "oldest_seconds": round(self.progress.oldest_seconds, 3),
            "last_success_at": self.progress.last_success_at,
        }
