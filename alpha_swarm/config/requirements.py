"""What settings must have together, and what a command needs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.config.exposure import redis_exposure
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from alpha_swarm.config.crms import Crm, Salesforce
    from alpha_swarm.config.settings import Settings

SHORTEST_KEY = 16


def require_consistency(settings: Settings) -> None:
    """The rules that hold for every command.

    Raises:
        ConfigurationError: two settings that don't go together, or one that needs another.
    """
    require_targets(settings)
    require_production_key(settings)
    require_shut_redis(settings)
    require_webhook_door(settings)
    require_margins(settings)
    privacy = settings.privacy
    if privacy.encryption_keys and privacy.encryption_keys_file is not None:
        raise ConfigurationError("ENCRYPTION_KEYS and ENCRYPTION_KEYS_FILE say the same: set one of them")
    console = settings.console
    if (console.user is None) != (console.password is None):
        raise ConfigurationError("CONSOLE_USER and CONSOLE_PASSWORD go together: set both or neither")


def require_targets(settings: Settings) -> None:
    """Each target has what its connector needs to write."""
    needed: dict[Target, dict[str, object]] = {
        Target.GHL: {
            **_token_or_client("GHL", "GHL_API_KEY", settings.ghl.keys, settings.ghl),
            "GHL_LOCATION_ID": settings.ghl.location_id,
        },
        Target.INSTANTLY: {
            "INSTANTLY_API_KEY": settings.instantly.keys,
            "INSTANTLY_CAMPAIGN_ID": settings.instantly.campaign_id,
        },
        Target.HUBSPOT: _token_or_client(
            "HUBSPOT", "HUBSPOT_ACCESS_TOKEN", settings.hubspot.keys, settings.hubspot
        ),
        Target.SALESFORCE: _of_salesforce(settings.salesforce),
    }
    for target in settings.sync_targets:
        missing = [name for name, value in needed[target].items() if not value]
        if missing:
            raise ConfigurationError(
                f"SYNC_TARGETS names {target}, which needs {' and '.join(missing)}: set it or drop {target}",
            )


def _token_or_client(prefix: str, name: str, tokens: object, crm: Crm) -> dict[str, object]:
    """A token that is used as it is, or all that others are had with."""
    if tokens:
        return {}
    client: dict[str, object] = {
        f"{prefix}_CLIENT_ID": crm.client_id,
        f"{prefix}_CLIENT_SECRET": crm.client_secret,
        f"{prefix}_REFRESH_TOKEN": crm.refresh_token,
    }
    begun = any(value is not None for value in client.values())
    return client if begun else {f"{name} or {prefix}_CLIENT_ID": None}


def _of_salesforce(salesforce: Salesforce) -> dict[str, object]:
    """A token, or what one is minted with."""
    address: dict[str, object] = {"SALESFORCE_INSTANCE_URL": salesforce.instance_url}
    if salesforce.keys:
        return address
    if salesforce.client_id is None:
        return {**address, "SALESFORCE_ACCESS_TOKEN or SALESFORCE_CLIENT_ID": None}
    if salesforce.private_key_file is not None:
        return {**address, "SALESFORCE_USERNAME": salesforce.username}
    return {**address, "SALESFORCE_CLIENT_SECRET or SALESFORCE_PRIVATE_KEY_FILE": salesforce.client_secret}


def require_production_key(settings: Settings) -> None:
    """A production key outlives its machine, so it is set, not made."""
    if settings.environment != "production":
        return
    if settings.key is None or len(settings.key.get_secret_value()) < SHORTEST_KEY:
        raise ConfigurationError(
            f"ALPHA_SWARM_KEY must be set in production, {SHORTEST_KEY} characters or more: make one with"
            " python3 -c 'import secrets; print(secrets.token_hex(32))' and keep it; where there is a ledger"
            " already it is what stands in the file key in ALPHA_SWARM_HOME",
        )


def require_shut_redis(settings: Settings) -> None:
    """In production nobody else writes hints or reads along."""
    exposed = redis_exposure(settings)
    if settings.environment == "production" and exposed:
        raise ConfigurationError(exposed)


def require_webhook_door(settings: Settings) -> None:
    """Results by webhook alone need a door that Clay can find and open."""
    if settings.clay.results != "webhook":
        return
    clay = settings.clay
    rows = {"CLAY_WEBHOOK_SECRET": clay.webhook_secrets, "BASE_URL": settings.api.base_url}
    runs = {
        "CLAY_ROUTINE_WEBHOOK_ID": clay.routine_webhook_id,
        "CLAY_ROUTINE_WEBHOOK_SECRET": clay.routine_webhook_secrets,
    }
    needed: dict[str, object] = {**(runs if clay.transport == "routines" else rows)}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise ConfigurationError(
            f"CLAY_RESULTS=webhook needs {' and '.join(missing)}: set it or use CLAY_RESULTS=both"
        )


def require_margins(settings: Settings) -> None:
    """A lane is warned of before it is left, and left before it is used up."""
    clay = settings.clay
    if not clay.lane_warn_at <= clay.lane_stop_at <= clay.lane_limit:
        raise ConfigurationError(
            "CLAY_LANE_WARN_AT, CLAY_LANE_STOP_AT and CLAY_LANE_LIMIT must grow in this order:"
            " set them as 40000, 45000 and 50000 or smaller"
        )


def require_clay(settings: Settings) -> None:
    """Whoever talks to Clay has a key where one is needed, and a transport that this version carries."""
    transport = settings.clay.transport
    if transport == "webhook":
        return
    if not settings.clay.keys:
        raise ConfigurationError("CLAY_API_KEY is not set: put Clay's key into the environment or .env")
    if transport == "routines" and settings.clay.routine_id is None:
        raise ConfigurationError("CLAY_TRANSPORT=routines needs CLAY_ROUTINE_ID: name the routine to run")
