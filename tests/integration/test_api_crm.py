"""The CRMs' doors over HTTP: signed as each sender signs, stored before the answer, answered as it needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import orjson
import pytest
from sqlalchemy import text

from alpha_swarm.api.crm import answers
from alpha_swarm.domain.crm.news import System
from tests.integration.api_door import Door, open_door
from tests.unit.api import signing
from tests.unit.inbound.deliveries import ghl_event, hubspot_event, notification, outbound_message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

BASE = "https://leads.example"
SECRET = "salesforce-secret"
PATHS = {system: f"/webhooks/crm/{system.value}" for system in System}
SOAP = outbound_message(notification(1), notification(2))
MOST = 1 << 20


def variables(**more: str) -> dict[str, str]:
    """An installation that every sender knows."""
    return {
        "BASE_URL": BASE,
        "GHL_LOCATION_ID": signing.LOCATION,
        "CRM_WEBHOOK_SECRET_HUBSPOT": f"{signing.HUBSPOT_SECRET},previous",
        "CRM_WEBHOOK_SECRET_GHL": signing.public(),
        "CRM_WEBHOOK_SECRET_SALESFORCE": f"next,{SECRET}",
        "CRM_WEBHOOK_SECRET_GENERIC": signing.GENERIC_SECRET,
        **more,
    }


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    """Its door."""
    with open_door(tmp_path, **variables(DATABASE_URL=database_url)) as door:
        yield door


def delivery(system: System, number: int = 1) -> bytes:
    """One event of now."""
    if system is System.HUBSPOT:
        return orjson.dumps([hubspot_event(number)])
    if system is System.GHL:
        return orjson.dumps(ghl_event(timestamp=now().isoformat(), webhookId=f"w-{number}"))
    if system is System.SALESFORCE:
        return outbound_message(notification(number))
    return orjson.dumps({"type": "contact.created", "data": {"email": f"p{number}@works.example"}})


def now() -> datetime:
    """The time, which nobody can set for a running door."""
    return datetime.now(UTC)


def signed(system: System, body: bytes, at: datetime | None = None) -> dict[str, str]:
    """The sender's headers."""
    if system is System.HUBSPOT:
        return signing.hubspot(BASE + PATHS[system], body, at or now())
    if system is System.GHL:
        return signing.ghl(body)
    if system is System.SALESFORCE:
        return {"x-webhook-secret": SECRET}
    return signing.generic("msg_1", body, at or now())


