"""GoHighLevel's search for many: what it takes to be trusted, and what ends the trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Done, Held
from alpha_swarm.domain.states import Priority
from alpha_swarm.ports.crm import Contact
from tests.scripted_server import Asked, ScriptedServer, Told, scripted_server, told
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.ghl.crm import Ghl
    from tests.doubles import MemoryFacts

MANY = "/contacts/search"
ONE = "/contacts/search/duplicate"
CREATE = "/contacts/"
UPSERT = "/contacts/upsert"
LOCATION = "/locations/loc"
FACT = "ghl.search:loc"
REFUSING = {"allowDuplicateContact": False, "contactUniqueIdentifiers": ["email", "phone"]}
ANN = {"id": "ann", "email": "ann@acme.com", "firstName": "Ann", "customFields": []}


def page(*contacts: dict[str, Any], total: int | None = None) -> Told:
    """An answer of the search."""
    return told({"contacts": list(contacts), "total": len(contacts) if total is None else total})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A location where nobody is yet, which refuses duplicates."""
    with scripted_server() as server:
        server.answers("GET", ONE, told({"contact": None}))
        server.answers("POST", MANY, page())
        server.answers("GET", LOCATION, told({"location": {"id": "loc", "settings": REFUSING}}))
        server.answers("POST", CREATE, told({"contact": {"id": "made"}}, 201))
        server.answers("POST", UPSERT, told({"new": True, "contact": {"id": "upserted"}}))
        yield server


@pytest.fixture
def trusting(ghl: Ghl, facts: MemoryFacts) -> Ghl:
    """The connector, whose search is proven."""
    facts.put(FACT, "proven")
    return ghl


def contact(ghl: Ghl, name: str = "ann", **more: str) -> Contact:
    """A person by first name."""
    payload = {"email": f"{name}@acme.com", "first_name": name.title(), **more}
    return Contact(lead_id=name, fields=ghl.fields(payload), priority=Priority.BULK)


def test_who_was_found_alone_and_is_found_among_many_proves_the_search(
    ghl: Ghl, server: ScriptedServer, facts: MemoryFacts
) -> None:
    """One call with any of the e-mails and phones asks for all."""
    server.answers("GET", ONE, told({"contact": ANN}))
    server.answers("POST", MANY, page(ANN))
    upserted(ghl, [contact(ghl, phone="+14155550123")])
    (asked,) = server.asked_for("POST", MANY)
    filters = [
        {"field": "email", "operator": "eq", "value": "ann@acme.com"},
        {"field": "phone", "operator": "eq", "value": "+14155550123"},
    ]
    any_of_them = [{"group": "OR", "filters": filters}]
    assert asked.json == {"locationId": "loc", "page": 1, "pageLimit": 500, "filters": any_of_them}
    assert facts.get(FACT) == "proven"


def test_who_is_not_in_the_index_proves_nothing(ghl: Ghl, server: ScriptedServer, facts: MemoryFacts) -> None:
    """A search that finds nobody may be one that never finds anybody; the next batch asks again."""
    server.answers("GET", ONE, told({"contact": ANN}))
    for _ in range(2):
        upserted(ghl, [contact(ghl)])
    assert facts.get(FACT) is None
    assert len(server.asked_for("POST", MANY)) == 2


def test_nobody_new_is_asked_for_among_many(ghl: Ghl, server: ScriptedServer) -> None:
    """Where nobody was found there is nothing to prove it by."""
    assert upserted(ghl, [contact(ghl)]) == {"ann": Done("upserted", {"action": "create_contact"})}
    assert server.asked_for("POST", MANY) == []


STRANGER = {"id": "bob", "email": "bob@other.example"}
UNFIT: list[Told] = [
    page(ANN, STRANGER),
    told({"statusCode": 400, "message": "Invalid field"}, 400),
    told({}, 404),
    told({}, 405),
    told({"message": ["page must be"]}, 422),
    told({"hits": []}),
    told([]),
]


@pytest.mark.parametrize("answer", UNFIT)
def test_an_answer_that_is_not_as_agreed_proves_nothing_for_good(
    ghl: Ghl, server: ScriptedServer, facts: MemoryFacts, answer: Told
) -> None:
    """Somebody who was not asked for: the filters are ignored. This process does not ask again."""
    server.answers("GET", ONE, told({"contact": ANN}))
    server.answers("POST", MANY, answer)
    for _ in range(2):
        upserted(ghl, [contact(ghl)])
    assert facts.get(FACT) is None
    assert len(server.asked_for("POST", MANY)) == 1


