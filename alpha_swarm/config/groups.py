"""The variables, grouped for the reader; the text under a field is its line in ``.env.example``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from alpha_swarm.config.kinds import (
    BaseUrl,
    Fields,
    Host,
    Key,
    Keys,
    Measured,
    Members,
    Percent,
    Port,
    PublicKeys,
    RateLimits,
    Secret,
    SecretUrl,
)
from alpha_swarm.domain.calls.limits import parse_limits
from alpha_swarm.domain.messages.notices import USUAL_FIELDS
from alpha_swarm.domain.results.quality import REQUIRED, THRESHOLD


class Group(BaseSettings):
    """Some variables with a common prefix; built only from what :mod:`alpha_swarm.config.load` hands in."""

    model_config = SettingsConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        extra="forbid",
        enable_decoding=False,
        validate_by_name=True,
        validate_by_alias=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read behind the loader's back."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


class Api(Group):
    """Our own door."""

    model_config = SettingsConfigDict(env_prefix="API_")

    host: Host = "127.0.0.1"
    """Address the HTTP door listens on."""
    port: Port = 8000
    """Port of the HTTP door; 0 takes a free one."""
    base_url: Annotated[BaseUrl | None, Field(validation_alias="BASE_URL")] = None
    """Address under which Clay and the CRMs reach the HTTP door."""
    keys: Keys = ()
    """Comma list of the bearer tokens that POST /leads accepts."""


class Slack(Group):
    """Where people are told."""

    model_config = SettingsConfigDict(env_prefix="SLACK_")

    webhook_url: SecretUrl | None = None
    """Incoming webhook for alerts."""
    bot_token: Key | None = None
    """Bot token, for threads, direct messages and approvals."""
    signing_secret: Keys = ()
    """Comma list of signing secrets of the Slack app, for approvals: current, previous."""
    approvers: Members = ()
    """Comma list of Slack user ids that may answer approvals; unset: anybody in the channel."""
    channel: str | None = None
    """Channel the bot writes to."""
    fields: Fields = USUAL_FIELDS
    """Comma list of the output fields that are told of a lead; others than these may be personal."""
    api_base_url: BaseUrl = "https://slack.com/api"
    """Address of Slack's Web API."""
    limit: RateLimits = parse_limits("1/1")
    """Messages/seconds, or off."""

    @property
    def bot(self) -> SecretStr | None:
        """The token of a bot that knows where to write."""
        return self.bot_token if self.channel else None

    @property
    def lacking_for_approvals(self) -> tuple[str, ...]:
        """The variables without which nobody can be asked."""
        needed = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_CHANNEL": self.channel,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }
        return tuple(name for name, value in needed.items() if not value)

    @property
    def configured(self) -> bool:
        """Whether there is anybody to be told."""
        return bool(self.webhook_url or self.bot)


class CrmWebhookSecrets(Group):
    """What the senders of CRM webhooks sign with."""

    model_config = SettingsConfigDict(env_prefix="CRM_WEBHOOK_SECRET_")

    hubspot: Keys = ()
    """Comma list of client secrets that HubSpot signs its webhooks with: current, previous."""
    ghl: PublicKeys = ("MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=",)
    """Comma list of public keys that GoHighLevel's webhooks are checked with; unset: the published one."""
    salesforce: Keys = ()
    """Comma list of secrets in the path or the header of Salesforce's messages: current, previous."""
    generic: Keys = ()
    """Comma list of secrets (whsec_…) that any other sender signs with: current, previous."""


class Console(Group):
    """The page for people."""

    model_config = SettingsConfigDict(env_prefix="CONSOLE_")

    user: str | None = None
    """Name to sign in with."""
    password: Secret | None = None
    """Password to sign in with."""


class Quality(Group):
    """What good data is."""

    model_config = SettingsConfigDict(env_prefix="QUALITY_")

    required: Measured = REQUIRED
    """Comma list of the enriched fields that a usable lead should have."""
    threshold: Percent = THRESHOLD
    """Per cent of the required fields below which data is not good enough."""
