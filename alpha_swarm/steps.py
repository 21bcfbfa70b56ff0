"""Which effect does a step, by the settings and by what the transport can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import crms, lanes, parts
from alpha_swarm.domain.providers.uses import HOURLY
from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.crm.contacts import Contacts
from alpha_swarm.pipeline.crm.sync import Sync
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest, IngestAndStart
from alpha_swarm.pipeline.write_back import WriteBack

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.states import Target
    from alpha_swarm.edge import Edge
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.effects.effect import Effect


def effect_of(step: Step, edge: Edge, closing: Closing) -> Effect:
    """The effect, not yet begun; no effect is behind collecting."""
    if step.target is not None:
        return _sync(step.target, edge, closing)
    in_flight = lanes.in_flight(edge.settings.clay)
    if step is Step.WRITE_BACK:
        return WriteBack(edge.enricher, in_flight, edge.policy)
    if step is Step.INGEST and edge.enricher.capabilities.start_batch:
        return Ingest(edge.enricher, in_flight, edge.policy)
    return _paid(step, edge)


def _sync(target: Target, edge: Edge, closing: Closing) -> Effect:
    in_flight = crms.in_flight(edge.settings, target)
    return Sync(edge.crms[target], edge.ledger, closing, in_flight, contacts_of(edge, target))


def contacts_of(edge: Edge, target: Target, asked: Collection[str] = ()) -> Contacts:
    """Leads as contacts of a CRM; ``asked``: protected fields as if they were allowed."""
    return Contacts(edge.crms[target], edge.write_rules.of(target), edge.clock, asked, edge.policy)


def _paid(step: Step, edge: Edge) -> Effect:
    clay, enricher = edge.settings.clay, edge.enricher
    # What another transport brought in and never started is brought in anew.
    kind = Enrich if enricher.capabilities.start_batch else IngestAndStart
    effect = kind(
        enricher,
        lanes.in_flight(clay),
        edge.policy,
        cost=edge.reservation,
        first_poll=parts.first_question(clay),
    )
    effect.step = step
    effect.hourly = HOURLY if clay.provider_limits else {}
    return effect


def started(edge: Edge, leads: Sequence[Lead]) -> Collection[str]:
    """Those of these leads whose paid enrichment was started, as Clay says."""
    return _paid(Step.ENRICH, edge).look_up(leads)
