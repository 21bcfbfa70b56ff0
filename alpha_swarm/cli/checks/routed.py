"""Whether the CRMs have what the rules name there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import routing
from alpha_swarm.cli.checks.check import Check, failed, ok
from alpha_swarm.domain.crm.deals import Terms
from alpha_swarm.errors import AlphaSwarmError, ConfigurationError
from alpha_swarm.ports.placing import AssignsOwners, HasCampaigns, OpensDeals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings
    from alpha_swarm.domain.routing.routing import Ready
    from alpha_swarm.ports.crm import Crm

_REMEDY = "mend the rule in ROUTING_FILE, or make it there"


def check_rules(settings: Settings, crm: Crm) -> Iterator[Check]:
    """Owners, pipelines and campaigns; a file with mistakes is told whole."""
    name = f"routing to {crm.target.value}"
    try:
        rules = routing.routing(settings).rules
        lacking = [f"{rule.name}: {what}" for rule in rules for what in _lacking(rule, crm)]
    except ConfigurationError as error:
        yield failed(name, str(error), "mend the file")
    except AlphaSwarmError as error:
        yield failed(name, str(error), "give the key the right to read users, pipelines and campaigns")
    else:
        yield from (failed(name, what, _REMEDY) for what in lacking)
        if not lacking:
            yield ok(name, "all that the rules name is there")


def _lacking(rule: Ready, crm: Crm) -> Iterator[str]:
    target = crm.target.value
    owner, deal = rule.owners.get(crm.target), rule.deals.get(crm.target)
    if owner and isinstance(crm, AssignsOwners) and crm.owner_id(owner) is None:
        yield f"{target} has no owner {owner}, or more than one"
    if deal and isinstance(crm, OpensDeals):
        obstacle = crm.obstacle(Terms(name=deal.name, pipeline=deal.pipeline, stage=deal.stage))
        yield from filter(None, [obstacle])
    if rule.campaign and isinstance(crm, HasCampaigns) and not crm.has_campaign(rule.campaign):
        yield f"{target} has no campaign {rule.campaign}"
