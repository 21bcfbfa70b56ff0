"""What all calls to the enricher share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.policy.withholding import lead_for
from alpha_swarm.pipeline.closing import Closing
from alpha_swarm.pipeline.effects.effect import Effect

if TYPE_CHECKING:
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.ports.enricher import Enricher


class EnricherEffect(Effect):
    """A call with a batch of leads; several may be under way at once."""

    def __init__(self, enricher: Enricher, in_flight: InFlight | None, policy: PrivacyPolicy = OPEN) -> None:
        self._enricher = enricher
        self._policy = policy
        self.in_flight = in_flight
        self._closing = Closing.of(enricher)
        self.looks_up = enricher.capabilities.looks_up

    def _seen(self, lead: Lead) -> Lead:
        """What of a lead the privacy policy lets the enricher have."""
        return lead_for(self._policy, Party.CLAY, lead)
