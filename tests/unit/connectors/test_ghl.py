"""Answers of GoHighLevel that a sandbox does not give."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.mapping import CUSTOM
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.domain.calls.effect import Again, Done, Held, Outcome
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import CredentialsRefusedError, QuotaExhaustedError
from alpha_swarm.ports.crm import Contact, Record
from tests.doubles import MemoryFacts, NoGate, StillClock
from tests.scripted_server import Asked, ScriptedServer, Told, scripted_server, told
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UPSERT = "/contacts/upsert"
SEARCH = "/contacts/search/duplicate"
FIELDS = "/locations/loc/customFields"
DUPLICATE = {
    "statusCode": 400,
    "message": "This location does not allow duplicated contacts.",
    "meta": {"contactId": "standing", "contactName": "ann lee", "matchingField": "email"},
}
WRITTEN = {"new": True, "contact": {"id": "c1"}}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The other side."""
    with scripted_server() as server:
        server.answers("GET", SEARCH, told({"contact": None}))
        server.answers("GET", "/contacts/known", told({"contact": {"id": "known", "customFields": []}}))
        yield server


@contextmanager
def connected(server: ScriptedServer, custom_fields: str) -> Iterator[tuple[Ghl, MemoryFacts]]:
    """The connector and what it knows."""
    facts = MemoryFacts()
    facts.put("ghl.custom_fields:loc", custom_fields)
    config = GhlConfig(keys=("pit",), location_id="loc", base_url=server.url)
    crm = Ghl(config, NoGate(), facts, StillClock())
    yield crm, facts
    crm.close()


@pytest.fixture
def ghl(server: ScriptedServer) -> Iterator[Ghl]:
    """The connector, the custom fields known."""
    with connected(server, json.dumps({name: f"id-{name}" for name in CUSTOM})) as (crm, _):
        yield crm


def upsert(ghl: Ghl, external_id: str | None = None) -> Outcome:
    """Write one contact."""
    fields = ghl.fields({"email": "ann@acme.com", "company_name": "Acme", "icp_tier": "Tier 1"})
    one = Contact(lead_id="a", fields=fields, external_id=external_id, priority=Priority.BULK)
    return upserted(ghl, [one])["a"]


def test_an_upsert_names_the_location_and_no_tags(ghl: Ghl, server: ScriptedServer) -> None:
    """Tags in it would replace all that stand."""
    server.answers("POST", UPSERT, told(WRITTEN))
    assert upsert(ghl) == Done("c1", {"action": "create_contact"})
    (asked,) = server.asked_for("POST", UPSERT)
    assert asked.json == {
        "email": "ann@acme.com",
        "companyName": "Acme",
        "customFields": [{"id": "id-icp_tier", "field_value": "Tier 1"}],
        "locationId": "loc",
    }
    assert asked.headers["version"] == "2021-07-28"


def test_an_update_leaves_out_what_it_would_be_refused_for(ghl: Ghl, server: ScriptedServer) -> None:
    """The location and the company."""
    server.answers("PUT", "/contacts/known", told({"succeded": True, "contact": {"id": "known"}}))
    assert upsert(ghl, "known") == Done("known", {"action": "update_contact"})
    (asked,) = server.asked_for("PUT", "/contacts/known")
    assert asked.json.keys() == {"email", "customFields"}


GONE = [(404, "no"), (400, "Contact not found"), (400, ["Contact not found"])]


@pytest.mark.parametrize(("status", "message"), GONE)
def test_a_contact_that_is_gone_is_looked_for_and_upserted(
    ghl: Ghl, server: ScriptedServer, status: int, message: Any
) -> None:
    """However it is said."""
    server.answers("GET", "/contacts/known", told({"statusCode": status, "message": message}, status))
    server.answers("POST", UPSERT, told(WRITTEN))
    assert upsert(ghl, "known") == Done("c1", {"action": "create_contact"})


@pytest.mark.parametrize(("status", "message"), GONE)
def test_a_contact_that_goes_after_it_was_read_is_looked_for_again(
    ghl: Ghl, server: ScriptedServer, status: int, message: Any
) -> None:
    """At once."""
    server.answers("PUT", "/contacts/known", told({"statusCode": status, "message": message}, status))
    outcome = upsert(ghl, "known")
    assert isinstance(outcome, Again)
    assert outcome.after == 0