def post(door: Door, system: System, body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """Deliver it, signed unless headers are given."""
    headers = signed(system, body) if headers is None else headers
    return door.call("POST", PATHS[system], data=body, headers=headers)


def acknowledged(answer: requests.Response) -> str:
    """What a Salesforce organisation reads of the answer."""
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    (ack,) = root.iter("{http://soap.sforce.com/2005/09/outbound}Ack")
    return ack.text or ""


@pytest.mark.parametrize("system", System)
def test_what_is_signed_is_stored_before_the_answer_and_once(door: Door, system: System) -> None:
    """A repetition is known by the sender's own keys, though its bytes differ."""
    body = delivery(system)
    for again in (body, body, body.replace(b'"attemptNumber":0', b'"attemptNumber":4')):
        assert post(door, system, again).status_code == 200
    assert len(door.letters()) == 1
    with door.app.ledger.begin() as tx:
        assert [letter.source for letter in tx.inbox.take(9, [system.inbox])] == [f"crm:{system.value}"]


@pytest.mark.parametrize("system", System)
def test_whoever_is_refused_is_not_told_why_and_leaves_nothing(door: Door, system: System) -> None:
    """Unsigned, signed by another, tampered with, or long ago: one answer for all."""
    body = delivery(system)
    right = signed(system, body)
    attempts = [
        (body, {}),
        (body, {**right, **dict.fromkeys(right, "wrong")}),
        (body, {"Authorization": f"Bearer {SECRET}"} if system is not System.SALESFORCE else {}),
    ]
    if system is not System.SALESFORCE:
        attempts.append((body.replace(b"a", b"b"), right))
    if system in {System.HUBSPOT, System.GENERIC}:
        attempts.append((body, signed(system, body, now() - timedelta(minutes=6))))
        attempts.append((body, signed(system, body, now() + timedelta(minutes=6))))
    if system is System.GHL:
        old = orjson.dumps(ghl_event(timestamp=(now() - timedelta(hours=3)).isoformat()))
        attempts.append((old, signing.ghl(old)))
    found = {post(door, system, sent, headers).content for sent, headers in attempts}
    assert found == {b'{"error":{"code":"unauthorized","message":"not accepted"}}'}
    assert [post(door, system, sent, headers).status_code for sent, headers in attempts] == [401] * len(
        attempts
    )
    assert door.letters() == []


def test_a_secret_in_the_path_opens_salesforces_door_alone(door: Door) -> None:
    """Either secret, and nothing like it; the other doors have no such path."""
    for secret in ("next", SECRET):
        assert acknowledged(door.call("POST", f"{PATHS[System.SALESFORCE]}/{secret}", data=SOAP, headers={}))
    assert len(door.letters()) == 2
    wrong = door.call("POST", f"{PATHS[System.SALESFORCE]}/nexT", data=SOAP, headers={})
    assert wrong.status_code == 401
    hubspot = door.call("POST", f"{PATHS[System.HUBSPOT]}/{signing.HUBSPOT_SECRET}", data=b"[]", headers={})
    assert hubspot.status_code == 404


def test_hubspot_is_known_behind_a_proxy_by_our_public_address(door: Door) -> None:
    """With a query as well; the address that the request itself knows is of no use."""
    path, body = PATHS[System.HUBSPOT], delivery(System.HUBSPOT)
    right = signing.hubspot(f"{BASE}{path}?portal=1&to=@me", body, now())
    assert door.call("POST", f"{path}?portal=1&to=%40me", data=body, headers=right).status_code == 200
    inner = signing.hubspot(f"{door.url}{path}", body, now())
    assert door.call("POST", path, data=body, headers=inner).status_code == 401


@pytest.mark.parametrize("system", System)
def test_without_configuration_nobody_comes_in(tmp_path: Path, system: System) -> None:
    """Not even signed by a sender's real key."""
    with open_door(tmp_path) as door:
        body = delivery(system)
        assert post(door, system, body).status_code == 401
        assert door.letters() == []


@pytest.mark.parametrize("system", System)
def test_what_cannot_be_stored_is_sent_again_by_its_sender(
    door: Door, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GoHighLevel repeats on 429 alone, Salesforce without a yes; HubSpot hangs up after five seconds."""
    assert answers.SECONDS < 5
    monkeypatch.setattr(answers, "SECONDS", 0.2)
    body = delivery(system)
    with door.app.ledger.begin() as tx:  # the only writer of SQLite
        if tx.session.row_locks:
            tx.session.run(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        answer = post(door, system, body)
    if system is System.SALESFORCE:
        assert acknowledged(answer) == "false"
    else:
        assert answer.status_code == (429 if system is System.GHL else 503)
        assert int(answer.headers["retry-after"]) > 0
    assert post(door, system, body).status_code == 200
    assert len(door.letters()) == 1


def test_a_fault_of_our_own_loses_no_event_of_ghl(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 500 would be its end."""

    def broken(_sent: Any) -> Any:
        raise KeyError("a fault")

    monkeypatch.setattr("alpha_swarm.inbound.ghl.split", broken)
    assert post(door, System.GHL, delivery(System.GHL)).status_code == 429


@pytest.mark.parametrize("system", System)
def test_a_body_of_ten_megabytes_is_not_read(door: Door, system: System) -> None:
    body = b" " * (10 << 20)
    assert post(door, system, body, {}).status_code == 413
    assert post(door, system, b"x" * (MOST + 1), {}).status_code == 413
    assert door.letters() == []


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 300 + b"1" + b"}" * 300, b"7"]
)
def test_signed_nonsense_is_kept_for_a_person_and_harms_nothing_behind_it(door: Door, body: bytes) -> None:
    """Red for the sender, and put aside when it is read."""
    assert post(door, System.HUBSPOT, body).status_code == 400
    assert post(door, System.GHL, body).status_code == 401, "it names no time and no location"
    assert post(door, System.GENERIC, delivery(System.GENERIC)).status_code == 200
    door.app.read_inbox()
    assert (door.letters(), door.leads()) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>',
        b"not XML",
        b"",
    ],
)
def test_hostile_xml_is_not_acknowledged_and_not_kept(door: Door, body: bytes) -> None:
    """Its sender keeps it, where somebody sees it."""
    assert acknowledged(post(door, System.SALESFORCE, body)) == "false"
    assert door.letters() == []


def test_an_outbound_message_is_acknowledged_and_its_session_kept_nowhere(door: Door) -> None:
    assert acknowledged(post(door, System.SALESFORCE, SOAP)) == "true"
    assert len(door.letters()) == 2
    assert not any(b"a-live-session" in letter for letter in door.letters())


def test_an_event_with_half_an_emoji_is_no_nonsense(door: Door) -> None:
    """JavaScript writes a text so that was cut; the event would never come again."""
    body = delivery(System.GHL).replace(b'"firstName":"', b'"firstName":"\\ud83d')
    assert b"ud83d" in body
    assert post(door, System.GHL, body).status_code == 200
    door.app.read_inbox()
    assert door.leads() == 1


def test_what_came_in_becomes_a_lead(door: Door) -> None:
    """From the door to the ledger, each event once."""
    for _ in range(3):
        post(door, System.GHL, delivery(System.GHL))
        post(door, System.GENERIC, delivery(System.GENERIC))
        door.app.read_inbox()
    assert door.leads() == 2
