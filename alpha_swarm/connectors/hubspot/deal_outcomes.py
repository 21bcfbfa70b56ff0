"""What the answers to a batch of deals say of each lead's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.mapping import LEAD_ID
from alpha_swarm.connectors.hubspot.schemas import TRACE, BatchAnswer, RecordError
from alpha_swarm.connectors.hubspot.writes import reason
from alpha_swarm.domain.calls.effect import Again, Done, Refused, outcome_of
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.connectors.hubspot.schemas import ContactRecord
    from alpha_swarm.domain.calls.effect import Outcome

Came = BatchAnswer | RecordError | AlphaSwarmError

LACKING = Again("hubspot's deals no longer have the lead's id; it is made again", after=0)
_OPENED = Again("hubspot has the deal by now; looked up again", after=0)
_UNNAMED = Again("hubspot did not say what became of the deal")


def standing(lead_ids: Sequence[str], came: Came) -> dict[str, Outcome]:
    """Of those that have a deal, or of whom nobody knows; whoever is left out has none."""
    if isinstance(came, AlphaSwarmError):
        return dict.fromkeys(lead_ids, outcome_of(came))
    found = came.results if isinstance(came, BatchAnswer) else []
    ids = {one.properties.get(LEAD_ID): one.id for one in found}
    return {lead_id: Done(ids[lead_id]) for lead_id in lead_ids if lead_id in ids}


def created(lead_ids: Sequence[str], came: Came) -> dict[str, Outcome]:
    """Of each."""
    if isinstance(came, AlphaSwarmError):
        return dict.fromkeys(lead_ids, outcome_of(came))
    if isinstance(came, RecordError):
        return dict.fromkeys(lead_ids, _refused(came))
    done: dict[str, Outcome] = {name: Done(one.id) for one in came.results if (name := _lead_of(one))}
    refused = {name: _refused(error) for error in came.errors for name in error.named(TRACE)}
    # Who is named by both is named by neither.
    said = {name: one for name, one in (done | refused).items() if not (name in done and name in refused)}
    return {lead_id: said.get(lead_id, _UNNAMED) for lead_id in lead_ids}


def _lead_of(deal: ContactRecord) -> str | None:
    return deal.properties.get(LEAD_ID) or deal.trace


def _refused(error: RecordError) -> Outcome:
    if error.concerns_all:
        return LACKING
    if error.is_conflict:
        return _OPENED
    return Again(reason(error)) if error.category in facts.PASSING else Refused("invalid_deal", reason(error))
