"""Answers of GoHighLevel that a sandbox does not give."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import responses

from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.mapping import CUSTOM
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.domain.effect import Again, Done, Outcome, Refused
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import QuotaExhaustedError
from alpha_swarm.ports.crm import Contact
from tests.doubles import MemoryFacts, NoGate, StillClock

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://services.leadconnectorhq.com"
UPSERT = f"{BASE}/contacts/upsert"
DUPLICATE = {
    "statusCode": 400,
    "message": "This location does not allow duplicated contacts.",
    "meta": {"contactId": "standing", "contactName": "ann lee", "matchingField": "email"},
}
WRITTEN = {"new": True, "contact": {"id": "c1"}}


@pytest.fixture
def ghl() -> Iterator[Ghl]:
    """The connector, the custom fields known."""
    facts = MemoryFacts()
    facts.put("ghl.custom_fields:loc", json.dumps({name: f"id-{name}" for name in CUSTOM}))
    crm = Ghl(GhlConfig(keys=("pit",), location_id="loc"), NoGate(), facts, StillClock())
    yield crm
    crm.close()


def upsert(ghl: Ghl, external_id: str | None = None) -> Outcome:
    """Write one contact."""
    fields = ghl.fields({"email": "ann@acme.com", "company_name": "Acme", "icp_tier": "Tier 1"})
    contact = Contact(lead_id="a", fields=fields, external_id=external_id, priority=Priority.BULK)
    return upserted(ghl, [contact])["a"]


def body(number: int) -> dict[str, Any]:
    """What a call has sent."""
    sent: dict[str, Any] = json.loads(responses.calls[number].request.body or b"")
    return sent


@responses.activate
def test_an_upsert_names_the_location_and_no_tags(ghl: Ghl) -> None:
    """Tags in it would replace all that stand."""
    responses.post(UPSERT, json=WRITTEN)
    assert upsert(ghl) == Done("c1", {"action": "create_contact"})
    assert body(0) == {
        "email": "ann@acme.com",
        "companyName": "Acme",
        "customFields": [{"id": "id-icp_tier", "field_value": "Tier 1"}],
        "locationId": "loc",
    }
    assert responses.calls[0].request.headers["Version"] == "2021-07-28"


@responses.activate
def test_an_update_leaves_out_what_it_would_be_refused_for(ghl: Ghl) -> None:
    """The location and the company."""
    responses.put(f"{BASE}/contacts/known", json={"succeded": True, "contact": {"id": "known"}})
    assert upsert(ghl, "known") == Done("known", {"action": "update_contact"})
    assert body(0).keys() == {"email", "customFields"}


@responses.activate
@pytest.mark.parametrize(
    ("status", "message"), [(404, "no"), (400, "Contact not found"), (400, ["Contact not found"])]
)
def test_a_contact_that_is_gone_is_upserted(ghl: Ghl, status: int, message: Any) -> None:
    """However it is said."""
    responses.put(f"{BASE}/contacts/known", status=status, json={"statusCode": status, "message": message})
    responses.post(UPSERT, json=WRITTEN)
    assert upsert(ghl, "known") == Done("c1", {"action": "create_contact"})


@responses.activate
@pytest.mark.parametrize("external_id", [None, "known"])
def test_the_contact_that_stands_in_the_way_is_updated(ghl: Ghl, external_id: str | None) -> None:
    """Its id comes with the refusal."""
    responses.post(UPSERT, status=400, json=DUPLICATE)
    responses.put(f"{BASE}/contacts/known", status=400, json=DUPLICATE)
    responses.put(f"{BASE}/contacts/standing", json={"contact": {"id": "standing"}})
    assert upsert(ghl, external_id) == Done("standing", {"action": "update_contact"})


@responses.activate
def test_two_contacts_in_each_others_way_are_given_up(ghl: Ghl) -> None:
    """Adopting goes one step and no further, and names nobody."""
    responses.post(UPSERT, status=400, json=DUPLICATE)
    responses.put(f"{BASE}/contacts/standing", status=400, json=DUPLICATE)
    assert upsert(ghl) == Refused("invalid_input", "ghl update contact answered 400")


@responses.activate
@pytest.mark.parametrize(
    "answer", [{}, {"contact": {}}, {"contact": {"id": ""}}, {"contact": {"id": 5}}, [], "x"]
)
def test_an_answer_without_an_id_is_asked_for_again(ghl: Ghl, answer: Any) -> None:
    """The upsert may be repeated."""
    responses.post(UPSERT, json=answer)
    assert isinstance(upsert(ghl), Again)


@responses.activate
def test_the_days_end_pauses_the_target(ghl: Ghl) -> None:
    """No call is of use before midnight."""
    responses.post(UPSERT, status=429, headers={"X-RateLimit-Daily-Remaining": "0"})
    with pytest.raises(QuotaExhaustedError) as caught:
        upsert(ghl)
    assert caught.value.seconds == 14 * 3600


@responses.activate
@pytest.mark.parametrize("fact", ["", "null", "5", '{"icp_tier": 5}', "{}"])
def test_a_spoilt_fact_is_found_out_anew(fact: str) -> None:
    """Fields of our key or name are taken, the others made."""
    facts = MemoryFacts()
    facts.put("ghl.custom_fields:loc", fact)
    crm = Ghl(GhlConfig(keys=("pit",), location_id="loc"), NoGate(), facts, StillClock())
    standing = [
        {"id": "by-key", "name": "ICP tier!", "fieldKey": "contact.icp_tier"},
        {"id": "by-name", "name": "Title", "fieldKey": "contact.other"},
    ]
    responses.get(f"{BASE}/locations/loc/customFields", json={"customFields": standing})
    responses.post(f"{BASE}/locations/loc/customFields", status=201, json={"customField": {"id": "made"}})
    responses.post(UPSERT, json=WRITTEN)
    assert isinstance(upsert(crm), Done)
    crm.close()
    ids = json.loads(facts.facts["ghl.custom_fields:loc"])
    assert (ids["icp_tier"], ids["title"], ids["lead_id"]) == ("by-key", "by-name", "made")


@responses.activate
def test_contacts_of_one_email_never_meet(ghl: Ghl) -> None:
    """Two upserts at once could make two records; a second one would pass the barrier with the first."""
    meeting = threading.Barrier(2)

    def write(_: Any) -> tuple[int, dict[str, str], str]:
        try:
            meeting.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            meeting.reset()
            return 200, {}, json.dumps(WRITTEN)
        return 409, {}, "{}"

    responses.add_callback(responses.POST, UPSERT, callback=write)
    contacts = [
        Contact(lead_id=email, fields=ghl.fields({"email": email}), priority=Priority.CRITICAL)
        for email in ("ann@acme.com", "Ann@Acme.com")
    ]
    assert [type(outcome) for outcome in upserted(ghl, contacts).values()] == [Done, Done]


@responses.activate
def test_a_removed_custom_field_is_looked_up_once_for_all(ghl: Ghl) -> None:
    """Five contacts meet the refusal at the same time; one of them asks for the fields."""
    together = threading.Barrier(5, timeout=10)

    def refuse(_: Any) -> tuple[int, dict[str, str], str]:
        together.wait()
        return 422, {}, json.dumps({"message": ["customFields.0.id must be an id"]})

    responses.add_callback(responses.POST, UPSERT, callback=refuse)
    fields = [{"id": f"id-{name}", "name": name} for name in CUSTOM]
    listing = responses.get(f"{BASE}/locations/loc/customFields", json={"customFields": fields})
    contacts = [
        Contact(
            lead_id=str(number),
            fields=ghl.fields({"email": f"p{number}@acme.com", "icp_tier": "Tier 1"}),
            priority=Priority.CRITICAL,
        )
        for number in range(5)
    ]
    with ThreadPoolExecutor(max_workers=5) as threads:
        answers = list(threads.map(ghl.upsert, ghl.split(contacts)))
    assert {type(outcome) for answer in answers for outcome in answer.values()} == {Again}
    assert listing.call_count == 1
