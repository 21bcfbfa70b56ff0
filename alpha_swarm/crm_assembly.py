"""Settings → the connectors of the CRMs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.config import require_targets
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.connectors.salesforce import facts as salesforce_facts
from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.domain.states import Target
from alpha_swarm.domain.write_rules import WriteRules

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings
    from alpha_swarm.config.crms import Crm as CrmSettings
    from alpha_swarm.domain.in_flight import InFlight
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.edge import Facts, Gate


def crms(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> dict[Target, Crm]:
    """The connectors of the configured targets.

    Raises:
        ConfigurationError: a target lacks its key or id.
    """
    require_targets(settings)
    builders = {Target.GHL: _ghl, Target.INSTANTLY: _instantly, Target.SALESFORCE: _salesforce}
    return {target: builders[target](settings, gate, facts, clock) for target in settings.sync_targets}


def in_flight(settings: Settings, target: Target) -> InFlight | None:
    """Calls at once to a CRM."""
    of_targets: dict[Target, CrmSettings] = {
        Target.GHL: settings.ghl,
        Target.INSTANTLY: settings.instantly,
        Target.SALESFORCE: settings.salesforce,
    }
    return of_targets[target].in_flight


def rules(settings: Settings, target: Target) -> WriteRules:
    """Who has authority over which field of a CRM."""
    del settings, target
    return WriteRules()


def _ghl(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    ghl = settings.ghl
    config = GhlConfig(
        keys=(ghl.api_key.get_secret_value() if ghl.api_key else "",),
        location_id=ghl.location_id or "",
        base_url=ghl.api_base_url,
        tags=ghl.tags,
    )
    return Ghl(config, gate, facts, clock)


def _instantly(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    del facts
    instantly = settings.instantly
    config = InstantlyConfig(
        keys=(instantly.api_key.get_secret_value() if instantly.api_key else "",),
        campaign_id=instantly.campaign_id or "",
        base_url=instantly.api_base_url,
    )
    return Instantly(config, gate, clock)


def _salesforce(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Crm:
    salesforce = settings.salesforce
    secret = salesforce.client_secret
    config = SalesforceConfig(
        instance_url=salesforce.instance_url or "",
        access_token=salesforce.access_token.get_secret_value() if salesforce.access_token else None,
        client_id=salesforce.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        username=salesforce.username,
        private_key_file=salesforce.private_key_file,
        api_version=salesforce.api_version or salesforce_facts.API_VERSION,
        object=salesforce.object,
        external_id=salesforce.external_id,
    )
    return Salesforce(config, gate, facts, clock)
