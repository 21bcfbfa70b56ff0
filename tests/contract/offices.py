"""People who work in the imitated CRMs, each by the CRM's own way."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMES = ("email", "first_name", "last_name", "company_name", "website", "phone", "title", "funding_stage")
#: Who a person is, by the names of a lead's output.
Person = dict[str, str]


def _named(theirs: str) -> Mapping[str, str]:
    """The vendor's names in the order of ours; for those at the end there may be none."""
    return MappingProxyType(dict(zip(_NAMES, theirs.split(), strict=False)))


class Office(Protocol):
    """What people do in one CRM."""

    def enter(self, persons: Sequence[Person]) -> list[str]:
        """New contacts, in as few moments as the CRM allows; their ids."""
        ...

    def edit(self, record_id: str, **person: str) -> None:
        """Change what is named."""
        ...

    def delete(self, record_id: str) -> None:
        """Remove one."""
        ...

    def contacts(self) -> dict[str, dict[str, Any]]:
        """All records by id, by the vendor's names."""
        ...


class _Desk:
    """HTTP with a session of its own."""

    names: Mapping[str, str]
    """Of a person → of the vendor."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"Authorization": "Bearer by-hand", "Version": "2021-07-28"})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer."""
        answer = self._session.request(method, f"{self.url}{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def ledger(self, service: str, listed: str) -> list[dict[str, Any]]:
        """All that the service holds."""
        told: list[dict[str, Any]] = self.call("GET", "/_sandbox/ledger?detail=1")[service][listed]
        return told

    def _own(self, person: Person) -> dict[str, Any]:
        return {self.names[name]: value for name, value in person.items() if name in self.names}


class HubSpotOffice(_Desk):
    """By batches, as an import does; edits by hand."""

    names = _named("email firstname lastname company website phone jobtitle funding_stage")

    def enter(self, persons: Sequence[Person]) -> list[str]:
        """A hundred at a moment."""
        orders = [{"properties": self._own(one)} for one in persons]
        answer: list[str] = self.call("POST", "/_sandbox/hubspot/people", orders)["ids"]
        return answer

    def edit(self, record_id: str, **person: str) -> None:
        """By hand."""
        self.call("POST", "/_sandbox/hubspot/people", [{"id": record_id, "properties": self._own(person)}])

    def delete(self, record_id: str) -> None:
        """Archive it."""
        self.call("DELETE", f"/hubspot/crm/objects/2026-03/contacts/{record_id}")

    def contacts(self) -> dict[str, dict[str, Any]]:
        """Their properties."""
        return {one["id"]: one["properties"] for one in self.ledger("hubspot", "contact_list")}


class GhlOffice(_Desk):
    """Through the API, as the web site does."""

    names = _named("email firstName lastName companyName website phone")

    def __init__(self, url: str, location: str) -> None:
        super().__init__(url)
        self._location = location

    def enter(self, persons: Sequence[Person]) -> list[str]:
        """One by one."""
        return [
            self.call("POST", "/ghl/contacts/", {**self._own(one), "locationId": self._location})["contact"][
                "id"
            ]
            for one in persons
        ]

    def edit(self, record_id: str, **person: str) -> None:
        """One update."""
        self.call("PUT", f"/ghl/contacts/{record_id}", self._own(person))

    def delete(self, record_id: str) -> None:
        """Remove it."""
        self.call("DELETE", f"/ghl/contacts/{record_id}")

    def contacts(self) -> dict[str, dict[str, Any]]:
        """As they stand."""
        return {one["id"]: one for one in self.ledger("ghl", "contact_list")}

    def _own(self, person: Person) -> dict[str, Any]:
        custom = [
            {"id": self._field(name), "field_value": value}
            for name, value in person.items()
            if name not in self.names
        ]
        return super()._own(person) | ({"customFields": custom} if custom else {})

    def _field(self, name: str) -> str:
        """Of the location, made if need be."""
        path = f"/ghl/locations/{self._location}/customFields"
        known = {one["name"]: one["id"] for one in self.call("GET", path)["customFields"]}
        if name not in known:
            made = self.call("POST", path, {"name": name, "dataType": "TEXT", "model": "contact"})
            known[name] = made["customField"]["id"]
        found: str = known[name]
        return found


class InstantlyOffice(_Desk):
    """In a campaign's list of leads."""

    names = _named("email first_name last_name company_name website phone job_title")

    def __init__(self, url: str, campaign: str) -> None:
        super().__init__(url)
        self._campaign = campaign

    def enter(self, persons: Sequence[Person]) -> list[str]:
        """One upload; a lead has a variable that is nobody else's."""
        leads = [{"custom_variables": {"note": "met in Oslo"}} | self._own(one) for one in persons]
        body = {"campaign_id": self._campaign, "leads": leads}
        answer = self.call("POST", "/instantly/api/v2/leads/add", body)
        return [one["id"] for one in answer["created_leads"]]

    def edit(self, record_id: str, **person: str) -> None:
        """The page sends all variables, since what it sends replaces them."""
        body = self._own(person)
        if "custom_variables" in body:
            own = {name: value for name, value in self.contacts()[record_id].items() if name not in _PLAIN}
            body["custom_variables"] = own | body["custom_variables"]
        self.call("PATCH", f"/instantly/api/v2/leads/{record_id}", body)

    def delete(self, record_id: str) -> None:
        """Remove it."""
        self.call("DELETE", f"/instantly/api/v2/leads/{record_id}")

    def contacts(self) -> dict[str, dict[str, Any]]:
        """Fields and variables."""
        return {one["id"]: one["payload"] for one in self.ledger("instantly", "lead_list")}

    def _own(self, person: Person) -> dict[str, Any]:
        custom = {name: value for name, value in person.items() if name not in self.names}
        return super()._own(person) | ({"custom_variables": custom} if custom else {})


_PLAIN = frozenset(InstantlyOffice.names.values())


class SalesforceOffice(_Desk):
    """By hand."""

    names = _named("Email FirstName LastName Company Website Phone Title Funding_Stage__c")

    def enter(self, persons: Sequence[Person]) -> list[str]:
        """All of them in one go; the vendor wants a last name and a company."""
        wanted = {"LastName": "[not provided]", "Company": "[not provided]"}
        orders = [wanted | self._own(one) for one in persons]
        answer: list[str] = self.call("POST", "/_sandbox/salesforce/records", orders)["ids"]
        return answer

    def edit(self, record_id: str, **person: str) -> None:
        """By hand."""
        self.call("PATCH", f"/_sandbox/salesforce/records/{record_id}", self._own(person))

    def delete(self, record_id: str) -> None:
        """Into the bin."""
        self.call("DELETE", f"/_sandbox/salesforce/records/{record_id}")

    def contacts(self) -> dict[str, dict[str, Any]]:
        """The records."""
        return {one["Id"]: one for one in self.ledger("salesforce", "record_list")}
