"""The opportunities of locations, their pipelines, and who works there."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Reply
from alpha_swarm.sandbox.ghl.errors import bad_request, unprocessable
from alpha_swarm.sandbox.sales_people import SALES_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_PIPELINES = {
    "Inbound": ("New", "Contacted", "Won"),
    "Outbound": ("Found", "Answered"),
}
_KEYS = frozenset(
    {
        "pipelineId",
        "locationId",
        "name",
        "pipelineStageId",
        "status",
        "contactId",
        "monetaryValue",
        "assignedTo",
        "customFields",
    }
)
_REQUIRED = ("pipelineId", "locationId", "name", "status", "contactId")
_STATUSES = frozenset({"open", "won", "lost", "abandoned", "all"})


class Opportunities:
    """The handlers; every location has the same pipelines."""

    def __init__(self, contacts: Collection[str], settings: SandboxSettings, log: Log) -> None:
        """``contacts``: the ids of those that are there."""
        self._contacts = contacts
        self._settings = settings
        self._log = log
        self.by_id: dict[str, dict[str, Any]] = {}

    def reset(self) -> None:
        """Remove all."""
        self.by_id.clear()

    def pipelines(self, call: Call) -> Reply:
        """All of a location."""
        location = _location(call, "locationId")
        return Reply(200, {"pipelines": [_pipeline(name, location) for name in _PIPELINES]})

    def users(self, call: Call) -> Reply:
        """All of a location."""
        _location(call, "locationId")
        return Reply(200, {"users": [{"id": one.ghl_id, "email": one.email} for one in SALES_PEOPLE]})

    def search(self, call: Call) -> Reply:
        """By contact, pipeline and status."""
        filters = {"locationId": _location(call, "location_id")}
        named = {"contact_id": "contactId", "pipeline_id": "pipelineId", "status": "status"}
        filters |= {ours: call.query[theirs] for theirs, ours in named.items() if theirs in call.query}
        if filters.get("status") == "all":
            del filters["status"]
        found = [
            one for one in self.by_id.values() if all(one[name] == value for name, value in filters.items())
        ]
        return Reply(200, {"opportunities": found, "meta": {"total": len(found)}})

    def create(self, call: Call) -> Reply:
        """A new one; a contact has one in a pipeline unless duplicates are allowed."""
        body = _checked(call.body)
        if body["contactId"] not in self._contacts:
            raise bad_request("The contact id is invalid.")
        _check_place(body)
        if not self._settings.ghl_allow_duplicates and self._standing(body):
            raise bad_request("Can not create duplicate opportunity for the contact.")
        created = {"id": uuid.uuid4().hex[:20], **body}
        self.by_id[created["id"]] = created
        self._log.record("ghl", "deal", created["id"])
        return Reply(201, {"opportunity": created})

    def doubled(self) -> int:
        """How many belong to a contact that has another one."""
        of_contacts = Counter(one["contactId"] for one in self.by_id.values())
        return of_contacts.total() - len(of_contacts)

    def _standing(self, body: dict[str, Any]) -> bool:
        place = body["contactId"], body["pipelineId"]
        return any((one["contactId"], one["pipelineId"]) == place for one in self.by_id.values())


def _location(call: Call, name: str) -> str:
    location = call.query.get(name)
    if not location:
        raise unprocessable([f"{name} should not be empty"])
    return location


def _pipeline(name: str, location: str) -> dict[str, Any]:
    stages = [{"id": _id(f"{name} {stage}"), "name": stage} for stage in _PIPELINES[name]]
    return {"id": _id(name), "name": name, "stages": stages, "locationId": location}


def _id(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, name).hex[:20]


def _checked(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise unprocessable(["the body must be an object"])
    messages = [f"property {name} should not exist" for name in sorted(body.keys() - _KEYS)]
    messages += [f"{name} must be a string" for name in _REQUIRED if not isinstance(body.get(name), str)]
    if body.get("status") not in _STATUSES:
        messages.append(f"status must be one of {', '.join(sorted(_STATUSES))}")
    if "assignedTo" in body and body["assignedTo"] not in {one.ghl_id for one in SALES_PEOPLE}:
        messages.append("assignedTo must be a user of the location")
    value = body.get("monetaryValue", 0)
    if not isinstance(value, int | float) or isinstance(value, bool):
        messages.append("monetaryValue must be a number")
    if messages:
        raise unprocessable(messages)
    return body


def _check_place(body: dict[str, Any]) -> None:
    stages = {_id(name): {_id(f"{name} {one}") for one in known} for name, known in _PIPELINES.items()}
    if body["pipelineId"] not in stages:
        raise bad_request("The pipeline id is invalid.")
    if body.get("pipelineStageId", "") not in {"", *stages[body["pipelineId"]]}:
        raise bad_request("The pipeline stage id is invalid.")
