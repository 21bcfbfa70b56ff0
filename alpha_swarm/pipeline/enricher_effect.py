"""What all calls to the enricher share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.pipeline.effect import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.in_flight import InFlight
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.ports.enricher import Enricher

#: Where nothing is said, as many calls at once as a connection pool holds.
_MOST_LANES = 16


class EnricherEffect(Effect):
    """A call with a batch of leads; several may be under way at once."""

    def __init__(self, enricher: Enricher, in_flight: InFlight | None) -> None:
        self._enricher = enricher
        self.looks_up = enricher.capabilities.looks_up
        self._in_flight = in_flight

    def lanes(self, leads: Sequence[Lead]) -> int:
        """As the most urgent lead allows."""
        if self._in_flight is None:
            return _MOST_LANES
        return self._in_flight.of(min((lead.priority for lead in leads), key=lambda one: one.rank))
