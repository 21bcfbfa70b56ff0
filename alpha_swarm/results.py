"""Results: how they come in, are read, and are waited for; put together from the settings."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from alpha_swarm.assembly import tables
from alpha_swarm.domain.results.deadlines import Deadlines
from alpha_swarm.pipeline.closing import Closing
from alpha_swarm.pipeline.enrichment.awaiting import Await
from alpha_swarm.pipeline.enrichment.collect import Collect
from alpha_swarm.pipeline.inbox import ReadInbox
from alpha_swarm.pipeline.pings import Pings
from alpha_swarm.pipeline.results.acceptance import Acceptance
from alpha_swarm.pipeline.results.import_results import ImportResults
from alpha_swarm.pipeline.results.judging import Judging
from alpha_swarm.pipeline.results.known_companies import KnownCompanies
from alpha_swarm.pipeline.results.late_results import LateResults
from alpha_swarm.ports.runs import Runs

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.edge import Edge
    from alpha_swarm.pipeline.effects.retries import Retries

_DAY_SECONDS = 86_400.0


class Results:
    """The parts that deal with them, each made when it is first asked for."""

    def __init__(self, edge: Edge, retries: Retries, clock: Clock) -> None:
        self._edge = edge
        self._retries = retries
        self._clock = clock
        self._clay = edge.settings.clay

    @cached_property
    def closing(self) -> Closing:
        """How leads come to rest."""
        return Closing.of(self._edge.enricher)

    @cached_property
    def collect(self) -> Collect | Await:
        """Asks for results, or looks after their deadlines where nobody can be asked."""
        return self._asking() if self._asks else self._awaiting()

    @cached_property
    def inbox(self) -> ReadInbox:
        """Reads webhooks."""
        edge = self._edge
        pings = Pings(edge.ledger, edge.hints, edge.enricher) if isinstance(edge.enricher, Runs) else None
        return ReadInbox(edge.ledger, edge.hints, edge.enricher, self._acceptance, self._clock, pings)

    @cached_property
    def importing(self) -> ImportResults:
        """The way in for results that a person brings."""
        return ImportResults(self._edge.ledger, self._edge.hints, self._acceptance)

    @cached_property
    def late(self) -> LateResults:
        """The way in for results after the deadline."""
        edge = self._edge
        return LateResults(edge.ledger, edge.ledger.facts, edge.enricher, self.importing)

    @property
    def _asks(self) -> bool:
        return self._edge.enricher.capabilities.fetch_batch > 0

    @cached_property
    def _acceptance(self) -> Acceptance:
        settings, clay = self._edge.settings, self._clay
        weights = tables.weights(settings)
        judging = Judging(weights, tables.costs(settings), clay.estimate, self._clock, self._edge.policy)
        fills = clay.known_companies == "fill"
        companies = KnownCompanies(weights, clay.known_company_days * _DAY_SECONDS) if fills else None
        return Acceptance(judging, self._edge.dispatch, self.closing, companies, unasked=not self._asks)

    def _asking(self) -> Collect:
        edge, clay = self._edge, self._clay
        return Collect(
            edge.ledger,
            edge.hints,
            edge.enricher,
            self._acceptance,
            self._retries,
            self._clock,
            first_poll=clay.first_poll,
            soft_deadline=clay.soft_deadline,
            hard_deadline=clay.hard_deadline,
        )

    def _awaiting(self) -> Await:
        edge, clay = self._edge, self._clay
        resends = edge.enricher.capabilities.resends
        deadlines = Deadlines(soft=clay.soft_deadline, hard=clay.hard_deadline, resends=resends)
        return Await(edge.ledger, edge.hints, self.closing, self._clock, deadlines)
