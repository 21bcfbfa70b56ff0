"""One method for each operation on HubSpot's deals that is used.

All of them may be repeated: no two deals can have the id of one lead.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.client import batched
from alpha_swarm.connectors.hubspot.mapping import LEAD_ID, PROPERTIES
from alpha_swarm.connectors.hubspot.sales_schemas import Pipelines
from alpha_swarm.connectors.hubspot.schemas import TRACE, PropertyList
from alpha_swarm.connectors.text import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.hubspot.sales_schemas import Pipeline
    from alpha_swarm.connectors.hubspot.schemas import PropertyDefinition
    from alpha_swarm.connectors.pipelines import Place
    from alpha_swarm.ports.placing import Opening

#: The vendor's number for the type of deals, and for "this deal is about that contact".
_TYPE = "0-3"
_TO_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}
_TAKEN = frozenset({HTTPStatus.CONFLICT.value})


class DealCalls:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http, version: str) -> None:
        self._http = http
        self._batch = f"/crm/objects/{segment(version)}/{_TYPE}/batch"
        self._properties = f"/crm/properties/{segment(version)}/{_TYPE}"
        self._pipelines = f"/crm/pipelines/{segment(version)}/{_TYPE}"

    def pipelines(self) -> list[Pipeline]:
        """All of deals."""
        call = _call("list pipelines", "GET", self._pipelines)
        return self._http.parsed(call, self._http.call(call), Pipelines).results

    def properties(self) -> list[PropertyDefinition]:
        """All of deals."""
        call = _call("list deal properties", "GET", self._properties)
        return self._http.parsed(call, self._http.call(call), PropertyList).results

    def create_group(self, name: str, label: str) -> None:
        """A new group of properties; one that is there already is no error."""
        body = {"name": name, "label": label}
        path = f"{self._properties}/groups"
        self._http.call(_call("create deal property group", "POST", path, json=body, accept=_TAKEN, raw=True))

    def create_property(self, body: Mapping[str, Any]) -> None:
        """A new property; one that somebody has made meanwhile is no error."""
        path = self._properties
        self._http.call(_call("create deal property", "POST", path, json=dict(body), accept=_TAKEN, raw=True))

    def reading(self, lead_ids: Sequence[str]) -> Call:
        """A call that reads the deals of these leads."""
        body = {
            "inputs": [{"id": lead_id} for lead_id in lead_ids],
            "idProperty": LEAD_ID,
            "properties": [LEAD_ID],
            "propertiesWithHistory": [],
        }
        return batched("batch read deals", f"{self._batch}/read", body)

    def creating(self, inputs: Sequence[Mapping[str, Any]]) -> Call:
        """A call that creates deals."""
        return batched("batch create deals", f"{self._batch}/create", {"inputs": list(inputs)})


def deal_input(opening: Opening, at: Place) -> dict[str, Any]:
    """As a batch has it, with the contact that it is about."""
    owner = {PROPERTIES["owner"]: opening.owner} if opening.owner else {}
    amount = {} if opening.terms.amount is None else {"amount": as_text(opening.terms.amount)}
    properties = {
        "dealname": opening.terms.name,
        "pipeline": at.pipeline,
        "dealstage": at.stage,
        LEAD_ID: opening.lead_id,
        **owner,
        **amount,
    }
    contact = {"to": {"id": opening.record_id}, "types": [_TO_CONTACT]}
    return {"properties": properties, "associations": [contact], TRACE: opening.lead_id}


def _call(operation: str, method: str, path: str, **more: Any) -> Call:
    return Call(operation=operation, method=method, path=path, effect=False, limit=facts.LIMIT, **more)
