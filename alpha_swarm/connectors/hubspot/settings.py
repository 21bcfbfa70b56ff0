"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from alpha_swarm.connectors.hubspot.facts import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] = field(repr=False)
    """The access token, then the one that replaces it."""
    base_url: str = "https://api.hubapi.com"
    version: str = VERSION
    """Of the API, as it stands in the paths."""
    time_zone: tzinfo = UTC
    """Of the portal: its day's calls start anew at midnight there."""
