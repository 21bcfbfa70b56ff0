"""Everything that one sandbox holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.sandbox.clay.routines.service import Routines
from alpha_swarm.sandbox.clay.service import Clay
from alpha_swarm.sandbox.clay.sources.pace import RECORDS
from alpha_swarm.sandbox.clay.sources.service import Sources
from alpha_swarm.sandbox.crm_webhooks.telling import Telling
from alpha_swarm.sandbox.faults import Faults
from alpha_swarm.sandbox.ghl.service import Ghl
from alpha_swarm.sandbox.hubspot.service import HubSpot
from alpha_swarm.sandbox.instantly.service import Instantly
from alpha_swarm.sandbox.limits import Limiter
from alpha_swarm.sandbox.log import Log
from alpha_swarm.sandbox.salesforce.service import Salesforce
from alpha_swarm.sandbox.slack.service import Slack

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.delivery import Deliverer
    from alpha_swarm.sandbox.exchange import Service
    from alpha_swarm.sandbox.settings import SandboxSettings


class World:
    """The imitated services with the log, the faults and the limits that they share."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.log = Log()
        self.faults = Faults(settings.seed)
        self.limiter = Limiter()
        self.clay = Clay(settings, self.log)
        self.sources = Sources(settings, self.clay.workspace, self.limiter)
        self.routines = Routines(settings, self.clay.workspace)
        self.ghl = Ghl(settings, self.log)
        self.instantly = Instantly(settings, self.log)
        self.hubspot = HubSpot(settings, self.log)
        self.slack = Slack(settings, self.log)
        self.salesforce = Salesforce(settings, self.log)
        self.telling = Telling(settings, self.log)
        self.ghl.contacts.hear = self.telling.hearer("ghl")
        self.hubspot.portal.hear = self.telling.hearer("hubspot")
        self.salesforce.records.hear = self.telling.hearer("salesforce")

    def services(self) -> tuple[Service, ...]:
        """The services behind HTTP."""
        # Routes are tried in turn, and the CRMs, which take lead by lead, are called most.
        return (
            *self.ghl.services(),
            self.instantly.service(),
            *self.hubspot.services(),
            *self.salesforce.services(),
            self.clay.service(),
            self.sources.service(),
            *self.routines.services(),
            *self.slack.services(),
        )

    def operations(self, service: str) -> set[str]:
        """The names of the operations of a service."""
        return {op.name for one in self.services() if one.name == service for op in one.operations}

    def limits(self) -> set[str]:
        """The names of all limits."""
        named = {op.limit.name for one in self.services() for op in one.operations if op.limit is not None}
        return named | {RECORDS}

    def deliverers(self) -> tuple[Deliverer, ...]:
        """What posts to clients, each for itself."""
        clay = (self.clay.workspace.webhooks.deliverer, self.sources.column.deliverer)
        return (*clay, *self.telling.deliverers.values())

    def reset(self) -> None:
        """Back to the state of the start; the settings stay."""
        clay = (self.clay, self.sources, self.routines)
        others = (self.ghl, self.instantly, self.hubspot, self.salesforce, self.slack)
        for part in (self.telling, *clay, *others, self.limiter, self.faults, self.log):
            part.reset()
