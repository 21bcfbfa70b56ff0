"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from alpha_swarm.connectors.salesforce.facts import API_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesforceConfig:
    """Plain values; whoever reads the environment fills them in.

    With access tokens these are used, else tokens are minted: with a private key for the user, else with
    the client's secret.
    """

    instance_url: str
    keys: tuple[str, ...] = field(default=(), repr=False)
    """The access token, then the one that replaces it."""
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    username: str | None = None
    private_key_file: Path | None = None
    """In PEM."""
    api_version: str = API_VERSION
    object: str = "Lead"
    external_id: str = "Alpha_Swarm_Id__c"
    """API name of the field that holds our lead id."""
