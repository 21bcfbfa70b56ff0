"""The deals of the portal, with properties and pipelines of their own, and who may own records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Reply
from alpha_swarm.sandbox.hubspot.errors import Fault, invalid, invalid_properties
from alpha_swarm.sandbox.hubspot.properties import Properties, definition
from alpha_swarm.sandbox.sales_people import SALES_PEOPLE

if TYPE_CHECKING:
    from alpha_swarm.sandbox.hubspot.contacts import Contacts
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.sales_people import SalesPerson

_FIRST_ID = 5001
_MOST_INPUTS = 100
_TRACE = "objectWriteTraceId"
_DEAL_TO_CONTACT = 3
_PIPELINES = {
    "default": (
        "Sales Pipeline",
        {"appointmentscheduled": "Appointment scheduled", "closedwon": "Closed won"},
    ),
    "74": ("Partners", {"7401": "Asked", "7402": "Signed"}),
}
_TEXTS = ("dealname", "pipeline", "dealstage", "closedate", "hubspot_owner_id")


class Deals:
    """The handlers."""

    def __init__(self, contacts: Contacts, log: Log) -> None:
        self._contacts = contacts
        self._log = log
        self.properties = Properties(
            [*(definition(name, "string") for name in _TEXTS), definition("amount", "number")]
        )
        self.by_id: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        """Remove all."""
        self.properties.reset()
        self.by_id.clear()

    def create(self, call: Call) -> Reply:
        """A new one."""
        try:
            return Reply(201, self._open(call.body if isinstance(call.body, dict) else {}))
        except Fault as fault:
            raise fault.refusal() from None

    def create_batch(self, call: Call) -> Reply:
        """Each fares as it may where every input has a trace id."""
        inputs = _inputs(call)
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for one in inputs:
            try:
                results.insert(0, self._open(one) | {_TRACE: one.get(_TRACE)})
            except Fault as fault:
                if not all(other.get(_TRACE) for other in inputs):
                    raise fault.refusal() from None
                errors.append(fault.body | {"context": {_TRACE: [one[_TRACE]]}})
        more = {"numErrors": len(errors), "errors": errors} if errors else {}
        return Reply(207 if errors else 201, {"status": "COMPLETE", "results": results, **more})

    def read_batch(self, call: Call) -> Reply:
        """By ids, or by the values of one unique property."""
        inputs, by = _inputs(call), call.body.get("idProperty")
        if by is not None and by not in self.properties.unique:
            raise invalid(f"Unable to perform read by non-unique 0-3 property {by}")
        wanted = {str(one.get("id")) for one in inputs}
        found = [one for one in self.by_id.values() if _key(one, by) in wanted]
        gone = sorted(wanted - {_key(one, by) for one in found})
        if not gone:
            return Reply(200, {"status": "COMPLETE", "results": found})
        error = Fault(404, "Could not get some DEAL objects", context={"ids": gone}).body
        return Reply(207, {"status": "COMPLETE", "results": found, "numErrors": 1, "errors": [error]})

    def pipelines(self, _call: Call) -> Reply:
        """All of deals."""
        return Reply(200, {"results": [_pipeline(one) for one in _PIPELINES]})

    def list_properties(self, _call: Call) -> Reply:
        """All of deals."""
        return Reply(200, {"results": list(self.properties.by_name.values())})

    def create_property(self, call: Call) -> Reply:
        """A new one."""
        return Reply(201, self.properties.create(call.body))

    def create_group(self, call: Call) -> Reply:
        """A new group."""
        return Reply(201, self.properties.create_group(call.body))

    def owners(self, call: Call) -> Reply:
        """Those with the e-mail, else all."""
        email = call.query.get("email")
        return Reply(200, {"results": [_owner(one) for one in SALES_PEOPLE if email in {None, one.email}]})

    def doubled(self) -> int:
        """How many are about a contact that another one is about."""
        of_contacts = Counter(link["to"]["id"] for one in self.by_id.values() for link in one["associations"])
        return of_contacts.total() - len(of_contacts)

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        """Raises `Fault`."""
        values = self.properties.checked(body.get("properties"))
        self._check(values)
        links = body.get("associations")
        if not isinstance(links, list) or not all(self._is_link(one) for one in links):
            raise Fault(400, "associations must name contacts that are there, by the type of deals")
        deal_id = str(_FIRST_ID + len(self.by_id))
        self.by_id[deal_id] = {"id": deal_id, "properties": values, "associations": links}
        self._log.record("hubspot", "deal", deal_id)
        return {"id": deal_id, "properties": values, "archived": False}

    def _check(self, values: dict[str, str]) -> None:
        if not values.get("dealname"):
            raise Fault(400, "a deal needs properties with a dealname")
        problems = [
            {"message": "no such value", "error": "INVALID_OPTION", "name": name}
            for name, known in _known(values.get("pipeline", "default")).items()
            if values.get(name) and values[name] not in known
        ]
        problems += [
            {"message": "another deal has it", "error": "CONFLICTING_UNIQUE_VALUE", "name": name}
            for name in self.properties.unique & values.keys()
            if any(one["properties"].get(name) == values[name] for one in self.by_id.values())
        ]
        if problems:
            raise invalid_properties(problems)

    def _is_link(self, link: Any) -> bool:
        kinds = {one.get("associationTypeId") for one in link.get("types", [])}
        return kinds == {_DEAL_TO_CONTACT} and self._contacts.find(str(link["to"]["id"])) is not None


def _known(pipeline: str) -> dict[str, set[str]]:
    """Property → the values that it may have."""
    stages = set(_PIPELINES.get(pipeline, ("", {}))[1])
    owners = {one.hubspot_id for one in SALES_PEOPLE}
    return {"pipeline": set(_PIPELINES), "dealstage": stages, "hubspot_owner_id": owners}


def _inputs(call: Call) -> list[dict[str, Any]]:
    inputs = call.body.get("inputs") if isinstance(call.body, dict) else None
    if not isinstance(inputs, list) or not 1 <= len(inputs) <= _MOST_INPUTS:
        raise invalid(f"a batch takes 1 to {_MOST_INPUTS} inputs")
    return inputs


def _key(deal: dict[str, Any], by: str | None) -> Any:
    return deal["id"] if by is None else deal["properties"].get(by)


def _pipeline(name: str) -> dict[str, Any]:
    label, stages = _PIPELINES[name]
    return {
        "id": name,
        "label": label,
        "stages": [{"id": key, "label": text} for key, text in stages.items()],
    }


def _owner(one: SalesPerson) -> dict[str, Any]:
    return {"id": one.hubspot_id, "email": one.email, "archived": False}
