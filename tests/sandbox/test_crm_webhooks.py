"""The imitated CRMs tell of their contacts as the vendors do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import defusedxml.ElementTree
import pytest
import requests
from cryptography.hazmat.primitives.serialization import load_der_public_key

from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.offices import GhlOffice, HubSpotOffice, SalesforceOffice
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.offices import Office

EMAIL = {"email": "ada@works.example"}
SURE = {"doubled": 0, "reordered": 0}


class Doorman:
    """Takes what is delivered; the answers that were ordered first, then 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []


@contextmanager
def doorman() -> Iterator[Doorman]:
    """On a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(one.answers.pop(0) if one.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """In silence."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        one = Doorman(f"http://127.0.0.1:{server.server_port}/door")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield one
        server.shutdown()
        thread.join()


@pytest.fixture
def url() -> Iterator[str]:
    """A sandbox that repeats for a moment."""
    with running(SandboxSettings(limits=False, webhook_retry_seconds=2.0)) as url:
        yield url


def admin(url: str, method: str, path: str = "", body: Any = None) -> Any:
    """Ask the sandbox."""
    with requests.Session() as session:
        answer = session.request(method, f"{url}/_sandbox/crm_webhooks{path}", json=body, timeout=60)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def delivered(url: str) -> bool:
    """Whether nothing is under way."""
    return bool(admin(url, "GET")["under_way"] == 0)


def worked(url: str, office: Office) -> list[str]:
    """A contact is entered, edited twice with the same, and removed."""
    (key,) = office.enter([EMAIL])
    wait_until(lambda: delivered(url))
    for _ in range(2):
        office.edit(key, first_name="Ada")
        wait_until(lambda: delivered(url))
    office.delete(key)
    wait_until(lambda: delivered(url))
    return [key]


def test_hubspot_tells_what_changed_and_signs_by_version_3(url: str) -> None:
    """A write that changes nothing is not told."""
    with doorman() as door:
        order = {"url": door.url, "secret": "s3", "signed_url": "https://leads.example/door", **SURE}
        admin(url, "POST", "/hubspot", order)
        (key,) = worked(url, HubSpotOffice(url))
    events = [event for _, body in door.taken for event in json.loads(body)]
    kinds = [event["subscriptionType"] for event in events]
    assert kinds == ["contact.creation", "contact.propertyChange", "contact.deletion"]
    assert {event["objectId"] for event in events} == {int(key)}
    for headers, body in door.taken:
        text = b"POSThttps://leads.example/door" + body + headers["x-hubspot-request-timestamp"].encode()
        digest = hmac.new(b"s3", text, hashlib.sha256).digest()
        assert headers["x-hubspot-signature-v3"] == base64.b64encode(digest).decode()


def test_ghl_tells_the_whole_contact_and_signs_by_its_key(url: str) -> None:
    with doorman() as door:
        admin(url, "POST", "/ghl", {"url": door.url, **SURE})
        key = load_der_public_key(base64.b64decode(admin(url, "GET")["ghl_public_key"]))
        (contact,) = worked(url, GhlOffice(url, "location"))
    events = [json.loads(body) for _, body in door.taken]
    kinds = [event["type"] for event in events]
    assert kinds == ["ContactCreate", "ContactUpdate", "ContactUpdate", "ContactDelete"]
    told = {(event["id"], event["locationId"], event["email"]) for event in events}
    assert told == {(contact, "location", EMAIL["email"])}
    assert len({event["webhookId"] for event in events}) == 4
    for headers, body in door.taken:
        key.verify(base64.b64decode(headers["x-ghl-signature"]), body)  # type: ignore[union-attr, call-arg]


def test_salesforce_tells_ids_and_nothing_of_deletions(url: str) -> None:
    with doorman() as door:
        admin(url, "POST", "/salesforce", {"url": door.url, **SURE})
        (key,) = worked(url, SalesforceOffice(url))
    messages = [defusedxml.ElementTree.fromstring(body) for _, body in door.taken]
    told = [[one.text for one in message.iter() if one.tag.endswith("}Id")] for message in messages]
    assert len(told) == 3
    assert {record for _, record in told} == {key}


@pytest.mark.parametrize(
    ("system", "status", "times"),
    [("ghl", 429, 2), ("ghl", 500, 1), ("hubspot", 503, 2), ("hubspot", 401, 1)],
)
def test_each_repeats_after_the_answers_that_it_repeats_after(
    url: str, system: str, status: int, times: int
) -> None:
    office: Office = GhlOffice(url, "location") if system == "ghl" else HubSpotOffice(url)
    with doorman() as door:
        door.answers = [status]
        admin(url, "POST", f"/{system}", {"url": door.url, **SURE})
        office.enter([EMAIL])
        wait_until(lambda: delivered(url))
        assert len(door.taken) == times


def test_deliveries_are_doubled_and_lost_as_ordered(url: str) -> None:
    office = GhlOffice(url, "location")
    people = [{"email": f"p{number}@works.example"} for number in range(10)]
    with doorman() as door:
        for share, entered in (("doubled", people), ("lost", [{"email": "lost@works.example"}])):
            admin(url, "POST", "/ghl", {"url": door.url, "reorder_seconds": 0.05, share: 1})
            office.enter(entered)
            wait_until(lambda: delivered(url))
            assert len(door.taken) == 2 * len(people)
        admin(url, "DELETE", "/ghl")
        office.enter([{"email": "nobody@works.example"}])
        assert delivered(url)
        assert len(door.taken) == 20


@pytest.mark.parametrize(("path", "order", "status"), [("/fax", {"url": "http://a"}, 404), ("/ghl", {}, 400)])
def test_what_cannot_be_told_is_refused(url: str, path: str, order: dict[str, str], status: int) -> None:
    with pytest.raises(requests.HTTPError) as refused:
        admin(url, "POST", path, order)
    assert refused.value.response.status_code == status
