"""People who stand in the CRMs already, and leads of them and of others, all to be written at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import requests

from alpha_swarm.domain.enrichment import Enrichment, Values
from alpha_swarm.domain.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, State, Step, Target, Tier
from alpha_swarm.ports.records import Owed
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.integration.world import World

CAMPAIGN = "3f0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c11"
ENVIRON = {
    "SYNC_TARGETS": "ghl,instantly,hubspot,salesforce",
    "HUBSPOT_ACCESS_TOKEN": "hubspot",
    "SALESFORCE_ACCESS_TOKEN": "salesforce",
}
TARGETS = tuple(Target)
_TITLE = re.compile(r"Title \d+")
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


def bring_in(world: World, number: int, people: int) -> None:
    """So many leads with a result, of so many people, on their way into every CRM."""
    lead_ids = world.take([person(f"profile-{one}") for one in range(number)], NOW)
    results = {lead_id: _result(one, one % people) for one, lead_id in enumerate(lead_ids)}
    with world.app.ledger.begin() as tx:
        tx.leads.enriched(results)
        tx.leads.move(dict.fromkeys(lead_ids, State.SYNCING))
        tx.work.finish(Step.INGEST, lead_ids)
        tx.syncs.open(dict.fromkeys(lead_ids, TARGETS))
        for target in TARGETS:
            tx.work.owe(Owed(lead_id=one, step=Step.sync(target), turn=0.0) for one in lead_ids)


def _result(lead: int, who: int) -> tuple[Enrichment, Score]:
    values = Values(email_work=email(who), title=f"Title {lead}", company_size=200)
    found = Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=datetime.now(UTC))
    return found, Score(total=80, tier=Tier.ONE, points={})


@dataclass(frozen=True, slots=True)
class Stands:
    """A record of a CRM."""

    email: str
    first_name: str
    titles: frozenset[str]


def records(ledger: Mapping[str, Any]) -> dict[str, list[Stands]]:
    """Service → all of its records."""
    of_service: dict[str, Iterable[tuple[str, str, Any]]] = {
        "ghl": ((one["email"], one.get("firstName", ""), one) for one in ledger["ghl"]["contact_list"]),
        "instantly": (
            (one["email"], one.get("first_name", ""), one) for one in ledger["instantly"]["lead_list"]
        ),
        "hubspot": (
            (one["properties"]["email"], one["properties"].get("firstname", ""), one)
            for one in ledger["hubspot"]["contact_list"]
        ),
        "salesforce": (
            (one["Email"], one["FirstName"] or "", one) for one in ledger["salesforce"]["record_list"]
        ),
    }
    return {name: [_stands(*one) for one in found] for name, found in of_service.items()}


def _stands(address: str, first_name: str, record: Any) -> Stands:
    return Stands(address.lower(), first_name, frozenset(_TITLE.findall(orjson.dumps(record).decode())))


def _post(session: requests.Session, url: str, body: Any) -> None:
    session.post(url, json=body, timeout=60).raise_for_status()


def _pages(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
