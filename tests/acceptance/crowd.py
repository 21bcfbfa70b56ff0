"""People who stand in the CRMs already, and leads of them and of others, all to be written at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import requests

from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, State, Step, Target, Tier
from alpha_swarm.ports.records import Owed
from tests.contract.offices import GhlOffice, InstantlyOffice, SalesforceOffice
from tests.integration.world import CAMPAIGN, NOW, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.integration.world import World

ENVIRON = {"SYNC_TARGETS": "ghl,instantly,hubspot,salesforce"}
TARGETS = tuple(Target)
_TITLE = re.compile(r"Title \d+|Edited \d+")
_PLACE = re.compile(r"Place \d+")
_HEADERS = {"Authorization": "Bearer by-hand", "Version": "2021-07-28"}


def email(number: int) -> str:
    """Of a person."""
    return f"p{number}@works.example"


def type_in(url: str, numbers: Sequence[int]) -> None:
    """These people stand in each CRM, as somebody typed them in."""
    with requests.Session() as session:
        session.headers.update(_HEADERS)
        for number in numbers:
            contact = {"locationId": "loc", "email": email(number), "firstName": "Typed", "lastName": "In"}
            _post(session, f"{url}/ghl/contacts/", contact)
        people = [{"email": email(number), "first_name": "Typed", "last_name": "In"} for number in numbers]
        for some in _pages(people, 1000):
            _post(session, f"{url}/instantly/api/v2/leads/add", {"campaign_id": CAMPAIGN, "leads": some})
        properties = [{"email": email(one), "firstname": "Typed", "lastname": "In"} for one in numbers]
        _post(session, f"{url}/_sandbox/hubspot/people", [{"properties": one} for one in properties])
        records = [
            {"Email": email(one), "FirstName": "Typed", "LastName": "In", "Company": "Typed In"}
            for one in numbers
        ]
        _post(session, f"{url}/_sandbox/salesforce/records", records)


def edit(url: str, titles: Mapping[str, str]) -> None:
    """E-mail → the title that somebody types in, in each CRM; a blank removes what stands there."""
    with requests.Session() as session:
        session.headers.update(_HEADERS)
        ledger = session.get(f"{url}/_sandbox/ledger?detail=1", timeout=60).json()
        ghl, instantly, salesforce = (
            GhlOffice(url, "loc"),
            InstantlyOffice(url, CAMPAIGN),
            SalesforceOffice(url),
        )
        for one in ledger["ghl"]["contact_list"]:
            if one["email"] in titles:
                ghl.edit(one["id"], title=titles[one["email"]])
        for one in ledger["instantly"]["lead_list"]:
            if one["email"] in titles:
                instantly.edit(one["id"], title=titles[one["email"]])
        for one in ledger["salesforce"]["record_list"]:
            if one["Email"] in titles:
                salesforce.edit(one["Id"], title=titles[one["Email"]])
        typings = [
            {"id": one["id"], "properties": {"jobtitle": titles[one["properties"]["email"]]}}
            for one in ledger["hubspot"]["contact_list"]
            if one["properties"]["email"] in titles
        ]
        _post(session, f"{url}/_sandbox/hubspot/people", typings)


def bring_in(world: World, numbers: range, people: int) -> None:
    """Leads with a result, on their way into every CRM; where a person works only the first one says."""
    lead_ids = world.take([person(f"profile-{one}") for one in numbers], NOW)
    results = {lead_id: _result(one, people) for one, lead_id in zip(numbers, lead_ids, strict=True)}
    with world.app.ledger.begin() as tx:
        tx.leads.enriched(results)
        tx.leads.move(dict.fromkeys(lead_ids, State.SYNCING))
        tx.work.finish(Step.INGEST, lead_ids)
        tx.syncs.open(dict.fromkeys(lead_ids, TARGETS))
        for target in TARGETS:
            tx.work.owe(Owed(lead_id=one, step=Step.sync(target), turn=0.0) for one in lead_ids)


def _result(lead: int, people: int) -> tuple[Enrichment, Score]:
    who = lead % people
    place = f"Place {who}" if lead < people else None
    values = Values(email_work=email(who), title=f"Title {lead}", company_location=place)
    found = Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=datetime.now(UTC))
    return found, Score(total=80, tier=Tier.ONE, points={})


@dataclass(frozen=True, slots=True)
class Stands:
    """A record of a CRM."""

    email: str
    name: tuple[str, str]
    """First and last."""
    titles: frozenset[str]
    places: frozenset[str]


_NAMES: Mapping[str, tuple[str, str]] = {
    "ghl": ("firstName", "lastName"),
    "instantly": ("first_name", "last_name"),
    "hubspot": ("firstname", "lastname"),
    "salesforce": ("FirstName", "LastName"),
}


def records(ledger: Mapping[str, Any]) -> dict[str, list[Stands]]:
    """Service → all of its records."""
    of_service: dict[str, Iterable[Mapping[str, Any]]] = {
        "ghl": ledger["ghl"]["contact_list"],
        "instantly": ledger["instantly"]["lead_list"],
        "hubspot": (one["properties"] for one in ledger["hubspot"]["contact_list"]),
        "salesforce": ledger["salesforce"]["record_list"],
    }
    return {name: [_stands(name, one) for one in found] for name, found in of_service.items()}


def _stands(service: str, record: Mapping[str, Any]) -> Stands:
    first, last = (record.get(name) or "" for name in _NAMES[service])
    text = orjson.dumps(record).decode()
    address = str(record.get("email") or record.get("Email")).lower()
    return Stands(address, (first, last), frozenset(_TITLE.findall(text)), frozenset(_PLACE.findall(text)))


def _post(session: requests.Session, url: str, body: Any) -> None:
    session.post(url, json=body, timeout=60).raise_for_status()


def _pages(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
