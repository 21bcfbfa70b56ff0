"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class InstantlyConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] = field(repr=False)
    """The API key, then the one that replaces it."""
    campaign_id: str
    base_url: str = "https://api.instantly.ai"
    moves: bool = False
    """Whether a lead that is known in one campaign is moved to another one when it is to be there by now."""
