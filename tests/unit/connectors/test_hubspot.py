"""Answers of HubSpot that a sandbox does not give, and what its words mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from alpha_swarm.connectors.hubspot.crm import HubSpot
from alpha_swarm.connectors.hubspot.mapping import CUSTOM, STANDARD
from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import (
    CredentialsRefusedError,
    GiveUpError,
    HaltError,
    QuotaExhaustedError,
    RateLimitedError,
    WrongAddressError,
)
from alpha_swarm.ports.crm import Contact
from tests.doubles import MemoryFacts, NoGate, StillClock
from tests.scripted_server import ScriptedServer, Told, scripted_server, told
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.calls.effect import Outcome

CONTACTS = "/crm/objects/2026-03/contacts"
CREATE, READ = f"{CONTACTS}/batch/create", f"{CONTACTS}/batch/read"
PROPERTIES = "/crm/properties/2026-03/contacts"
NOBODY = told({"status": "COMPLETE", "results": []})
DAILY = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "DAILY", "message": "..."}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The other side, which knows nobody."""
    with scripted_server() as server:
        server.answers("POST", READ, NOBODY)
        yield server


@pytest.fixture
def known() -> MemoryFacts:
    """All properties are there."""
    facts = MemoryFacts()
    facts.put("hubspot.properties", json.dumps([*STANDARD, *CUSTOM]))
    return facts


@pytest.fixture
def hubspot(server: ScriptedServer, known: MemoryFacts) -> Iterator[HubSpot]:
    """The connector to a portal in New York; it is five in the morning there."""
    zone = ZoneInfo("America/New_York")
    config = HubSpotConfig(keys=("pat",), base_url=server.url, time_zone=zone)
    crm = HubSpot(config, NoGate(), known, StillClock())
    yield crm
    crm.close()


def contact(hubspot: HubSpot, lead_id: str = "a", **payload: Any) -> Contact:
    """One with an e-mail."""
    fields = hubspot.fields({"email": f"{lead_id}@acme.example", **payload})
    return Contact(lead_id=lead_id, fields=fields, priority=Priority.BULK)


def upsert(hubspot: HubSpot) -> Outcome:
    """Write one contact."""
    return upserted(hubspot, [contact(hubspot)])["a"]


def created(*lead_ids: str, **more: Any) -> Told:
    """An answer that names these."""
    results = [{"id": f"1{lead_id}", "objectWriteTraceId": lead_id} for lead_id in lead_ids]
    return told({"status": "COMPLETE", "results": results, **more}, 201)


def test_a_new_contact_has_what_tells_it_from_all_others(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Its e-mail, the id of its lead, no associations, and texts alone."""
    server.answers("POST", CREATE, created("a"))
    assert upsert(hubspot) == Done("1a", {"action": "create_contact"})
    (asked,) = server.asked_for("POST", CREATE)
    properties = {"email": "a@acme.example", "alpha_swarm_lead_id": "a"}
    assert asked.json == {
        "inputs": [{"properties": properties, "associations": [], "objectWriteTraceId": "a"}]
    }
    assert asked.headers["authorization"] == "Bearer pat"


def test_the_days_end_parks_the_target(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Until midnight where the portal is: 19 hours from 10:00 UTC."""
    server.answers("POST", CREATE, told(DAILY, 429))
    with pytest.raises(QuotaExhaustedError) as caught:
        upsert(hubspot)
    assert caught.value.seconds == 19 * 3600


@pytest.mark.parametrize(
    ("policy", "headers", "seconds"),
    [
        ("SECONDLY", {}, 1),
        ("TEN_SECONDLY_ROLLING", {}, 10),
        (None, {}, 10),
        (
            "TEN_SECONDLY_ROLLING",
            {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "4000"},
            4,
        ),
        ("SECONDLY", {"Retry-After": "7"}, 7),
    ],
)
def test_other_limits_wait_for_their_window(
    hubspot: HubSpot, server: ScriptedServer, policy: str | None, headers: dict[str, str], seconds: float
) -> None:
    """As the headers say, else as long as the policy's window is."""
    answer = told({"policyName": policy}, 429)
    server.answers("POST", CREATE, Told(429, answer.body, headers))
    with pytest.raises(RateLimitedError) as caught:
        upsert(hubspot)
    assert caught.value.after == seconds


@pytest.mark.parametrize(
    ("status", "category", "kind"),
    [
        (401, "INVALID_AUTHENTICATION", CredentialsRefusedError),
        (403, "MISSING_SCOPES", CredentialsRefusedError),
        (404, "", WrongAddressError),
        (405, "", WrongAddressError),
    ],
)
def test_what_concerns_all_stops_the_target(
    hubspot: HubSpot, server: ScriptedServer, status: int, category: str, kind: type[HaltError]
) -> None:
    """A path that is nowhere, too, which is no contact that is gone."""
    server.answers("POST", READ, told({"status": "error", "category": category}, status))
    with pytest.raises(kind):
        upsert(hubspot)


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b'{"results": [{"id": 7}]}', b'{"status": "COMPLETE"}'])
def test_an_answer_that_nobody_understands_is_tried_again(
    hubspot: HubSpot, server: ScriptedServer, body: bytes
) -> None:
    """Nothing is assumed."""
    server.answers("POST", CREATE, Told(201, body))
    assert isinstance(upsert(hubspot), Again)


