"""What a finished row comes to: pure, and no matter for a transaction, which others wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.costs import booked
from alpha_swarm.domain.enrichment import Enrichment
from alpha_swarm.domain.judgement import judge
from alpha_swarm.domain.providers import parts
from alpha_swarm.domain.rectification import over_enrichment
from alpha_swarm.domain.reruns import merged
from alpha_swarm.domain.scoring import Score, score

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.cost import Cost
    from alpha_swarm.domain.costs import Costs
    from alpha_swarm.domain.enrichment import RowResult
    from alpha_swarm.domain.pins import Pins
    from alpha_swarm.domain.providers import Part
    from alpha_swarm.domain.scoring import Weights

Judged = tuple[Enrichment, Score]


class Judging:
    """The rules by which results are read."""

    def __init__(self, weights: Weights, costs: Costs, estimate: Cost, clock: Clock) -> None:
        """``costs`` and ``estimate`` say what a result costs where the enricher does not."""
        self._weights = weights
        self._costs = costs
        self._estimate = estimate
        self._clock = clock

    def judged(self, row: RowResult) -> Judged:
        """Checked, priced and scored."""
        found = booked(judge(row, now=self._clock.now()), self._costs, self._estimate)
        return found, score(found.values, self._weights)

    def parts(self, results: Iterable[Judged]) -> dict[str, Part]:
        """Each provider's part in them."""
        return parts((found for found, _ in results), self._costs)

    def put_right(self, judged: Judged, pins: Pins) -> Judged:
        """The same with what the person put right."""
        found = over_enrichment(judged[0], pins)
        return judged if found is judged[0] else (found, score(found.values, self._weights))

    def merged(self, known: Enrichment, again: Enrichment) -> Judged | None:
        """What is known with what a second result adds; ``None`` where that is nothing."""
        found = merged(known, again)
        return None if found is None else (found, score(found.values, self._weights))