def test_a_contact_that_came_after_the_search_is_adopted(ghl: Ghl, server: ScriptedServer) -> None:
    """What it holds decides what is written."""
    server.answers("POST", UPSERT, told(DUPLICATE, 400))
    standing = {"id": "standing", "email": "ann@acme.com", "customFields": []}
    server.answers("GET", "/contacts/standing", told({"contact": standing}))
    server.answers("PUT", "/contacts/standing", told({"contact": {"id": "standing"}}))
    assert upsert(ghl) == Done("standing", {"action": "update_contact"})
    (asked,) = server.asked_for("PUT", "/contacts/standing")
    assert asked.json.keys() == {"customFields"}


def test_contacts_that_share_an_email_are_for_a_person(ghl: Ghl, server: ScriptedServer) -> None:
    """Which of the two is the right one nobody can tell from here; neither is named."""
    server.answers("PUT", "/contacts/known", told(DUPLICATE, 400))
    assert upsert(ghl, "known") == Held("two contacts in ghl share the email: merge them there")


def test_a_phone_that_another_contact_has_is_left_out(ghl: Ghl, server: ScriptedServer) -> None:
    """The rest is written."""
    by_phone = {**DUPLICATE, "meta": {"contactId": "standing", "matchingField": "phone"}}
    server.answers("PUT", "/contacts/known", told(by_phone, 400), told({"contact": {"id": "known"}}))
    one = replace(contact(ghl, "a", email="ann@acme.com", phone="+14155550123"), external_id="known")
    assert isinstance(upserted(ghl, [one])["a"], Done)
    bodies = [asked.json for asked in server.asked_for("PUT", "/contacts/known")]
    assert [body.get("phone") for body in bodies] == ["+14155550123", None]


def test_whoever_shares_a_phone_is_somebody_else(ghl: Ghl, server: ScriptedServer) -> None:
    """The search finds by phone who has another e-mail; an upsert with that phone would overwrite them."""
    colleague = {"id": "colleague", "email": "bob@acme.com", "phone": "+14155550123", "customFields": []}
    server.answers("GET", SEARCH, told({"contact": colleague}))
    server.answers("POST", UPSERT, told(WRITTEN))
    one = contact(ghl, "a", email="ann@acme.com", phone="+14155550123")
    assert upserted(ghl, [one])["a"] == Done("c1", {"action": "create_contact"})
    (asked,) = server.asked_for("POST", UPSERT)
    assert "phone" not in asked.json


def test_a_search_that_shows_a_part_is_followed_by_a_look(ghl: Ghl, server: ScriptedServer) -> None:
    """What is not shown is not taken for empty."""
    server.answers("GET", SEARCH, told({"contact": {"id": "known"}}))
    standing = {"id": "known", "email": "ann@acme.com", "firstName": "Anna", "customFields": []}
    server.answers("GET", "/contacts/known", told({"contact": standing}))
    record = ghl.read([contact(ghl, "a", email="ann@acme.com")])["a"]
    assert isinstance(record, Record)
    assert record.fields == {"email": "ann@acme.com", "first_name": "Anna"}


@pytest.mark.parametrize(
    "answer", [{}, {"contact": {}}, {"contact": {"id": ""}}, {"contact": {"id": True}}, [], "x"]
)
def test_an_answer_without_an_id_is_asked_for_again(ghl: Ghl, server: ScriptedServer, answer: Any) -> None:
    """The upsert may be repeated."""
    server.answers("POST", UPSERT, told(answer))
    assert isinstance(upsert(ghl), Again)


def test_the_days_end_pauses_the_target(ghl: Ghl, server: ScriptedServer) -> None:
    """No call is of use before midnight."""
    server.answers("POST", UPSERT, Told(429, headers={"X-RateLimit-Daily-Remaining": "0"}))
    with pytest.raises(QuotaExhaustedError) as caught:
        upsert(ghl)
    assert caught.value.seconds == 14 * 3600