@pytest.mark.parametrize("error", [{}, {"category": 7, "message": None, "context": "x"}, "text", []])
def test_an_error_without_words_is_a_refusal(hubspot: HubSpot, server: ScriptedServer, error: Any) -> None:
    """Every member may be missing, or be something else."""
    server.answers("POST", CREATE, told(error, 400))
    assert upsert(hubspot) == Refused("invalid_input", "hubspot refused it: no reason given")


def test_a_batch_that_is_refused_as_a_whole_is_halved(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Until the one at fault stands alone; the others get in."""

    def answer(asked: Any) -> Told:
        ids = [one["objectWriteTraceId"] for one in asked.json["inputs"]]
        return told({"category": "VALIDATION_ERROR"}, 400) if "c" in ids else created(*ids)

    server.answers("POST", CREATE, answer)
    people = [contact(hubspot, name) for name in "abcde"]
    outcomes = upserted(hubspot, people)
    assert [type(outcomes[name]) for name in "abcde"] == [Done, Done, Refused, Done, Done]


def test_a_refusal_that_holds_for_all_is_not_halved(
    hubspot: HubSpot, server: ScriptedServer, known: MemoryFacts
) -> None:
    """A property that somebody removed is looked up anew, once."""
    message = '[{"error":"PROPERTY_DOESNT_EXIST","name":"icp_score"}]'
    server.answers("POST", CREATE, told({"category": "VALIDATION_ERROR", "message": message}, 400))
    standing = [one.body() for one in CUSTOM.values()]
    server.answers(
        "GET", PROPERTIES, told({"results": [one for one in standing if one["name"] != "icp_score"]})
    )
    server.answers("POST", f"{PROPERTIES}/groups", told({}, 409))
    server.answers("POST", PROPERTIES, told({}, 409))
    before = known.get("hubspot.properties")
    outcomes = upserted(hubspot, [contact(hubspot, name) for name in "abcd"])
    assert {type(one) for one in outcomes.values()} == {Again}
    assert len(server.asked_for("POST", CREATE)) == 1
    assert [one.json["name"] for one in server.asked_for("POST", PROPERTIES)] == ["icp_score"]
    assert set(json.loads(known.get("hubspot.properties") or "")) == set(json.loads(before or ""))


def test_the_search_counts_against_its_own_limit(server: ScriptedServer, known: MemoryFacts) -> None:
    """Five a second, and everything else against the other."""
    server.answers("POST", f"{CONTACTS}/search", told({"results": []}))
    gate = NoGate()
    crm = HubSpot(HubSpotConfig(keys=("k",), base_url=server.url), gate, known, StillClock())
    assert crm.find("a@acme.example", "+14155550123") is None
    crm.close()
    assert [passage.limit for passage in gate.entered] == ["hubspot", "hubspot.search"]


@pytest.mark.parametrize(
    "properties",
    [
        {"phone": "(415) 555-0123", "hs_searchable_calculated_phone_number": "4155550123"},
        {"phone": "+14155550123"},
    ],
)
def test_a_phone_is_recognised_with_the_search_key_and_without(
    hubspot: HubSpot, server: ScriptedServer, properties: dict[str, str]
) -> None:
    """The key may be left out of an answer."""
    server.answers("POST", f"{CONTACTS}/search", told({"results": [{"id": "7", "properties": properties}]}))
    assert hubspot.find(None, "+14155550123") == "7"


def test_a_search_is_read_to_its_end(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Page by page; two records with the phone are none that is found."""
    properties = {"phone": "+14155550123"}
    first = {"results": [{"id": "7", "properties": properties}], "paging": {"next": {"after": "200"}}}
    last = {"results": [{"id": "8", "properties": properties}]}
    server.answers("POST", f"{CONTACTS}/search", told(first), told(last))
    assert hubspot.find(None, "+14155550123") is None
    asked = [one.json["after"] for one in server.asked_for("POST", f"{CONTACTS}/search")]
    assert asked == ["0", "200"]


def test_a_conflict_without_an_id_is_looked_up_by_the_email(hubspot: HubSpot, server: ScriptedServer) -> None:
    """The newer answer does not name the contact."""
    standing = {"id": "77", "properties": {"email": "a@acme.example", "alpha_swarm_lead_id": "a"}}
    server.answers("POST", READ, NOBODY, NOBODY, told({"results": [standing]}))
    server.answers(
        "POST", CREATE, told({"category": "OBJECT_ALREADY_EXISTS", "error": "CONTACT_EXISTS"}, 409)
    )
    assert upsert(hubspot) == Done("77", {"action": "none"})


def test_a_conflict_that_does_not_end_is_left_for_later(hubspot: HubSpot, server: ScriptedServer) -> None:
    """After three tries."""
    server.answers("POST", CREATE, told({"category": "CONFLICT", "message": "Existing ID: 77"}, 409))
    assert isinstance(upsert(hubspot), Again)
    assert len(server.asked_for("POST", CREATE)) == 3


def test_a_read_that_fails_writes_nothing(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Of whom nobody knows what stands is not written."""
    server.answers("POST", READ, told({}, 502))
    assert isinstance(upsert(hubspot), Again)
    assert server.asked_for("POST", CREATE) == []


def test_a_key_that_two_may_share_stops_the_target(server: ScriptedServer) -> None:
    """Without it, people without an e-mail would be written twice."""
    standing = {"name": "alpha_swarm_lead_id", "type": "string", "hasUniqueValue": False}
    server.answers("GET", PROPERTIES, told({"results": [standing]}))
    server.answers("POST", f"{PROPERTIES}/groups", told({}, 409))
    server.answers("POST", PROPERTIES, told({}, 201))
    crm = HubSpot(HubSpotConfig(keys=("k",), base_url=server.url), NoGate(), MemoryFacts(), StillClock())
    with pytest.raises(WrongAddressError, match="alpha_swarm_lead_id"):
        upsert(crm)
    crm.close()


def test_who_is_gone_cannot_be_restored(hubspot: HubSpot, server: ScriptedServer) -> None:
    """And erasing him again is no error."""
    gone = told({"category": "OBJECT_NOT_FOUND"}, 404)
    server.answers("PATCH", f"{CONTACTS}/7", gone)
    server.answers("POST", f"{CONTACTS}/gdpr-delete", gone)
    with pytest.raises(GiveUpError):
        hubspot.restore("7", {"title": "CFO"})
    server.answers("POST", READ, told({"results": []}))
    assert hubspot.forget(Identifiers(records={"hubspot": ("7",)})).removed == 0
