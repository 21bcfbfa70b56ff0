"""What the connector to routines must be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutinesConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] = field(repr=False)
    """The API key, then the one that replaces it."""
    routine_id: str
    base_url: str = "https://api.clay.com/public/v0"
    webhook_id: str | None = None
    """The webhook that is told when a run is over; ``None`` tells nobody."""
    batch: int = 100
    """Leads a submission; more than 100 go as a file."""
