"""The CRMs' variables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from alpha_swarm.config.groups import Group
from alpha_swarm.config.kinds import (  # noqa: TC001 - pydantic reads them when the class is made
    BaseUrl,
    Concurrency,
    ExistingFile,
    Id,
    Keys,
    RateLimits,
    Secret,
    TimeZone,
)
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import parse_limits


class Crm(Group):
    """What every CRM has: calls at once, and OAuth in place of a fixed key."""

    in_flight: Concurrency = InFlight.parse("10/5/2")
    """Calls at once: critical/normal/bulk, or off."""
    client_id: str | None = None
    """OAuth client."""
    client_secret: Secret | None = None
    """Secret of the OAuth client."""
    refresh_token: Secret | None = None
    """The first OAuth refresh token; what replaces it is kept in the ledger, sealed."""


class Ghl(Crm):
    """GoHighLevel."""

    model_config = SettingsConfigDict(env_prefix="GHL_")

    api_base_url: BaseUrl = "https://services.leadconnectorhq.com"
    """Address of GoHighLevel's API."""
    keys: Annotated[Keys, Field(validation_alias="GHL_API_KEY")] = ()
    """Token of a private integration, or the current and the next one with a comma between."""
    location_id: Id | None = None
    """Location (sub-account) the contacts go to."""
    tags: bool = False
    """Whether contacts are tagged: on or off."""
    read_back: Literal["off", "sample", "all"] = "sample"
    """Which contacts are read again after they were written: off, sample (1 %) or all."""
    limit: RateLimits = parse_limits("100/10")
    """Calls/seconds, or off."""


class Instantly(Crm):
    """Instantly."""

    model_config = SettingsConfigDict(env_prefix="INSTANTLY_")

    api_base_url: BaseUrl = "https://api.instantly.ai"
    """Address of Instantly's API."""
    keys: Annotated[Keys, Field(validation_alias="INSTANTLY_API_KEY")] = ()
    """Instantly's key, or the current and the next one with a comma between."""
    campaign_id: Id | None = None
    """Campaign the leads are added to."""
    move: bool = False
    """Whether a lead goes along when rules name another campaign for it later: on or off."""
    limit: RateLimits = parse_limits("100/1")
    """Calls/seconds, or off."""


class HubSpot(Crm):
    """HubSpot."""

    model_config = SettingsConfigDict(env_prefix="HUBSPOT_")

    api_base_url: BaseUrl = "https://api.hubapi.com"
    """Address of HubSpot's API."""
    keys: Annotated[Keys, Field(validation_alias="HUBSPOT_ACCESS_TOKEN")] = ()
    """Token of a private app, or the current and the next one with a comma between."""
    api_version: Id | None = None
    """Version in the API's paths; unset: the connector's own."""
    time_zone: TimeZone = "UTC"
    """The portal's: the day's calls start anew at midnight there."""
    limit: RateLimits = parse_limits("190/10")
    """Calls/seconds, or off."""
    search_limit: RateLimits = parse_limits("5/1")
    """The same of searches, which find people by their phone."""


class Salesforce(Crm):
    """Salesforce."""

    model_config = SettingsConfigDict(env_prefix="SALESFORCE_")

    instance_url: BaseUrl | None = None
    """Address of the organisation."""
    keys: Annotated[Keys, Field(validation_alias="SALESFORCE_ACCESS_TOKEN")] = ()
    """Access token, or the current and the next one; unset: tokens are minted for the OAuth client."""
    username: str | None = None
    """User whom tokens are minted for by a signed assertion."""
    private_key_file: ExistingFile | None = None
    """PEM file with the RSA key that signs it; unset: SALESFORCE_CLIENT_SECRET is shown instead."""
    api_version: str | None = None
    """Version in the API's paths; unset: the connector's own."""
    object: Id = "Lead"
    """Object the leads are written to."""
    external_id: Id = "Alpha_Swarm_Id__c"
    """Field that holds our lead id."""
    limit: RateLimits = ()
    """Calls/seconds, or off."""
