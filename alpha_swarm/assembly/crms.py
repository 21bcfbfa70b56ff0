"""Settings → the connectors of the CRMs, and of whoever tells people; each is imported when it is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alpha_swarm.config import require_targets
from alpha_swarm.connectors.oauth_client import OAuthClient
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from pydantic import SecretStr

    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings
    from alpha_swarm.config.crms import Crm as CrmSettings
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.notifier import Notifier
    from alpha_swarm.sealing import Seal


Builder = Callable[["Settings", "Gate", "Facts", "Clock"], "Crm"]


def crms(settings: Settings, gate: Gate, facts: Facts, clock: Clock, seal: Seal) -> dict[Target, Crm]:
    """The connectors of the configured targets; ``seal`` is for tokens that are kept.

    Raises:
        ConfigurationError: a target lacks its key or id.
    """
    require_targets(settings)
    builders: dict[Target, Builder] = {
        Target.GHL: partial(_ghl, seal),
        Target.INSTANTLY: _instantly,
        Target.HUBSPOT: partial(_hubspot, seal),
        Target.SALESFORCE: _salesforce,
    }
    return {target: builders[target](settings, gate, facts, clock) for target in settings.sync_targets}


def notifier(settings: Settings, gate: Gate, clock: Clock) -> Notifier | None:
    """Slack; ``None`` where nobody is to be told."""
    given = settings.slack
    if not given.configured:
        return None
    from alpha_swarm.connectors.slack.settings import SlackConfig
    from alpha_swarm.connectors.slack.slack import slack

    config = SlackConfig(
        webhook_url=given.webhook_url.get_secret_value() if given.webhook_url else None,
        bot_token=given.bot.get_secret_value() if given.bot else None,
        channel=given.channel or "",
        base_url=given.api_base_url,
    )
    return slack(config, gate, clock)


def in_flight(settings: Settings, target: Target) -> InFlight | None:
    """Calls at once to a CRM."""
    of_targets: dict[Target, CrmSettings] = {
        Target.GHL: settings.ghl,
        Target.INSTANTLY: settings.instantly,
        Target.HUBSPOT: settings.hubspot,
        Target.SALESFORCE: settings.salesforce,
    }
    return of_targets[target].in_flight


def oauth_clients(settings: Settings, seal: Seal) -> dict[Target, OAuthClient]:
    """The targets whose tokens are had for an app, and kept."""
    given = {
        Target.GHL: _keys(settings.ghl.keys, settings.ghl, seal),
        Target.HUBSPOT: _keys(settings.hubspot.keys, settings.hubspot, seal),
    }
    return {
        target: keys
        for target, keys in given.items()
        if target in settings.sync_targets and isinstance(keys, OAuthClient)
    }


def _oauth_client(crm: CrmSettings, seal: Seal) -> OAuthClient | None:
    if crm.client_id is None or crm.client_secret is None or crm.refresh_token is None:
        return None
    return OAuthClient(
        client_id=crm.client_id,
        client_secret=crm.client_secret.get_secret_value(),
        refresh_token=crm.refresh_token.get_secret_value(),
        seal=seal,
    )


def _keys(given: Sequence[SecretStr], crm: CrmSettings, seal: Seal) -> tuple[str, ...] | OAuthClient:
    client = None if given else _oauth_client(crm, seal)
    return client or _texts(given)


def _texts(given: Sequence[SecretStr]) -> tuple[str, ...]:
    """The one in use first, then what replaces it."""
    return tuple(one.get_secret_value() for one in given)


def _ghl(seal: Seal, settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    from alpha_swarm.connectors.ghl.crm import Ghl
    from alpha_swarm.connectors.ghl.settings import GhlConfig

    ghl = settings.ghl
    config = GhlConfig(
        keys=_keys(ghl.keys, ghl, seal),
        location_id=ghl.location_id or "",
        base_url=ghl.api_base_url,
        tags=ghl.tags,
        read_back=ghl.read_back,
    )
    return Ghl(config, gate, facts, clock)


def _instantly(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    from alpha_swarm.connectors.instantly.crm import Instantly
    from alpha_swarm.connectors.instantly.settings import InstantlyConfig

    del facts
    instantly = settings.instantly
    config = InstantlyConfig(
        keys=_texts(instantly.keys),
        campaign_id=instantly.campaign_id or "",
        base_url=instantly.api_base_url,
        moves=instantly.move,
    )
    return Instantly(config, gate, clock)


def _hubspot(seal: Seal, settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.connectors.hubspot.facts import VERSION
    from alpha_swarm.connectors.hubspot.settings import HubSpotConfig

    hubspot = settings.hubspot
    config = HubSpotConfig(
        keys=_keys(hubspot.keys, hubspot, seal),
        base_url=hubspot.api_base_url,
        version=hubspot.api_version or VERSION,
        time_zone=ZoneInfo(hubspot.time_zone),
    )
    return HubSpot(config, gate, facts, clock)


def _salesforce(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.connectors.salesforce.facts import API_VERSION
    from alpha_swarm.connectors.salesforce.settings import SalesforceConfig

    salesforce = settings.salesforce
    secret = salesforce.client_secret
    config = SalesforceConfig(
        instance_url=salesforce.instance_url or "",
        keys=_texts(salesforce.keys),
        client_id=salesforce.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        username=salesforce.username,
        private_key_file=salesforce.private_key_file,
        api_version=salesforce.api_version or API_VERSION,
        object=salesforce.object,
        external_id=salesforce.external_id,
    )
    return Salesforce(config, gate, facts, clock)
