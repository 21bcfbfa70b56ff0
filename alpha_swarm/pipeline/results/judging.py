"""What a finished row comes to: pure, and no matter for a transaction, which others wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.enrichment import Enrichment
from alpha_swarm.domain.leads.scoring import Score, score
from alpha_swarm.domain.money.costs import booked
from alpha_swarm.domain.policy.names import VALUE_FIELDS
from alpha_swarm.domain.policy.withholding import enrichment_without
from alpha_swarm.domain.privacy.rectification import over_enrichment
from alpha_swarm.domain.providers.uses import parts
from alpha_swarm.domain.results.judgement import judge
from alpha_swarm.domain.results.reruns import merged
from alpha_swarm.domain.states import LegalBasis

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.pins import Pins
    from alpha_swarm.domain.leads.scoring import Weights
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.money.costs import Costs
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.domain.providers.uses import Part

Judged = tuple[Enrichment, Score]


class Judging:
    """The rules by which results are read."""

    def __init__(
        self, weights: Weights, costs: Costs, estimate: Cost, clock: Clock, policy: PrivacyPolicy
    ) -> None:
        """``costs`` and ``estimate`` say what a result costs where the enricher does not."""
        self._weights = weights
        self._costs = costs
        self._estimate = estimate
        self._clock = clock
        self._policy = policy

    def judged(self, row: RowResult) -> Judged:
        """Without what is never taken; checked, priced and scored."""
        passed = self._policy.passed(_present(row.values))
        read = judge(replace(row, values=passed.fields), now=self._clock.now())
        found = booked(replace(read, withheld=passed.withheld), self._costs, self._estimate)
        return found, score(found.values, self._weights)

    def permitted(self, judged: Judged, basis: LegalBasis) -> Judged:
        """The same without what may not be held of somebody on this basis, whoever said it."""
        return self.without(judged, self._policy.not_held(basis))

    def without(self, judged: Judged, names: Collection[str]) -> Judged:
        """The same without these fields, scored anew; they stand among what was withheld."""
        found = judged[0]
        kept = enrichment_without(found, names)
        if kept is found:
            return judged
        gone = [name for name in VALUE_FIELDS if getattr(kept.values, name) != getattr(found.values, name)]
        kept = replace(kept, withheld=tuple(dict.fromkeys((*found.withheld, *gone))))
        return kept, score(kept.values, self._weights)

    @property
    def permits_all(self) -> bool:
        """Whether the policy lets every value of ours be held, whoever it is."""
        return not (self._policy.not_held(LegalBasis.LEGITIMATE_INTEREST).intersection(VALUE_FIELDS))

    @property
    def asks_consent(self) -> bool:
        """Whether it depends on the person what may be held."""
        return self._policy.asks_consent

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


def _present(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A blank column is no field that came."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