@pytest.mark.parametrize("answer", UNFIT)
def test_such_an_answer_withdraws_the_trust(
    trusting: Ghl, server: ScriptedServer, facts: MemoryFacts, answer: Told
) -> None:
    """Those who were asked for are searched for one by one."""
    server.answers("POST", MANY, answer)
    outcome = upserted(trusting, [contact(trusting)])["ann"]
    assert isinstance(outcome, Done)
    assert len(server.asked_for("GET", ONE)) == 1
    assert facts.get(FACT) == "withdrawn"
    upserted(trusting, [contact(trusting)])
    assert len(server.asked_for("POST", MANY)) == 1


def test_an_answer_that_goes_on_elsewhere_says_nothing_of_those_who_lack(
    trusting: Ghl, server: ScriptedServer, facts: MemoryFacts
) -> None:
    """They are searched for one by one, and the trust stays."""
    server.answers("POST", MANY, page(ANN, total=2))
    upserted(trusting, [contact(trusting)])
    assert len(server.asked_for("GET", ONE)) == 1
    assert facts.get(FACT) == "proven"


def test_who_is_new_costs_one_call(trusting: Ghl, server: ScriptedServer) -> None:
    """Sixty of them: two searches, one look at the location, and sixty calls that create."""
    people = [contact(trusting, f"p{number}") for number in range(60)]
    outcomes = upserted(trusting, people)
    assert all(one == Done("made", {"action": "create_contact"}) for one in outcomes.values())
    assert len(server.asked) == 2 + 1 + 60
    assert trusting.calls_in(60) >= len(server.asked)


def test_who_is_there_is_read_from_the_record(trusting: Ghl, server: ScriptedServer) -> None:
    """The index may be behind: what it shows decides nothing."""
    server.answers("POST", MANY, page({**ANN, "firstName": "Old"}))
    server.answers("GET", "/contacts/ann", told({"contact": ANN}))
    assert upserted(trusting, [contact(trusting)]) == {"ann": Done("ann", {"action": "none"})}


@pytest.mark.parametrize("now", [{"email": "else@acme.com"}, {"email": None}])
def test_a_record_that_is_no_longer_theirs_is_left_alone(
    trusting: Ghl, server: ScriptedServer, now: dict[str, Any]
) -> None:
    """Its e-mail was changed since the index looked."""
    server.answers("POST", MANY, page(ANN))
    server.answers("GET", "/contacts/ann", told({"contact": {**ANN, **now}}))
    assert upserted(trusting, [contact(trusting)]) == {"ann": Done("made", {"action": "create_contact"})}


def test_several_with_one_email_are_for_a_person(trusting: Ghl, server: ScriptedServer) -> None:
    """Which is the right one nobody can tell from here."""
    server.answers("POST", MANY, page(ANN, {**ANN, "id": "ann-2"}))
    assert isinstance(upserted(trusting, [contact(trusting)])["ann"], Held)
    assert server.asked_for("POST", CREATE) == []


def test_a_second_email_is_no_stranger(trusting: Ghl, server: ScriptedServer, facts: MemoryFacts) -> None:
    """A person may have several; the trust stays."""
    mary = {"id": "mary", "email": "mary@acme.com", "additionalEmails": [{"email": "ann@acme.com"}]}
    server.answers("POST", MANY, page(mary))
    upserted(trusting, [contact(trusting)])
    assert facts.get(FACT) == "proven"


def duplicate(contact_id: str, field: str) -> Told:
    """A refusal to create."""
    meta = {"contactId": contact_id, "matchingField": field}
    return told({"message": "This location does not allow duplicated contacts.", "meta": meta}, 400)


def test_who_is_not_in_the_index_yet_is_refused_and_adopted(trusting: Ghl, server: ScriptedServer) -> None:
    """What stands there decides what is written; nothing else is sent."""
    server.answers("POST", CREATE, duplicate("ann", "email"))
    server.answers("GET", "/contacts/ann", told({"contact": ANN}))
    server.answers("PUT", "/contacts/ann", told({"contact": {"id": "ann"}}))
    outcomes = upserted(trusting, [contact(trusting, company_domain="acme.com")])
    assert outcomes == {"ann": Done("ann", {"action": "update_contact"})}
    (asked,) = server.asked_for("PUT", "/contacts/ann")
    assert asked.json.keys() == {"website"}