@pytest.mark.parametrize("fact", ["", "null", "5", '{"icp_tier": 5}', "{}"])
def test_a_spoilt_fact_is_found_out_anew(server: ScriptedServer, fact: str) -> None:
    """Fields of our key or name are taken, the others made."""
    standing = [
        {"id": "by-key", "name": "ICP tier!", "fieldKey": "contact.icp_tier"},
        {"id": "by-name", "name": "Title", "fieldKey": "contact.other"},
    ]
    server.answers("GET", FIELDS, told({"customFields": standing}))
    server.answers("POST", FIELDS, told({"customField": {"id": "made"}}, 201))
    server.answers("POST", UPSERT, told(WRITTEN))
    with connected(server, fact) as (crm, facts):
        assert isinstance(upsert(crm), Done)
    ids = json.loads(facts.facts["ghl.custom_fields:loc"])
    assert (ids["icp_tier"], ids["title"], ids["lead_id"]) == ("by-key", "by-name", "made")


def never_two_at_once(server: ScriptedServer) -> None:
    """Two upserts at once could make two records; a second one would pass the barrier with the first."""
    meeting = threading.Barrier(2)

    def write(_asked: Asked) -> Told:
        try:
            meeting.wait(timeout=0.2)
        except threading.BrokenBarrierError:
            meeting.reset()
            return told(WRITTEN)
        return told({}, 409)

    server.answers("POST", UPSERT, write)


def test_contacts_of_one_email_never_meet(ghl: Ghl, server: ScriptedServer) -> None:
    never_two_at_once(server)
    contacts = [contact(ghl, email, email=email) for email in ("ann@acme.com", "Ann@Acme.com")]
    assert [type(outcome) for outcome in upserted(ghl, contacts).values()] == [Done, Done]
    assert [asked.json["email"] for asked in server.asked_for("POST", UPSERT)] == [
        "ann@acme.com",
        "Ann@Acme.com",
    ]


def test_nor_do_those_of_two_batches_that_go_side_by_side(ghl: Ghl, server: ScriptedServer) -> None:
    """Batches of one process overlap, and so do the priorities of one batch."""
    never_two_at_once(server)
    batches = [[contact(ghl, str(number), email="ann@acme.com")] for number in range(3)]
    with ThreadPoolExecutor(max_workers=3) as threads:
        outcomes = list(threads.map(lambda batch: upserted(ghl, batch), batches))
    assert [type(outcome) for one in outcomes for outcome in one.values()] == [Done, Done, Done]


def contact(ghl: Ghl, lead_id: str, **payload: str) -> Contact:
    """One of an urgent lead."""
    return Contact(lead_id=lead_id, fields=ghl.fields(payload), priority=Priority.CRITICAL)


def people(ghl: Ghl, number: int) -> list[Contact]:
    """So many."""
    return [contact(ghl, str(one), email=f"p{one}@acme.com", icp_tier="Tier 1") for one in range(number)]


def test_a_removed_custom_field_is_looked_up_once_for_all(ghl: Ghl, server: ScriptedServer) -> None:
    """Five contacts meet the refusal at the same time; one of them asks for the fields."""
    together = threading.Barrier(5, timeout=60)

    def refuse(_asked: Asked) -> Told:
        together.wait()
        return told({"message": ["customFields.0.id must be an id"]}, 422)

    server.answers("POST", UPSERT, refuse)
    fields = [{"id": f"id-{name}", "name": name} for name in CUSTOM]
    server.answers("GET", FIELDS, told({"customFields": fields}))
    outcomes = upserted(ghl, people(ghl, 5), at_once=5)
    assert {type(outcome) for outcome in outcomes.values()} == {Again}
    assert len(server.asked_for("GET", FIELDS)) == 1


def test_what_took_effect_before_a_verdict_on_all_is_kept(ghl: Ghl, server: ScriptedServer) -> None:
    """The verdict is raised for the rest, after the portions."""
    server.answers("POST", UPSERT, told(WRITTEN), told(WRITTEN), told({}, 401))
    outcomes: dict[str, Outcome] = {}
    with pytest.raises(CredentialsRefusedError):
        gather(outcomes, ghl.upsert(people(ghl, 5), everything, at_once=1))
    assert {key: type(one) for key, one in outcomes.items()} == {"0": Done, "1": Done}
    assert len(server.asked_for("POST", UPSERT)) == 3


def gather(into: dict[str, Outcome], portions: Iterator[Mapping[str, Outcome]]) -> None:
    """What comes before the end, whatever the end."""
    for portion in portions:
        into |= portion
