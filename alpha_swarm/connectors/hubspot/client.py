"""One method for each operation of HubSpot that is used.

All of them may be repeated: contacts are updated by their id, and created with values that no two of them
can share. An upsert would do for both, and would write over what nobody has looked at.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.connectors.hubspot import facts, mapping, schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.http import Http
    from alpha_swarm.errors import AlphaSwarmError

_ABSENT = frozenset({HTTPStatus.NOT_FOUND.value})
_TAKEN = frozenset({HTTPStatus.CONFLICT.value})
#: With these a call is refused for what single records of it are like.
REFUSED = frozenset({HTTPStatus.BAD_REQUEST.value, HTTPStatus.CONFLICT.value}) | _ABSENT


class HubSpotClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http, version: str) -> None:
        self._http = http
        self._version = segment(version)

    def reading(
        self, keys: Sequence[str], id_property: str | None, names: Sequence[str] = mapping.ASKED
    ) -> Call:
        """A call that reads contacts by their ids, or by the values of a unique property."""
        body: dict[str, Any] = {
            "inputs": [{"id": key} for key in keys],
            "properties": list(names),
            "propertiesWithHistory": [],
        }
        return self._batch("read", body if id_property is None else body | {"idProperty": id_property})

    def updating(self, inputs: Sequence[Mapping[str, Any]]) -> Call:
        """A call that updates contacts by their ids."""
        return self._batch("update", {"inputs": list(inputs)})

    def creating(self, inputs: Sequence[Mapping[str, Any]]) -> Call:
        """A call that creates contacts; an e-mail or a key of ours that another one has is refused."""
        return self._batch("create", {"inputs": list(inputs)})

    def searching(self, phones: Sequence[str], after: str) -> Call:
        """A call for one page of the contacts with these national numbers."""
        one = {"propertyName": mapping.PHONE_KEY, "operator": "IN", "values": list(phones)}
        return self._searching([one], None, after)

    def changed(self, filters: Sequence[Mapping[str, str]], sort: str) -> list[schemas.ContactRecord]:
        """The first of the contacts that these filters leave, by the property that is sorted by."""
        call = self._searching(filters, sort, "0")
        return self._http.parsed(call, self._http.call(call), schemas.SearchAnswer).results

    def update(self, contact_id: str, properties: Mapping[str, str]) -> bool:
        """Set properties of one contact; ``False`` where there is none."""
        path = f"{self._contacts}/{segment(contact_id)}"
        body = {"properties": dict(properties)}
        return self._there(_call("update contact", "PATCH", path, json=body, accept=_ABSENT, raw=True))

    def erasing(self, contact_id: str) -> Call:
        """A call that removes a contact for good."""
        path = f"{self._contacts}/gdpr-delete"
        return _call("erase contact", "POST", path, json={"objectId": contact_id}, accept=_ABSENT, raw=True)

    def refused(self, call: Call, answer: Answer) -> AlphaSwarmError | None:
        """The verdict on a call for one contact; ``None`` also where the contact is gone."""
        gone = answer.status in _ABSENT and (
            schemas.RecordError.of(answer.status, answer.body).category == facts.GONE
        )
        return None if gone or answer.status not in _ABSENT else self._http.verdict(call, answer)

    def properties(self) -> list[schemas.PropertyDefinition]:
        """All properties of contacts."""
        call = _call("list properties", "GET", self._properties)
        return self._http.parsed(call, self._http.call(call), schemas.PropertyList).results

    def create_property(self, body: Mapping[str, Any]) -> None:
        """A new property; one that somebody has made meanwhile is no error."""
        path = self._properties
        self._http.call(_call("create property", "POST", path, json=dict(body), accept=_TAKEN, raw=True))

    def create_group(self, name: str, label: str) -> None:
        """A new group of properties; one that is there already is no error."""
        body = {"name": name, "label": label}
        path = f"{self._properties}/groups"
        self._http.call(_call("create property group", "POST", path, json=body, accept=_TAKEN, raw=True))

    def account(self) -> schemas.AccountDetails:
        """Whose portal it is."""
        call = _call("get account", "GET", f"/account-info/{self._version}/details")
        return self._http.parsed(call, self._http.call(call), schemas.AccountDetails)

    def _searching(self, filters: Sequence[Mapping[str, Any]], sort: str | None, after: str) -> Call:
        body = {
            "filterGroups": [{"filters": list(filters)}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}] if sort else [],
            "properties": list(mapping.ASKED),
            "limit": facts.MOST_FOUND,
            "after": after,
        }
        path = f"{self._contacts}/search"
        return _call("search contacts", "POST", path, json=body, limit=facts.SEARCH_LIMIT)

    @property
    def _contacts(self) -> str:
        return f"/crm/objects/{self._version}/contacts"

    @property
    def _properties(self) -> str:
        return f"/crm/properties/{self._version}/contacts"

    def _there(self, call: Call) -> bool:
        """Whether the contact is there; a path that is wrong says nothing of it."""
        answer = self._http.call(call)
        refused = self.refused(call, answer)
        if refused is not None:
            raise refused
        return answer.status not in _ABSENT

    def _batch(self, act: str, body: Mapping[str, Any]) -> Call:
        return batched(f"batch {act}", f"{self._contacts}/batch/{act}", body)


def batched(operation: str, path: str, body: Mapping[str, Any]) -> Call:
    """A call for many records, some of which may be refused."""
    return _call(operation, "POST", path, json=body, accept=REFUSED, records=len(body["inputs"]))


def _call(operation: str, method: str, path: str, *, limit: str = facts.LIMIT, **more: Any) -> Call:
    return Call(operation=operation, method=method, path=path, effect=False, limit=limit, **more)
