"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from alpha_swarm.connectors.hubspot.facts import VERSION
from alpha_swarm.connectors.oauth_client import OAuthClient


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpotConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] | OAuthClient = field(repr=False)
    """The access token, then the one that replaces it; or the app that tokens are had for."""
    base_url: str = "https://api.hubapi.com"
    version: str = VERSION
    """Of the API, as it stands in the paths."""
    time_zone: tzinfo = UTC
    """Of the portal: its day's calls start anew at midnight there."""
