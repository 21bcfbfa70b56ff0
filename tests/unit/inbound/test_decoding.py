"""Deliveries become letters, and letters news; whatever else comes is put aside and raises nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alpha_swarm.domain.crm.news import Change, News, System, read_record_id
from alpha_swarm.errors import GiveUpError
from alpha_swarm.inbound import generic, ghl, hubspot, salesforce
from alpha_swarm.inbound.decoding import DECODERS
from alpha_swarm.inbound.pieces import UnfitDelivery
from tests.unit.inbound.deliveries import (
    MOMENT,
    ghl_event,
    hubspot_event,
    notification,
    outbound_message,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AT = datetime.fromtimestamp(MOMENT / 1000, UTC)
SPLITS: dict[System, Callable[[bytes], dict[str, bytes]]] = {
    System.HUBSPOT: hubspot.split,
    System.GHL: ghl.split,
    System.SALESFORCE: salesforce.split,
    System.GENERIC: lambda body: generic.split(body, "msg_1"),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def news(system: System, document: Any) -> Sequence[News]:
    """What a letter says."""
    return DECODERS[system](orjson.dumps(document))


def one(system: System, document: Any) -> News:
    """The same of a letter that says one thing."""
    (found,) = news(system, document)
    return found


def test_a_hubspot_delivery_becomes_a_letter_an_event_known_by_four_of_its_members() -> None:
    """The id alone is not unique, and a repetition counts its attempts."""
    events = [hubspot_event(1), hubspot_event(1, objectId=502), hubspot_event(1, attemptNumber=3)]
    pieces = hubspot.split(orjson.dumps(events))
    assert len(pieces) == 2
    assert set(pieces) == set(hubspot.split(orjson.dumps(events[::-1])))
    assert len(hubspot.split(orjson.dumps([hubspot_event(1, eventId=None), hubspot_event(2)]))) == 2
    assert hubspot.split(b"[]") == {}


@pytest.mark.parametrize(
    ("verb", "change"),
    [
        ("creation", Change.CHANGED),
        ("propertyChange", Change.CHANGED),
        ("restore", Change.CHANGED),
        ("deletion", Change.DELETED),
        ("privacyDeletion", Change.PRIVACY_DELETED),
    ],
)
def test_a_hubspot_event_names_a_record_and_proves_nothing_of_its_fields(verb: str, change: Change) -> None:
    """The one property that it carries is no contact."""
    right = News(record_id="501", change=change, at=AT)
    assert one(System.HUBSPOT, hubspot_event(subscriptionType=f"contact.{verb}")) == right
    newer = hubspot_event(subscriptionType=f"object.{verb}", objectTypeId="0-1")
    assert one(System.HUBSPOT, newer) == right


def test_a_merge_leaves_one_record() -> None:
    event = hubspot_event(
        subscriptionType="contact.merge", primaryObjectId=501, mergedObjectIds=[501, 502], newObjectId=700
    )
    found = {piece.record_id: piece.change for piece in news(System.HUBSPOT, event)}
    assert found == {"700": Change.CHANGED, "501": Change.DELETED, "502": Change.DELETED}
    kept = news(System.HUBSPOT, {**event, "newObjectId": None})
    assert {piece.record_id: piece.change for piece in kept} == {"501": Change.CHANGED, "502": Change.DELETED}


@pytest.mark.parametrize(
    "event",
    [
        hubspot_event(subscriptionType="company.creation"),
        hubspot_event(subscriptionType="object.creation", objectTypeId="0-2"),
        hubspot_event(subscriptionType="contact.associationChange"),
        hubspot_event(subscriptionType=""),
    ],
)
def test_what_is_not_about_contacts_says_nothing(event: dict[str, Any]) -> None:
    assert news(System.HUBSPOT, event) == ()


def test_a_ghl_event_carries_the_contact() -> None:
    found = one(System.GHL, ghl_event())
    assert (found.record_id, found.change, found.at) == ("nmFmQEsNgz6AVpgLVUJ0", Change.CHANGED, AT)
    assert found.fields == {
        "email": "ada@works.example",
        "first_name": "Ada",
        "last_name": "Example",
        "company_name": "Example Works",
        "company_domain": "works.example",
    }
    assert one(System.GHL, ghl_event(type="ContactDelete")).change is Change.DELETED
    assert news(System.GHL, ghl_event(type="NoteCreate")) == ()
    assert set(ghl.split(orjson.dumps(ghl_event()))) == {"w-1"}


@pytest.mark.parametrize(
    ("website", "field"),
    [
        ("https://linkedin.com/in/Ada-Example/", {"linkedin_url": "https://www.linkedin.com/in/ada-example"}),
        ("works.example", {"company_domain": "works.example"}),
        ("ask me", {}),
        ("", {}),
        (None, {}),
        (5, {}),
    ],
)
def test_a_website_is_a_profile_a_domain_or_nothing(website: object, field: dict[str, str]) -> None:
    """People write anything there, and a contact is not turned away for it."""
    found = one(System.GHL, ghl_event(website=website, companyName=None, firstName=" ", lastName=3))
    assert found.fields == {"email": "ada@works.example", **field}


def test_a_standard_webhook_carries_a_leads_fields() -> None:
    """In ``data``, else on top."""
    fields = {"email": "ada@works.example", "first_name": "Ada"}
    message = {"type": "contact.updated", "timestamp": "2026-11-22T09:59:00Z", "data": {**fields, "id": 7}}
    right = News(record_id="7", change=Change.CHANGED, at=AT, fields=fields)
    assert one(System.GENERIC, message) == right
    assert one(System.GENERIC, fields) == News(record_id=None, change=Change.CHANGED, at=None, fields=fields)
    assert one(System.GENERIC, {**message, "type": "contact.deleted"}).change is Change.DELETED
    assert set(generic.split(b"{}", "msg_1")) == {"msg_1"}


@pytest.mark.parametrize("prefix", ["sf", "ns7"])
def test_an_outbound_message_becomes_a_letter_a_notification_whatever_its_namespaces(prefix: str) -> None:
    """And the session that it carries goes no further."""
    chosen = {"Email": "ada@works.example", "LinkedIn_URL__c": "https://linkedin.com/in/ada-example"}
    sent = [notification(number, prefix=prefix, **chosen) for number in range(100)]
    pieces = salesforce.split(outbound_message(*sent, prefix=prefix))
    assert list(pieces) == [f"04l{number:015}" for number in range(100)]
    assert not any(b"a-live-session" in piece for piece in pieces.values())
    (found,) = salesforce.decode(pieces["04l" + "0" * 15])
    assert found.record_id == "003" + "0" * 15
    assert found.fields == {
        "email": "ada@works.example",
        "linkedin_url": "https://linkedin.com/in/ada-example",
    }
    account = salesforce.split(outbound_message(notification(1, "Account")))
    assert [salesforce.decode(piece) for piece in account.values()] == [()]


_BOMB = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l0;" * 9}">' for n in range(1, 9))


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{_BOMB}]><a>&l8;</a>'.encode(),
        b"<a>" * 100_000,
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"\xff\xfe\x00",
        b"<a>\x00</a>",
        b"",
        b"{}",
        outbound_message(),
    ],
)
def test_hostile_xml_is_no_delivery_and_nothing_of_it_is_kept(body: bytes) -> None:
    """No entity is resolved, no document type is read."""
    with pytest.raises(UnfitDelivery) as caught:
        salesforce.split(body)
    assert caught.value.pieces == {}


@pytest.mark.parametrize("system", [System.HUBSPOT, System.GHL, System.GENERIC])
@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"{", b"5", b"[" * 5000, b"[" * 900 + b"]" * 900, b'{"a":' * 500 + b"1" + b"}" * 500],
)
def test_what_is_no_json_object_is_kept_whole_for_a_person(system: System, body: bytes) -> None:
    """Also what is nested deeper than it can be written again."""
    with pytest.raises(UnfitDelivery) as caught:
        SPLITS[system](body)
    assert list(caught.value.pieces.values()) == [body]


def _verdict(system: System, body: bytes) -> None:
    try:
        found = DECODERS[system](body)
    except GiveUpError:
        return
    for piece in found:
        assert piece.record_id is None or read_record_id(piece.record_id)
        values = (piece.fields or {}).values()
        assert {type(value) for value in values} <= {str}
        assert all(values)


NAMES = (*hubspot_event(), *ghl_event(), "data", "id", "fields", "Id", "object", "Email", "objectTypeId")
WORDS = st.sampled_from(["contact.merge", "contact.creation", "ContactUpdate", "Lead", "0-1", "x.deleted"])


@pytest.mark.parametrize("system", System)
@given(document=JSON | st.dictionaries(st.sampled_from(NAMES), WORDS | JSON, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_json_is_news_or_put_aside(system: System, document: Any) -> None:
    """Nothing else is ever raised, and no id leads out of a path."""
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS) if _fits(document) else b"{}"
    _verdict(system, body)
    try:
        pieces = SPLITS[system](body)
    except UnfitDelivery as unfit:
        pieces = dict(unfit.pieces)
    for piece in pieces.values():
        _verdict(system, piece)


def _fits(document: Any) -> bool:
    try:
        orjson.dumps(document)
    except (orjson.JSONEncodeError, TypeError):
        return False
    return True


@given(body=st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_put_aside_or_news(body: bytes) -> None:
    for system, split in SPLITS.items():
        _verdict(system, body)
        try:
            split(body)
        except UnfitDelivery:
            continue


@pytest.mark.parametrize("value", ["../x", "..", "a/b", "a b", "", "x" * 201, None, True, 1.5, "é", 10**40])
def test_an_id_that_would_lead_out_of_a_path_is_none(value: object) -> None:
    assert read_record_id(value) is None


def test_what_an_event_of_ghl_without_a_time_says_is_not_believed() -> None:
    """It may be an old one: without fields the record is asked for."""
    (one,) = ghl.decode(orjson.dumps(ghl_event(timestamp=None)))
    assert (one.record_id, one.fields) == ("nmFmQEsNgz6AVpgLVUJ0", None)
