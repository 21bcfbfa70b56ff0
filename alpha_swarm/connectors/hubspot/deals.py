"""HubSpot's deals: each has its lead's id, which no two of them can share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.hubspot.batches import Batches, chunks
from alpha_swarm.connectors.hubspot.deal_calls import DealCalls, deal_input
from alpha_swarm.connectors.hubspot.deal_outcomes import LACKING, created, standing
from alpha_swarm.connectors.hubspot.mapping import CUSTOM, GROUP, GROUP_LABEL, LEAD_ID
from alpha_swarm.connectors.pipelines import Place, place
from alpha_swarm.domain.calls.effect import Refused
from alpha_swarm.errors import STOPPING, AlphaSwarmError, GiveUpError, RetryLaterError, WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.connectors.calls import Call
    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.hubspot.deal_outcomes import Came
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.deals import Terms
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.placing import Opening

_FACT = "hubspot.deal_key"


class Deals:
    """Those of one portal."""

    def __init__(self, http: Http, version: str, known: Facts) -> None:
        self._http = http
        self._known = known
        self._calls = DealCalls(http, version)

    def obstacle(self, terms: Terms) -> str | None:
        """As :meth:`OpensDeals.obstacle` has it."""
        at = place(self._calls.pipelines(), terms, "hubspot")
        return at.reason if isinstance(at, Refused) else None

    def open(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """As :meth:`OpensDeals.open_deals` has it."""
        self._known.once(_FACT, self._ensure_key)
        pipelines = self._calls.pipelines()
        places = {one.lead_id: place(pipelines, one.terms, "hubspot") for one in openings}
        yield {lead_id: at for lead_id, at in places.items() if isinstance(at, Refused)}
        placed = {
            one.lead_id: deal_input(one, at)
            for one in openings
            if isinstance(at := places[one.lead_id], Place)
        }
        there = self._standing(list(placed), at_once)
        yield there
        absent = {lead_id: one for lead_id, one in placed.items() if lead_id not in there}
        for portion in self._create(absent, at_once):
            yield portion
            if LACKING in portion.values():
                self._known.put(_FACT, self._ensure_key())

    def _standing(self, lead_ids: Sequence[str], at_once: int) -> dict[str, Outcome]:
        """Those that have a deal already, or of whom that could not be found out."""
        found: dict[str, Outcome] = {}
        for portion in self._send(lead_ids, self._calls.reading, at_once):
            for chunk, came in portion:
                found |= standing(chunk, came)
        return found

    def _create(self, inputs: Mapping[str, Mapping[str, Any]], at_once: int) -> Iterator[dict[str, Outcome]]:
        def calling(chunk: Sequence[str]) -> Call:
            return self._calls.creating([inputs[lead_id] for lead_id in chunk])

        for portion in self._send(list(inputs), calling, at_once):
            yield {
                lead_id: outcome
                for chunk, came in portion
                for lead_id, outcome in created(chunk, came).items()
            }

    def _send(
        self, lead_ids: Sequence[str], calling: Callable[[Sequence[str]], Call], at_once: int
    ) -> Iterator[list[tuple[Sequence[str], Came]]]:
        """Raises what stops the target, after everything else has come."""
        stopped: AlphaSwarmError | None = None
        for portion in Batches(self._http).send(chunks(lead_ids), calling, at_once):
            stopped = next((came for _, came in portion if isinstance(came, STOPPING)), stopped)
            yield [(chunk, came) for chunk, came in portion if not isinstance(came, STOPPING)]
        if stopped is not None:
            raise stopped

    def _ensure_key(self) -> str:
        """The property that no two deals have the same value of."""
        keys = [one for one in self._calls.properties() if one.name == LEAD_ID]
        if keys and not keys[0].unique:
            text = f"hubspot's property {LEAD_ID} lets two deals have the same value: remove it, and it is"
            raise WrongAddressError(f"{text} made anew")
        try:
            if not keys:
                self._calls.create_group(GROUP, GROUP_LABEL)
                self._calls.create_property(CUSTOM["lead_id"].body())
        except GiveUpError as error:
            # No lead is to blame.
            raise RetryLaterError(str(error)) from None
        return LEAD_ID
