"""All settings of a process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from alpha_swarm.config.clay import Clay
from alpha_swarm.config.crms import Ghl, HubSpot, Instantly, Salesforce
from alpha_swarm.config.groups import Api, Console, CrmWebhookSecrets, Group, Quality, Slack
from alpha_swarm.config.kinds import (  # noqa: TC001 - pydantic reads them when the class is made
    Addresses,
    CollectorUrl,
    DatabaseUrl,
    Directory,
    ExistingFile,
    Port,
    RedisUrl,
    Secret,
    SecretUrl,
    SentryDsn,
    SigningSecret,
    SmtpUrl,
    Targets,
)
from alpha_swarm.config.lifetimes import Keep
from alpha_swarm.config.privacy import Privacy


class General(Group):
    """What belongs to no group."""

    home: Annotated[Directory, Field(validation_alias="ALPHA_SWARM_HOME")] = Path(".alpha-swarm")
    """Directory of the embedded Redis, the SQLite ledger and the key."""
    key: Annotated[Secret | None, Field(validation_alias="ALPHA_SWARM_KEY")] = None
    """Key of identity hashes and row tokens; unset: made in ALPHA_SWARM_HOME; production needs it set."""
    environment: Annotated[Literal["sandbox", "production"], Field(validation_alias="ALPHA_SWARM_ENV")] = (
        "sandbox"
    )
    """Which installation this is: sandbox or production."""
    icp_file: Annotated[ExistingFile | None, Field(validation_alias="ALPHA_SWARM_ICP_FILE")] = None
    """TOML file with the ideal customer profile, in place of the packaged one."""
    waterfalls_file: Annotated[ExistingFile | None, Field(validation_alias="ALPHA_SWARM_WATERFALLS_FILE")] = (
        None
    )
    """TOML file with the enrichment waterfalls, in place of the packaged one."""
    costs_file: Annotated[ExistingFile | None, Field(validation_alias="ALPHA_SWARM_COSTS_FILE")] = None
    """TOML file with what results cost where Clay does not say, in place of the packaged one."""
    write_rules_file: Annotated[
        ExistingFile | None, Field(validation_alias="ALPHA_SWARM_WRITE_RULES_FILE")
    ] = None
    """TOML file with who has authority over which field in the CRMs, where it is not the usual."""
    routing_file: Annotated[ExistingFile | None, Field(validation_alias="ROUTING_FILE")] = None
    """YAML file with the rules of who goes where; unset: ./routing.yaml if there, else the packaged."""
    redis_url: Annotated[RedisUrl | None, Field(validation_alias="REDIS_URL")] = None
    """Server of the queues; unset: an embedded one in ALPHA_SWARM_HOME."""
    redis_tls: Annotated[Literal["required", "off"], Field(validation_alias="REDIS_TLS")] = "required"
    """Whether production wants TLS to a Redis elsewhere: required, or off in a network of its own."""
    database_url: Annotated[DatabaseUrl | None, Field(validation_alias="DATABASE_URL")] = None
    """Ledger: postgresql://… or sqlite:///…; unset: an SQLite file in ALPHA_SWARM_HOME."""
    sync_targets: Annotated[Targets, Field(validation_alias="SYNC_TARGETS")] = ()
    """Comma list of the CRMs that leads are synced to: ghl, hubspot, instantly, salesforce."""
    log_format: Annotated[Literal["text", "json"], Field(validation_alias="LOG_FORMAT")] = "text"
    """How log lines look: text or json."""
    sentry_dsn: Annotated[SentryDsn | None, Field(validation_alias="SENTRY_DSN")] = None
    """Where error reports go; unset: nowhere."""
    otel_endpoint: Annotated[CollectorUrl | None, Field(validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")] = (
        None
    )
    """Where traces go, as http://HOST:4318; unset: nowhere; needs alpha-swarm[otel]."""
    smtp_url: Annotated[SmtpUrl | None, Field(validation_alias="SMTP_URL")] = None
    """Mail server for alerts: smtp://USER:PASSWORD@HOST:PORT or smtps://…"""
    alert_email: Annotated[Addresses, Field(validation_alias="ALERT_EMAIL")] = ()
    """Comma list of e-mail addresses that alerts go to by SMTP_URL."""
    alert_webhook_url: Annotated[SecretUrl | None, Field(validation_alias="ALERT_WEBHOOK_URL")] = None
    """Address that alerts are posted to as JSON."""
    alert_webhook_secret: Annotated[SigningSecret | None, Field(validation_alias="ALERT_WEBHOOK_SECRET")] = (
        None
    )
    """Secret (whsec_…) that those are signed with, by the rules of Standard Webhooks."""
    retention_in_crms: Annotated[bool, Field(validation_alias="RETENTION_IN_CRMS")] = False
    """Whether whoever is kept no longer goes from the CRMs too, whose owners may have their own purposes."""
    sandbox_port: Annotated[Port, Field(validation_alias="SANDBOX_PORT")] = 8100
    """Port of the sandbox; 0 takes a free one."""


GROUPS: dict[str, type[Group]] = {
    "general": General,
    "api": Api,
    "clay": Clay,
    "ghl": Ghl,
    "instantly": Instantly,
    "hubspot": HubSpot,
    "salesforce": Salesforce,
    "slack": Slack,
    "crm_webhook_secrets": CrmWebhookSecrets,
    "console": Console,
    "quality": Quality,
    "privacy": Privacy,
    "keep": Keep,
}


class Settings(General):
    """Every variable, checked; frozen."""

    api: Api
    clay: Clay
    ghl: Ghl
    instantly: Instantly
    hubspot: HubSpot
    salesforce: Salesforce
    slack: Slack
    crm_webhook_secrets: CrmWebhookSecrets
    console: Console
    quality: Quality
    privacy: Privacy
    keep: Keep


def variables(group: type[Group]) -> dict[str, str]:
    """Field name → variable of a group."""
    prefix = group.model_config.get("env_prefix", "")
    return {
        name: str(field.validation_alias or f"{prefix}{name.upper()}")
        for name, field in group.model_fields.items()
    }


#: Every variable there is, in the order of ``.env.example``.
VARIABLES = tuple(variable for group in GROUPS.values() for variable in variables(group).values())
