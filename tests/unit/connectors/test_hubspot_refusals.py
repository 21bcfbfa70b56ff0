"""Refusals of HubSpot in other words: without a category, without a name, by another status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import RateLimitedError, WrongAddressError
from alpha_swarm.ports.crm import Contact
from tests.scripted_server import ScriptedServer, Told, told
from tests.upserting import upserted

if TYPE_CHECKING:
    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.domain.calls.effect import Outcome

CONTACTS = "/crm/objects/2026-03/contacts"
READ, CREATE, UPDATE = (f"{CONTACTS}/batch/{act}" for act in ("read", "create", "update"))


def contact(crm: HubSpot, lead_id: str = "a", **payload: Any) -> Contact:
    """One with an e-mail."""
    fields = crm.fields({"email": f"{lead_id}@acme.example", **payload})
    return Contact(lead_id=lead_id, fields=fields, priority=Priority.BULK)


def upsert(crm: HubSpot, **more: Any) -> Outcome:
    """Write one."""
    return upserted(crm, [contact(crm, **more)])["a"]


def said(message: str, **more: Any) -> dict[str, Any]:
    """A refusal without a category."""
    return {"status": "error", "message": message, "correlationId": "c-1", **more}


def test_a_conflict_without_a_category_is_one_all_the_same(hubspot: HubSpot, server: ScriptedServer) -> None:
    """By the status of the answer, and by what the message says of one record."""
    standing = {"id": "101", "properties": {"email": "a@acme.example"}}
    refusals = [
        told(said("Contact already exists."), 409),
        told({"results": [], "errors": [said("Contact already exists. Existing ID: 101")]}, 207),
    ]
    for refusal in refusals:
        server.answers("POST", READ, *[told({"results": []})] * 2, told({"results": [standing]}))
        server.answers("POST", CREATE, refusal)
        server.answers("POST", UPDATE, told({"results": [{"id": "101"}]}))
        assert upsert(hubspot, icp_tier="tier_1") == Done("101", {"action": "update_contact"})


def test_the_only_error_without_a_name_is_about_the_only_one_left(
    hubspot: HubSpot, server: ScriptedServer
) -> None:
    """The others are in; of two such errors nobody can say whose they are."""
    error = {"category": "VALIDATION_ERROR", "message": '[{"error":"INVALID_EMAIL","name":"email"}]'}
    results = [{"id": f"1{lead_id}", "objectWriteTraceId": lead_id} for lead_id in "ab"]
    server.answers("POST", CREATE, told({"results": results, "errors": [error]}, 207))
    outcomes = upserted(hubspot, [contact(hubspot, lead_id) for lead_id in "abc"])
    assert outcomes["c"] == Refused(
        "invalid_input", "hubspot refused it: VALIDATION_ERROR, INVALID_EMAIL, email"
    )
    assert [type(outcomes[lead_id]) for lead_id in "ab"] == [Done, Done]
    server.answers("POST", CREATE, told({"results": results[:1], "errors": [error, error]}, 207))
    outcomes = upserted(hubspot, [contact(hubspot, lead_id) for lead_id in "abc"])
    assert [type(outcomes[lead_id]) for lead_id in "abc"] == [Done, Again, Again]


@pytest.mark.parametrize(
    "context", [{"objectWriteTraceId": "b"}, {"ids": ["b@acme.example"]}, {"id": "b@acme.example"}]
)
def test_an_error_names_its_record_in_several_ways(
    hubspot: HubSpot, server: ScriptedServer, context: dict[str, Any]
) -> None:
    """By the trace, or by what tells the record from others, alone or in a list."""
    error = {"category": "VALIDATION_ERROR", "context": context}
    server.answers("POST", CREATE, told({"results": [], "errors": [error]}, 207))
    outcomes = upserted(hubspot, [contact(hubspot, lead_id) for lead_id in "abc"])
    assert [type(outcomes[lead_id]) for lead_id in "abc"] == [Again, Refused, Again]


def test_a_portal_that_is_busy_refuses_nobody_for_good(hubspot: HubSpot, server: ScriptedServer) -> None:
    """Locked by a large import, or on its way to another data centre."""
    moving = Told(477, b"", {"Retry-After": "900"})
    server.answers("POST", READ, told({"status": "error"}, 423), moving)
    assert isinstance(upsert(hubspot), Again)
    with pytest.raises(RateLimitedError) as limited:
        upsert(hubspot)
    assert limited.value.after == 900


def test_a_created_contact_is_known_by_its_email_in_any_case(
    hubspot: HubSpot, server: ScriptedServer
) -> None:
    """Where the answer shows neither the trace nor the lead's id."""
    server.answers(
        "POST", CREATE, told({"results": [{"id": 7, "properties": {"email": "A@Acme.Example"}}]}, 201)
    )
    assert upsert(hubspot) == Done("7", {"action": "create_contact"})


def test_a_contact_that_is_gone_may_be_told_without_a_category(
    hubspot: HubSpot, server: ScriptedServer
) -> None:
    """A page that is nowhere is something else: nobody is erased by it."""
    who = Identifiers(records={"hubspot": ("101",)})
    server.answers("POST", READ, told({"results": []}))
    server.answers("POST", f"{CONTACTS}/gdpr-delete", told(said("resource not found"), 404))
    assert hubspot.forget(who) == Receipt(removed=0)
    for nowhere in (Told(404, b"<html>"), told([], 404), told({"detail": "Not Found"}, 404)):
        server.answers("POST", f"{CONTACTS}/gdpr-delete", nowhere)
        with pytest.raises(WrongAddressError):
            hubspot.forget(who)
