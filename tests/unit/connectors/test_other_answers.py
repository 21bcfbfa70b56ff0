"""The same answers in other words: numbers for texts, blanks for nothing, less than usual, half an emoji."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.domain.calls.effect import Again, Done, Held
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import GiveUpError, QuotaExhaustedError
from alpha_swarm.ports.crm import Contact, Record
from tests.doubles import NoGate, StillClock
from tests.scripted_server import ScriptedServer, Told, told
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.ghl.crm import Ghl
    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Crm

CONTACTS = "/crm/objects/2026-03/contacts"
READ, CREATE, UPDATE = (f"{CONTACTS}/batch/{act}" for act in ("read", "create", "update"))
SEARCH = "/contacts/search/duplicate"
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
MOMENTS = {
    "2026-01-15T12:00:00Z": NOON,
    "2026-01-15T12:00:00.000+0000": NOON,
    "2026-01-15T12:00:00": NOON,
    "2026-01-15T14:00:00+02:00": NOON,
    "": None,
    "yesterday": None,
    None: None,
}
DUPLICATE = {"statusCode": 400, "message": "This location does not allow duplicated contacts."}


@pytest.fixture
def server(server: ScriptedServer) -> ScriptedServer:
    """Where nobody is known yet."""
    server.answers("GET", SEARCH, told({"contact": None}))
    return server


@pytest.fixture
def instantly(server: ScriptedServer) -> Iterator[Instantly]:
    """The connector."""
    config = InstantlyConfig(keys=("key",), campaign_id="c", base_url=server.url)
    crm = Instantly(config, NoGate(), StillClock())
    yield crm
    crm.close()


def contact(crm: Crm, lead_id: str = "a", external_id: str | None = None, **payload: Any) -> Contact:
    """One with an e-mail."""
    fields = crm.fields({"email": f"{lead_id}@acme.example", **payload})
    return Contact(lead_id=lead_id, fields=fields, external_id=external_id, priority=Priority.BULK)


def upsert(crm: Crm, **more: Any) -> Outcome:
    """Write one."""
    return upserted(crm, [contact(crm, **more)])["a"]


def record(crm: Crm, **more: Any) -> Record:
    """What stands for one."""
    found = crm.read([contact(crm, **more)])["a"]
    assert isinstance(found, Record)
    return found


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_in_utc_or_is_none(
    hubspot: HubSpot, ghl: Ghl, instantly: Instantly, server: ScriptedServer, moment: str | None
) -> None:
    """Whatever it is written like: one that nobody understands spoils no answer."""
    email = {"email": "a@acme.example"}
    server.answers("POST", READ, told({"results": [{"id": "1", "properties": email, "updatedAt": moment}]}))
    standing: dict[str, Any] = {"id": "1", **email, "dateUpdated": moment, "customFields": []}
    server.answers("GET", SEARCH, told({"contact": standing}))
    items = [{"id": "1", **email, "timestamp_updated": moment}]
    server.answers("POST", "/api/v2/leads/list", told({"items": items}))
    assert [record(crm).modified_at for crm in (hubspot, ghl, instantly)] == [MOMENTS[moment]] * 3


def test_numbers_stand_for_ids_and_texts(hubspot: HubSpot, server: ScriptedServer) -> None:
    """And nothing for an empty list."""
    values = {"email": "a@acme.example", "icp_score": 87, "company": None, "jobtitle": True}
    server.answers("POST", READ, told({"results": [{"id": 101, "properties": values}], "errors": None}))
    found = record(hubspot)
    assert (found.id, dict(found.fields)) == (
        "101",
        {"email": "a@acme.example", "icp_score": "87", "title": "true"},
    )


def test_a_text_that_was_cut_within_an_emoji_spoils_no_answer(ghl: Ghl, server: ScriptedServer) -> None:
    """JavaScript writes the half that is left; the rest of the text counts."""
    body = rb'{"contact": {"id": "c", "firstName": "Zo\ud83d", "customFields": []}}'
    server.answers("GET", SEARCH, Told(200, body))
    assert record(ghl).fields["first_name"] == "Zo"


@pytest.mark.parametrize("name", ["value", "fieldValue", "field_value"])
def test_a_custom_field_is_read_by_each_of_its_names(ghl: Ghl, server: ScriptedServer, name: str) -> None:
    """As the versions of the API have it: what looks empty would count as emptied by somebody."""
    custom = [{"id": "id-icp_tier", name: "Tier 1"}]
    server.answers("GET", SEARCH, told({"contact": {"id": "c", "customFields": custom}}))
    assert record(ghl).fields["icp_tier"] == "Tier 1"


@pytest.mark.parametrize("answer", [told({"succeded": True}), Told(204, b""), told({"contact": None})])
def test_an_update_need_not_show_the_contact(ghl: Ghl, server: ScriptedServer, answer: Told) -> None:
    """Its id was in the call."""
    standing = {"id": "known", "email": "a@acme.example", "customFields": []}
    server.answers("GET", "/contacts/known", told({"contact": standing}))
    server.answers("PUT", "/contacts/known", answer)
    outcome = upsert(ghl, external_id="known", icp_tier="Tier 1")
    assert outcome == Done("known", {"action": "update_contact"})
    assert len(server.asked_for("PUT", "/contacts/known")) == 1


def test_a_duplicate_that_is_not_named_is_found_and_adopted(ghl: Ghl, server: ScriptedServer) -> None:
    """Nobody becomes a dead letter because the refusal does not say whose the e-mail is."""
    standing = {"id": "standing", "email": "a@acme.example", "customFields": []}
    server.answers("GET", SEARCH, told({"contact": None}), told({"contact": standing}))
    server.answers("GET", "/contacts/standing", told({"contact": standing}))
    server.answers("POST", "/contacts/upsert", told(DUPLICATE, 400))
    server.answers("PUT", "/contacts/standing", told({"contact": standing}))
    assert upsert(ghl, icp_tier="Tier 1") == Done("standing", {"action": "update_contact"})


def test_a_duplicate_that_nobody_finds_is_looked_for_again(ghl: Ghl, server: ScriptedServer) -> None:
    """Its search may lag."""
    server.answers("POST", "/contacts/upsert", told(DUPLICATE, 400))
    assert isinstance(upsert(ghl), Again)


def test_an_update_whose_rival_is_not_named_leaves_out_the_phone(ghl: Ghl, server: ScriptedServer) -> None:
    """The e-mail was not in it; where even the rest is refused, a person has to look."""
    standing = {"id": "known", "email": "a@acme.example", "customFields": []}
    server.answers("GET", "/contacts/known", told({"contact": standing}))
    server.answers("PUT", "/contacts/known", told(DUPLICATE, 400))
    assert isinstance(upsert(ghl, external_id="known", phone="+14155550123", icp_tier="Tier 1"), Held)
    bodies = [asked.json for asked in server.asked_for("PUT", "/contacts/known")]
    assert ["phone" in body for body in bodies] == [True, False]


@pytest.mark.parametrize("left", ["0", " 0", "0.0", "-3"])
def test_a_day_that_is_used_up_is_known_by_the_header(
    ghl: Ghl, hubspot: HubSpot, server: ScriptedServer, left: str
) -> None:
    """Where the body does not say."""
    server.answers("POST", "/contacts/upsert", Told(429, b"", {"x-ratelimit-daily-remaining": left}))
    server.answers("POST", CREATE, Told(429, b"", {"x-hubspot-ratelimit-daily-remaining": left}))
    for crm in (ghl, hubspot):
        with pytest.raises(QuotaExhaustedError):
            upsert(crm)


def test_a_contact_that_is_shown_as_deleted_is_not_there(ghl: Ghl, server: ScriptedServer) -> None:
    """Nothing is written into it."""
    gone = {"id": "known", "email": "a@acme.example", "customFields": [], "deleted": True}
    server.answers("GET", "/contacts/known", told({"contact": gone}))
    server.answers("GET", SEARCH, told({"contact": gone}))
    server.answers("POST", "/contacts/upsert", told({"new": True, "contact": {"id": "c1"}}))
    assert upsert(ghl, external_id="known") == Done("c1", {"action": "create_contact"})


def test_what_is_put_back_leaves_the_other_variables(instantly: Instantly, server: ScriptedServer) -> None:
    """An update names all custom variables of a lead, or those that it does not name are gone."""
    payload = {"icp_score": 50, "icp_tier": "Tier 2", "mine": "keep", "firstName": "Ann"}
    server.answers("GET", "/api/v2/leads/l", told({"id": "l", "payload": payload}))
    server.answers("PATCH", "/api/v2/leads/l", told({}))
    instantly.restore("l", {"title": "CEO", "icp_score": None, "icp_tier": "Tier 1"})
    (asked,) = server.asked_for("PATCH", "/api/v2/leads/l")
    variables = {"icp_score": "", "icp_tier": "Tier 1", "mine": "keep"}
    assert asked.json == {"job_title": "CEO", "custom_variables": variables}


def test_a_lead_that_is_gone_takes_nothing_back(instantly: Instantly, server: ScriptedServer) -> None:
    server.answers("GET", "/api/v2/leads/l", told({}, 404))
    with pytest.raises(GiveUpError, match="no such lead"):
        instantly.restore("l", {"title": "CEO"})


@pytest.mark.parametrize("answer", [Told(200, b""), Told(204, b""), Told(200, b"OK"), told({"id": 5})])
def test_what_is_done_needs_no_words(
    hubspot: HubSpot, ghl: Ghl, instantly: Instantly, server: ScriptedServer, answer: Told
) -> None:
    """An erasure is over with any success: nothing is read from its answer."""
    lead = "019ffad2-9c4e-7be6-8364-ed444afb02d5"
    server.answers("POST", READ, told({"results": [{"id": 101}]}), told({"results": []}))
    server.answers("GET", "/contacts/c", told({"contact": {"id": "c"}}), told({}, 404))
    server.answers("GET", f"/api/v2/leads/{lead}", told({"id": lead}), told({}, 404))
    server.answers("POST", f"{CONTACTS}/gdpr-delete", answer)
    server.answers("DELETE", "/contacts/c", answer)
    server.answers("DELETE", f"/api/v2/leads/{lead}", answer)
    for crm, record in ((hubspot, "101"), (ghl, "c"), (instantly, lead)):
        assert crm.forget(Identifiers(records={crm.target.value: (record,)})).removed == 1
    assert len(server.asked) == 9
