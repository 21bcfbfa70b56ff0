"""GoHighLevel's deals: opportunities, of which a contact has one in a pipeline.

The vendor's upsert names no contact, so they are looked up and created. Two of one contact in one pipeline
are refused, unless the location allows them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Answer, Call
from alpha_swarm.connectors.ghl import facts, sales_schemas
from alpha_swarm.connectors.ghl.stride import Stride
from alpha_swarm.connectors.pipelines import Place, place
from alpha_swarm.domain.calls.effect import Again, Done, Refused, outcome_of
from alpha_swarm.errors import STOPPING, AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.http import Http
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.deals import Terms
    from alpha_swarm.ports.placing import Opening

_REFUSED = frozenset({HTTPStatus.BAD_REQUEST.value, HTTPStatus.UNPROCESSABLE_ENTITY.value})
_MOST_LOOKED_AT = 50
_DUPLICATE = "duplicate opportunity"
_UNSEEN = Again("ghl has a deal of the contact that its search does not show yet")


class Opportunities:
    """Those of one location."""

    def __init__(self, http: Http, location_id: str) -> None:
        self._http = http
        self._location_id = location_id
        self._stride = Stride(_MOST_LOOKED_AT)

    def obstacle(self, terms: Terms) -> str | None:
        """As :meth:`OpensDeals.obstacle` has it."""
        at = place(self._pipelines(), terms, "ghl")
        return at.reason if isinstance(at, Refused) else None

    def open(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """As :meth:`OpensDeals.open_deals` has it."""
        pipelines = self._pipelines()
        places = {one.lead_id: place(pipelines, one.terms, "ghl") for one in openings}
        yield {lead_id: at for lead_id, at in places.items() if isinstance(at, Refused)}
        placed = [(one, at) for one in openings if isinstance(at := places[one.lead_id], Place)]
        yield from self._stride.through(placed, lambda some: self._open(some, at_once))

    def _open(self, openings: Sequence[tuple[Opening, Place]], at_once: int) -> Iterator[dict[str, Outcome]]:
        placed = {one.lead_id: (one, at) for one, at in openings}
        standing: dict[str, Outcome] = {}
        searches = {lead_id: self._searching(one, at) for lead_id, (one, at) in placed.items()}
        for portion in self._each(searches, at_once):
            for lead_id, answer in portion.items():
                found = self._found(searches[lead_id], placed[lead_id][0], answer)
                standing |= {lead_id: found} if found else {}
        yield standing
        creations = {
            lead_id: self._creating(*placed[lead_id]) for lead_id in placed if lead_id not in standing
        }
        for portion in self._each(creations, at_once):
            yield {lead_id: self._created(creations[lead_id], answer) for lead_id, answer in portion.items()}

    def _each(self, calls: Mapping[str, Call], at_once: int) -> Iterator[dict[str, Answer | AlphaSwarmError]]:
        """By lead. Raises what stops the target, after everything else has come."""
        lead_ids = list(calls)
        stopped: AlphaSwarmError | None = None
        for portion in self._http.each(list(calls.values()), min(at_once, facts.MOST_IN_FLIGHT)):
            stopped = next((one for one in portion.values() if isinstance(one, STOPPING)), stopped)
            yield {
                lead_ids[number]: answer
                for number, answer in portion.items()
                if not isinstance(answer, STOPPING)
            }
        if stopped is not None:
            raise stopped

    def _pipelines(self) -> list[sales_schemas.Pipeline]:
        params = {"locationId": self._location_id}
        call = _call("list pipelines", "GET", "/opportunities/pipelines", params=params)
        return self._http.parsed(call, self._http.call(call), sales_schemas.Pipelines).pipelines

    def _searching(self, opening: Opening, at: Place) -> Call:
        params = {
            "location_id": self._location_id,
            "contact_id": opening.record_id,
            "pipeline_id": at.pipeline,
            "status": "all",
        }
        return _call("search opportunities", "GET", "/opportunities/search", params=params)

    def _creating(self, opening: Opening, at: Place) -> Call:
        amount = opening.terms.amount
        body = {
            "locationId": self._location_id,
            "contactId": opening.record_id,
            "pipelineId": at.pipeline,
            "pipelineStageId": at.stage,
            "name": opening.terms.name,
            "status": "open",
            **({"assignedTo": opening.owner} if opening.owner else {}),
            **({} if amount is None else {"monetaryValue": amount}),
        }
        return _call("create opportunity", "POST", "/opportunities/", json=body, accept=_REFUSED)

    def _found(self, call: Call, opening: Opening, answer: Answer | AlphaSwarmError) -> Outcome | None:
        """``None`` where the contact has none."""
        if isinstance(answer, AlphaSwarmError):
            return outcome_of(answer)
        try:
            found = self._http.parsed(call, answer, sales_schemas.Found).opportunities
        except AlphaSwarmError as error:
            return outcome_of(error)
        return next((Done(one.id) for one in found if one.contact_id == opening.record_id), None)

    def _created(self, call: Call, answer: Answer | AlphaSwarmError) -> Outcome:
        if isinstance(answer, AlphaSwarmError):
            return outcome_of(answer)
        if answer.status in _REFUSED and _DUPLICATE in facts.message(answer.body):
            return _UNSEEN
        try:
            if answer.status in _REFUSED:
                raise self._http.verdict(call, answer)
            return Done(self._http.parsed(call, answer, sales_schemas.Created).opportunity.id)
        except AlphaSwarmError as error:
            return outcome_of(error)


def user_id(http: Http, location_id: str, named: str) -> str | None:
    """The only user of the location with this e-mail or id."""
    call = _call("list users", "GET", "/users/", params={"locationId": location_id})
    users = http.parsed(call, http.call(call), sales_schemas.Users).users
    found = [one.id for one in users if named == one.id or named.casefold() == one.email.casefold()]
    return found[0] if len(found) == 1 else None


def _call(operation: str, method: str, path: str, **more: Any) -> Call:
    return Call(operation=operation, method=method, path=path, effect=False, limit=facts.LIMIT, **more)
