"""A result is taken in: checked, scored, routed, in one commit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alpha_swarm.domain.companies import KNOWN
from alpha_swarm.domain.cost import Cost
from alpha_swarm.domain.costs import booked
from alpha_swarm.domain.effect import EXHAUSTED, LATE, POISON
from alpha_swarm.domain.enrichment import Enrichment
from alpha_swarm.domain.judgement import judge, outdated
from alpha_swarm.domain.routing import route
from alpha_swarm.domain.scoring import Score, score
from alpha_swarm.domain.states import EnrichmentStatus, State, Step
from alpha_swarm.pipeline.closing import close
from alpha_swarm.ports.records import Death, Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.costs import Costs
    from alpha_swarm.domain.enrichment import RowResult
    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.domain.scoring import Weights
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.pipeline.known_companies import KnownCompanies
    from alpha_swarm.ports.ledger import Transaction

#: A result is awaited in these states; in all others it has been taken in before.
_EXPECTING = frozenset({State.SUBMITTED, State.ENRICHING, State.HELD})
#: Where and why a lead can be given up whose result comes all the same.
_BEFORE_RESULT = (Step.ENRICH, Step.COLLECT)
_NO_RESULT = (LATE.cause, POISON.cause, EXHAUSTED)
_ENDS = {
    EnrichmentStatus.FAILED: State.DEAD,
    EnrichmentStatus.UNENRICHABLE: State.UNENRICHABLE,
}


Judged = tuple[Enrichment, Score]


class Acceptance:
    """Takes in finished rows, however they came."""

    def __init__(
        self,
        weights: Weights,
        targets: Sequence[Target],
        clock: Clock,
        costs: Costs,
        estimate: Cost,
        companies: KnownCompanies | None = None,
    ) -> None:
        """``costs`` and ``estimate`` say what a result costs where the enricher does not.

        ``companies`` completes results; ``None``: they stay as they came.
        """
        self._weights = weights
        self._costs = costs
        self._estimate = estimate
        self._companies = companies
        self._targets = tuple(targets)
        self._clock = clock

    def judged(self, row: RowResult) -> Judged:
        """What a finished row comes to: pure, and no matter for a transaction, which others wait for."""
        found = booked(judge(row, now=self._clock.now()), self._costs, self._estimate)
        return found, score(found.values, self._weights)

    def take(self, tx: Transaction, followups: Followups, judged: Mapping[str, Judged]) -> None:
        """Lead id → what its row comes to; a lead that expects none is left as it is."""
        tx.leads.lock(judged)
        loaded = tx.leads.load(judged, history=False)
        news = {key: lead for key, lead in loaded.items() if not outdated(lead, judged[key][0].enriched_at)}
        leads = _expecting(tx, news)
        results = {key: judged[key] for key in leads}
        # The work before the budget, as whoever claims it does: so neither waits for the other.
        tx.work.abandon(list(leads))
        if self._companies is not None and results:
            results = self._companies.complete(tx, results)
        tx.leads.enriched(results)
        tx.providers.book(Counter(_asked(results)))
        _charge(tx, {key: found for key, (found, _) in results.items()})
        tx.tell(story for key, (found, points) in results.items() for story in _stories(key, found, points))
        self._send_on(tx, followups, leads, results)

    def _send_on(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Lead],
        results: Mapping[str, Judged],
    ) -> None:
        routes = {
            key: route(found.status, found.values, points.tier, self._targets)
            for key, (found, points) in results.items()
        }
        routed = {key: targets for key, targets in routes.items() if targets}
        tx.syncs.open(routed)
        tx.leads.move(dict.fromkeys(routed, State.SYNCING))
        tx.tell(
            Story(lead_id=key, kind="routed", detail={"targets": [target.value for target in targets]})
            for key, targets in routed.items()
        )
        for target in self._targets:
            followups.owe(tx, Step.sync(target), [leads[key] for key in routed if target in routed[key]])
        self._bury_failed(tx, {key: found for key, (found, _) in results.items()})
        close(
            tx,
            followups,
            [(lead, _end(results[key][0])) for key, lead in leads.items() if key not in routed],
        )

    @staticmethod
    def _bury_failed(tx: Transaction, found: Mapping[str, Enrichment]) -> None:
        # Another try is another charge, so no replay happens by itself.
        failed = [key for key, result in found.items() if result.status is EnrichmentStatus.FAILED]
        tx.dead_letters.add(
            [
                Death(
                    lead_id=key,
                    step=Step.ENRICH,
                    cause="enrichment_failed",
                    kind="permanent",
                    error="the enricher reported an error for this row",
                    attempts=1,
                )
                for key in failed
            ]
        )


def _expecting(tx: Transaction, leads: Mapping[str, Lead]) -> dict[str, Lead]:
    """Those who wait, and those who were given up while their result was on its way."""
    dead = [key for key, lead in leads.items() if lead.state is State.DEAD]
    revived = tx.dead_letters.overtake(dead, _BEFORE_RESULT, _NO_RESULT) if dead else set()
    return {key: lead for key, lead in leads.items() if lead.state in _EXPECTING or key in revived}


def _asked(results: Mapping[str, Judged]) -> Iterator[str]:
    """Whom Clay asked; what was known cost nobody anything."""
    for found, _ in results.values():
        yield from (use.name for use in found.providers if use.name != KNOWN)


def _charge(tx: Transaction, found: Mapping[str, Enrichment]) -> None:
    spent = {key: Cost(one.credits_used or 0.0, one.actions_used) for key, one in found.items()}
    tx.calls.charge(spent, [key for key, one in found.items() if one.credits_reported])


def _end(found: Enrichment) -> State:
    return _ENDS.get(found.status, State.SYNCED)


def _stories(lead_id: str, found: Enrichment, points: Score) -> Iterator[Story]:
    yield Story(
        lead_id=lead_id,
        kind="enriched",
        detail={
            "status": found.status.value,
            "credits": found.credits_used,
            "providers": [use.name for use in found.providers],
            "dropped": [list(pair) for pair in found.dropped],
        },
    )
    detail = {"total": points.total, "tier": points.tier.value, "points": dict(points.points)}
    yield Story(lead_id=lead_id, kind="scored", detail=detail)
