"""One method for each operation of GoHighLevel that is used.

All of them may be repeated: the upsert finds what an earlier one has written, and fields are looked up
before they are created.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Answer, Call, segment
from alpha_swarm.connectors.ghl import facts, schemas
from alpha_swarm.errors import STOPPING, AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.http import Http, Model

_BAD_REQUEST = frozenset({HTTPStatus.BAD_REQUEST.value})
_REFUSED = _BAD_REQUEST | {HTTPStatus.UNPROCESSABLE_ENTITY.value}
_ABSENT = _BAD_REQUEST | {HTTPStatus.NOT_FOUND.value}
#: A token without the right to see the location is answered like one that is not known at all.
_UNTOLD = _REFUSED | {
    HTTPStatus.UNAUTHORIZED.value,
    HTTPStatus.FORBIDDEN.value,
    HTTPStatus.NOT_FOUND.value,
}
#: What a location answers whose search takes no such filters.
UNFIT = _REFUSED | {HTTPStatus.NOT_FOUND.value, HTTPStatus.METHOD_NOT_ALLOWED.value}


class NotWritten(Exception):  # noqa: N818 - not an error: the caller decides what comes of it
    """The contact was refused; ``body`` says why, ``verdict`` is what holds where nothing can be done."""

    def __init__(self, answer: Answer, verdict: AlphaSwarmError) -> None:
        super().__init__(str(verdict))
        self.status = answer.status
        self.body = answer.body
        self.verdict = verdict


class GhlClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http, location_id: str) -> None:
        self._http = http
        self._location_id = location_id

    def updating(self, contact_id: str, body: Mapping[str, Any]) -> Call:
        """Update a contact by its id."""
        path, accept = f"/contacts/{segment(contact_id)}", _REFUSED | {HTTPStatus.NOT_FOUND.value}
        return _call("update contact", "PUT", path, json=dict(body), accept=accept)

    def creating(self, body: Mapping[str, Any]) -> Call:
        """Create a contact, whom the location refuses if it is there and may not be twice."""
        located = {**body, "locationId": self._location_id}
        return _call("create contact", "POST", "/contacts/", json=located, accept=_REFUSED)

    def upserting(self, body: Mapping[str, Any]) -> Call:
        """Update whom the location takes for the same, else create a contact."""
        located = {**body, "locationId": self._location_id}
        return _call("upsert contact", "POST", "/contacts/upsert", json=located, accept=_REFUSED)

    def searching(self, filters: Sequence[Mapping[str, Any]]) -> Call:
        """Search for all whom any of the filters fits."""
        body = {
            "locationId": self._location_id,
            "page": 1,
            "pageLimit": facts.MOST_FOUND,
            "filters": [{"group": "OR", "filters": list(filters)}],
        }
        return _call("search contacts", "POST", "/contacts/search", json=body, accept=UNFIT)

    def search(self, filters: Sequence[Mapping[str, Any]]) -> list[schemas.ContactRecord]:
        """Whom the search for many names; nobody where it takes no such filters."""
        call = self.searching(filters)
        answer = self._http.call(call)
        try:
            return [] if answer.status in UNFIT else self.parsed(call, answer, schemas.SearchPage).contacts
        except AlphaSwarmError:
            return []

    def write(self, call: Call) -> schemas.Written:
        """One of the calls that write a contact. Raises ``NotWritten``."""
        answer = self._http.call(call)
        if answer.status in call.accept:
            raise NotWritten(answer, self._http.verdict(call, answer))
        return self._http.parsed(call, _shown(answer), schemas.Written)

    def write_each(
        self, calls: Sequence[Call], at_once: int
    ) -> Iterator[dict[int, schemas.Written | NotWritten | AlphaSwarmError]]:
        """Several of them at a time.

        In portions as the answers come: place → what came of it; nothing is raised for one of them.
        """
        for portion in self._http.each(calls, at_once):
            yield {place: self._written(calls[place], answer) for place, answer in portion.items()}

    def each(self, calls: Sequence[Call], at_once: int) -> Iterator[dict[int, Answer | AlphaSwarmError]]:
        """Several calls at a time: place → answer or verdict, in portions as they come."""
        return self._http.each(calls, at_once)

    def parsed(self, call: Call, answer: Answer, model: type[Model]) -> Model:
        """The answer in its shape."""
        return self._http.parsed(call, answer, model)

    def get_each(
        self, ids: Sequence[str], at_once: int
    ) -> dict[int, schemas.ContactRecord | AlphaSwarmError | None]:
        """Place → the contact with this id, ``None`` for one that is gone."""
        return self._read_each([_getting(contact_id) for contact_id in ids], schemas.Read, at_once)

    def get(self, contact_id: str) -> schemas.ContactRecord | None:
        """The contact with this id, ``None`` if it is gone."""
        call = _getting(contact_id)
        found = self._read(call, self._http.call(call), schemas.Read)
        if isinstance(found, AlphaSwarmError):
            raise found
        return found

    def find_each(
        self, persons: Sequence[Mapping[str, str]], at_once: int
    ) -> dict[int, schemas.ContactRecord | AlphaSwarmError | None]:
        """Place → the contact with this ``email``, else with this ``number``."""
        return self._read_each([self._finding(**by) for by in persons], schemas.Found, at_once)

    def changed(self, since: str, after: Sequence[Any] | None) -> list[schemas.ContactRecord]:
        """The longest unchanged of those that were changed ``since``, going on ``after`` an earlier one."""
        body = {
            "locationId": self._location_id,
            "pageLimit": facts.MOST_LISTED,
            "filters": [{"field": "dateUpdated", "operator": "range", "value": {"gte": since}}],
            "sort": [{"field": "dateUpdated", "direction": "asc"}],
            **({"searchAfter": list(after)} if after else {}),
        }
        call = _call("search contacts", "POST", "/contacts/search", json=body)
        return self._http.parsed(call, self._http.call(call), schemas.Listed).contacts

    def add_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        """Add tags and leave the others alone (in an upsert they would replace all)."""
        path = f"/contacts/{segment(contact_id)}/tags"
        self._http.call(_call("add tags", "POST", path, json={"tags": list(tags)}, raw=True))

    def find(self, **by: str) -> str | None:
        """The contact with this ``email`` or ``number``."""
        call = self._finding(**by)
        found = self._http.parsed(call, self._http.call(call), schemas.Found)
        return found.contact.id if found.contact else None

    def deleting(self, contact_id: str) -> Call:
        """A call that removes a contact."""
        path = f"/contacts/{segment(contact_id)}"
        return _call("delete contact", "DELETE", path, accept=_ABSENT, raw=True)

    def refused(self, call: Call, answer: Answer) -> AlphaSwarmError | None:
        """The verdict on a call for one contact; ``None`` also where the contact is gone."""
        gone = answer.status in _ABSENT and facts.says_gone(answer.status, answer.body)
        return None if gone or answer.status not in call.accept else self._http.verdict(call, answer)

    def custom_fields(self) -> list[schemas.CustomField]:
        """The custom fields of contacts in the location."""
        call = _call("list custom fields", "GET", self._fields_path, params={"model": "contact"})
        return self._http.parsed(call, self._http.call(call), schemas.CustomFieldList).fields

    def create_custom_field(self, name: str) -> schemas.CustomField:
        """A new custom field for text."""
        body = {"name": name, "dataType": "TEXT", "model": "contact"}
        call = _call("create custom field", "POST", self._fields_path, json=body)
        return self._http.parsed(call, self._http.call(call), schemas.CreatedCustomField).field

    def location_settings(self) -> schemas.LocationSettings | None:
        """How the location is set up; ``None`` where the token may not know."""
        call = _call("get location", "GET", f"/locations/{segment(self._location_id)}", accept=_UNTOLD)
        answer = self._http.call(call)
        if answer.status in _UNTOLD:
            return None
        return self._http.parsed(call, answer, schemas.FoundLocation).location.settings

    @property
    def _fields_path(self) -> str:
        return f"/locations/{segment(self._location_id)}/customFields"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _finding(self, **by: str) -> Call:
        params = {"locationId": self._location_id, **by}
        return _call("find contact", "GET", "/contacts/search/duplicate", params=params)

    def _read_each(
        self, calls: Sequence[Call], shape: type[schemas.Read | schemas.Found], at_once: int
    ) -> dict[int, schemas.ContactRecord | AlphaSwarmError | None]:
        """Raises what stops the target."""
        found: dict[int, schemas.ContactRecord | AlphaSwarmError | None] = {}
        for portion in self._http.each(calls, at_once):
            found |= {place: self._read(calls[place], answer, shape) for place, answer in portion.items()}
        return found

    def _read(
        self, call: Call, answer: Answer | AlphaSwarmError, shape: type[schemas.Read | schemas.Found]
    ) -> schemas.ContactRecord | AlphaSwarmError | None:
        if isinstance(answer, STOPPING):
            raise answer
        if isinstance(answer, AlphaSwarmError):
            return answer
        if answer.status in call.accept:
            gone = facts.says_gone(answer.status, answer.body)
            return None if gone else self._http.verdict(call, answer)
        try:
            contact = self._http.parsed(call, answer, shape).contact
        except AlphaSwarmError as error:
            return error
        return None if contact and contact.deleted is True else contact

    def _written(
        self, call: Call, answer: Answer | AlphaSwarmError
    ) -> schemas.Written | NotWritten | AlphaSwarmError:
        if isinstance(answer, AlphaSwarmError):
            return answer
        if answer.status in call.accept:
            return NotWritten(answer, self._http.verdict(call, answer))
        try:
            return self._http.parsed(call, _shown(answer), schemas.Written)
        except AlphaSwarmError as error:
            return error


def _shown(answer: Answer) -> Answer:
    """A success without a body shows no contact."""
    return replace(answer, body={}) if answer.status == HTTPStatus.NO_CONTENT else answer


def _call(operation: str, method: str, path: str, **more: Any) -> Call:
    return Call(operation=operation, method=method, path=path, effect=False, limit=facts.LIMIT, **more)


def _getting(contact_id: str) -> Call:
    return _call("get contact", "GET", f"/contacts/{segment(contact_id)}", accept=_ABSENT)
