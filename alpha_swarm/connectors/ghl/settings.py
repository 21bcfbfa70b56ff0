"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from alpha_swarm.connectors.oauth_client import OAuthClient


@dataclass(frozen=True, slots=True, kw_only=True)
class GhlConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] | OAuthClient = field(repr=False)
    """The private integration token, then the one that replaces it; or the app that tokens are had for."""
    location_id: str
    base_url: str = "https://services.leadconnectorhq.com"
    tags: bool = False
    """Whether the tier is added as a tag."""
    read_back: Literal["off", "sample", "all"] = "off"
    """Which contacts are read again after they were written."""