def test_who_has_the_email_as_a_second_one_keeps_the_first(trusting: Ghl, server: ScriptedServer) -> None:
    """An update would put ours in its place."""
    server.answers("POST", CREATE, duplicate("mary", "email"))
    mary = {"id": "mary", "email": "mary@acme.com", "customFields": []}
    server.answers("GET", "/contacts/mary", told({"contact": mary}))
    server.answers("PUT", "/contacts/mary", told({"contact": {"id": "mary"}}))
    assert isinstance(upserted(trusting, [contact(trusting)])["ann"], Done)
    (asked,) = server.asked_for("PUT", "/contacts/mary")
    assert asked.json == {"firstName": "Ann"}


def test_who_has_the_phone_of_another_is_created_without_it(trusting: Ghl, server: ScriptedServer) -> None:
    """As of a switchboard that the index does not know yet."""
    bob = {"id": "bob", "email": "bob@acme.com", "phone": "+14155550123", "customFields": []}
    server.answers("POST", CREATE, duplicate("bob", "phone"), told({"contact": {"id": "made"}}, 201))
    server.answers("GET", "/contacts/bob", told({"contact": bob}))
    outcomes = upserted(trusting, [contact(trusting, phone="+14155550123")])
    assert outcomes == {"ann": Done("made", {"action": "create_contact"})}
    assert [asked.json.get("phone") for asked in server.asked_for("POST", CREATE)] == ["+14155550123", None]


ALLOWING: list[Told] = [
    told({"location": {"settings": {"allowDuplicateContact": True}}}),
    told({"location": {"settings": {}}}),
    told({"location": {}}),
    told({"location": {"settings": {**REFUSING, "contactUniqueIdentifiers": ["phone"]}}}),
    told({"message": "The token is not authorized for this scope."}, 401),
    told({}, 403),
    told({}, 404),
    told([]),
    told({}, 500),
]


@pytest.mark.parametrize("location", ALLOWING)
def test_where_duplicates_are_not_refused_each_is_searched_for_alone(
    trusting: Ghl, server: ScriptedServer, location: Told
) -> None:
    """Creating somebody there who is not in the index yet would make a second record."""
    server.answers("GET", LOCATION, location)
    outcomes = upserted(trusting, [contact(trusting)])
    assert outcomes == {"ann": Done("upserted", {"action": "create_contact"})}
    assert server.asked_for("POST", MANY) == []
    assert len(server.asked_for("GET", ONE)) == 1


def test_a_token_that_may_not_see_the_location_is_shown_there_once(
    trusting: Ghl, server: ScriptedServer
) -> None:
    server.answers("GET", LOCATION, told({}, 401))
    for _ in range(2):
        upserted(trusting, [contact(trusting)])
    assert len(server.asked_for("GET", LOCATION)) == 1


def test_a_server_that_ignores_filters_costs_nobody_anything(ghl: Ghl, server: ScriptedServer) -> None:
    """As many as it has, it shows its first contacts: never trusted, and no write goes to the wrong one."""
    everybody = {f"p{number}@acme.com": f"id-{number}" for number in range(3)}

    def alone(asked: Asked) -> Told:
        email = asked.query.get("email", "")
        known = everybody.get(email)
        return told({"contact": {"id": known, "email": email, "customFields": []} if known else None})

    shown = [{"id": known, "email": email} for email, known in everybody.items()]
    server.answers("GET", ONE, alone)
    server.answers("POST", MANY, page(*shown))
    for known in everybody.values():
        server.answers("PUT", f"/contacts/{known}", told({"contact": {"id": known}}))
    outcomes = upserted(ghl, [contact(ghl, name) for name in ("p0", "new")])
    assert {key: one.reference for key, one in outcomes.items() if isinstance(one, Done)} == {
        "p0": "id-0",
        "new": "upserted",
    }
    assert upserted(ghl, [contact(ghl, "p1")]) == {"p1": Done("id-1", {"action": "update_contact"})}
    assert len(server.asked_for("POST", MANY)) == 1
