"""The HTTP door: who is refused, what comes out of it, how long it waits, and what is counted."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import structlog
from starlette.routing import Route

from alpha_swarm.api import bodies, headings, server
from alpha_swarm.api.refusals import Bursts
from tests.integration.api_door import (
    AUTHORIZED,
    CLAY,
    LEAD,
    OLD_SECRET,
    SECRET,
    Door,
    open_door,
    served_by,
)
from tests.integration.test_api_crm import variables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PINGS = "/webhooks/clay/routines"
#: Nested beyond what any reader of JSON follows, and what no reader of XML ends.
BREAKS_PARSERS = (b"[" * 10_000, b"\xff\xfe{", b'<!DOCTYPE a [<!ENTITY b "c">]>' + b"<a>" * 4000)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """One where every sender is configured."""
    given = variables(CLAY_ROUTINE_WEBHOOK_SECRET="new-ping,old-ping", SLACK_SIGNING_SECRET="slack")
    with open_door(tmp_path, **given) as door:
        yield door


def webhooks(door: Door) -> set[str]:
    """The paths of all webhooks."""
    found = {route.path for route in door.api.router.routes if isinstance(route, Route)}
    return {path.replace("{secret}", "guessed") for path in found if path.startswith("/webhooks/")}


@pytest.mark.parametrize("body", BREAKS_PARSERS, ids=["deep", "no text", "xml"])
def test_who_is_refused_is_refused_whatever_the_body(door: Door, body: bytes) -> None:
    """Each webhook looks at the secret or signature over the raw bytes; what it says comes after."""
    assert len(webhooks(door)) == 8
    for path in webhooks(door):
        answer = door.call("POST", path, data=body, headers={"X-Webhook-Secret": "wrong"})
        assert answer.status_code == 401, path
    assert door.letters() == []


def test_a_compressed_body_is_never_blown_up(door: Door) -> None:
    """A gigabyte of blanks is a megabyte of gzip; it is taken for what it is, and is no JSON."""
    bomb = gzip.compress(b" " * (64 << 20))
    headers = {**AUTHORIZED, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert door.call("POST", "/leads", data=bomb, headers=headers).status_code == 400
    headers = {"X-Webhook-Secret": SECRET, "Content-Encoding": "gzip"}
    assert door.call("POST", CLAY, data=bomb, headers=headers).status_code == 400
    assert door.letters() == [bomb]


@pytest.mark.parametrize(("path", "headers"), [("/leads", AUTHORIZED), (CLAY, {"X-Webhook-Secret": SECRET})])
def test_a_body_that_does_not_come_is_408(
    door: Door, monkeypatch: pytest.MonkeyPatch, path: str, headers: dict[str, str]
) -> None:
    """Whoever trickles holds no request for ever, and leaves nothing."""
    monkeypatch.setattr(bodies, "SECONDS", 0.1)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST {path} HTTP/1.1\r\nHost: here\r\n{lines}Content-Length: 100\r\n\r\n{{"
    assert spoken(door.url, request.encode()).startswith(b"HTTP/1.1 408")
    assert (door.leads(), door.letters()) == (0, [])


def spoken(url: str, request: bytes) -> bytes:
    """Everything that the door answers until it hangs up."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60) as connection:
        connection.sendall(request)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    return bytes(answer)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health/live HTTP/1.1\r\nHost: here\r\nX-Slow: ", b"408"),
        (b"", b"408"),
        (b"GET /" + b"a" * 80_000, b"431"),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"x%d: y\r\n" % n for n in range(10_000)), b"431"),
    ],
    ids=["slow headers", "silence", "an endless address", "endless headers"],
)
def test_a_heading_has_an_end(
    door: Door, monkeypatch: pytest.MonkeyPatch, request_: bytes, status: bytes
) -> None:
    """In length and in time; the server alone bounds neither."""
    monkeypatch.setattr(headings, "SECONDS", 0.2)
    with bounded(door) as url:
        assert spoken(url, request_).startswith(b"HTTP/1.1 " + status)


def test_requests_on_one_connection_have_bounds_of_their_own(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty requests are no long heading, and a long body is none either."""
    monkeypatch.setattr(headings, "MOST_BYTES", 2000)
    one = b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n" * 40
    long = b"POST /leads HTTP/1.1\r\nHost: here\r\nContent-Length: 50000\r\n\r\n" + b" " * 50_000
    last = b"GET /health/live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    with bounded(door) as url:
        answers = spoken(url, one + long + last)
    assert (answers.count(b"HTTP/1.1 200"), answers.count(b"HTTP/1.1 401")) == (41, 1)


def bounded(door: Door) -> Any:
    """The door, served by the server as it is configured for everybody."""
    return served_by(server._config(door.api))


@pytest.mark.parametrize("secret", ["new-ping", "old-ping"])
def test_a_secret_may_be_replaced_while_both_are_taken(door: Door, secret: str) -> None:
    """Of Clay's pings as of every other sender."""
    body = b'{"type": "routine.run.completed", "data": {"run_id": "run_1"}}'
    assert door.call("POST", PINGS, data=body, headers=ping(secret, body)).status_code == 202


def test_a_secret_that_was_taken_out_is_refused(tmp_path: Path) -> None:
    """Both doors of Clay."""
    with open_door(tmp_path, CLAY_WEBHOOK_SECRET=SECRET, CLAY_ROUTINE_WEBHOOK_SECRET="new-ping") as door:
        old = door.call("POST", CLAY, data=b"{}", headers={"X-Webhook-Secret": OLD_SECRET})
        assert old.status_code == 401
        assert door.call("POST", PINGS, data=b"{}", headers=ping("old-ping", b"{}")).status_code == 401


def ping(secret: str, body: bytes) -> dict[str, str]:
    """As Clay signs."""
    return {"X-Clay-Signature": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_a_fault_of_our_own_shows_nothing_of_itself(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every route: one shape, a number to find it in the log by, no trace and no text of the error."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError("mara@works.example in /opt/alpha-swarm")

    for name in ("begin", "read"):
        monkeypatch.setattr(door.app.ledger, name, fail)
    monkeypatch.setattr(type(door.app), "status", fail)
    asked = [
        ("POST", "/leads", AUTHORIZED),
        ("GET", "/leads/01J0000000000000000000000Z", AUTHORIZED),
        ("POST", CLAY, {"X-Webhook-Secret": SECRET}),
        ("GET", "/health", {}),
        ("GET", "/health/ready", {}),
        ("GET", "/metrics", {}),
    ]
    for method, path, headers in asked:
        answer = door.call(method, path, headers=headers, **({"json": LEAD} if method == "POST" else {}))
        assert answer.status_code in {500, 503}, path
        assert set(answer.json()) == {"error"}
        for shown in ("mara", "/opt", "ValueError", "Traceback", ".py"):
            assert shown not in answer.text, (path, shown)


def test_the_number_of_a_fault_stands_in_the_log(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the kind of error, and without its text."""
    monkeypatch.setattr(door.app.ledger, "read", lambda: 1 / 0)
    with structlog.testing.capture_logs() as lines:
        message = door.call("GET", "/leads/01J0000000000000000000000Z").json()["error"]["message"]
    (line,) = [one for one in lines if one["event"] == "request_failed"]
    assert message.endswith(line["incident"])
    assert line["error"] == "ZeroDivisionError"


def refusals(door: Door) -> dict[str, float]:
    """Variable → how many were turned away, as Prometheus reads it."""
    start = 'alpha_swarm_refused_requests_total{variable="'
    text = door.call("GET", "/metrics", headers={}).text
    lines = [line.removeprefix(start) for line in text.splitlines() if line.startswith(start)]
    return {name: float(count) for name, _, count in (line.partition('"} ') for line in lines)}


def test_whoever_is_turned_away_is_counted_by_what_was_lacking(door: Door) -> None:
    """Each door by its own variable, and nothing of the request."""
    before = refusals(door)
    for path in (*webhooks(door), "/leads"):
        door.call("POST", path, data=b"{}", headers={"X-Webhook-Secret": "guessed-secret"})
    after = refusals(door)
    risen = {name: after[name] - before.get(name, 0.0) for name in after}
    assert {name: count for name, count in risen.items() if count} == {
        "API_KEYS": 1,
        "CLAY_WEBHOOK_SECRET": 1,
        "CLAY_ROUTINE_WEBHOOK_SECRET": 1,
        "CRM_WEBHOOK_SECRET_HUBSPOT": 1,
        "CRM_WEBHOOK_SECRET_GHL": 1,
        "CRM_WEBHOOK_SECRET_SALESFORCE": 2,
        "CRM_WEBHOOK_SECRET_GENERIC": 1,
        "SLACK_SIGNING_SECRET": 1,
    }
    assert "guessed" not in door.call("GET", "/metrics", headers={}).text


def test_a_flood_of_refusals_is_a_line_a_minute() -> None:
    """The first is told at once, those within the minute after it together."""
    bursts = Bursts()
    told = [bursts.count("API_KEYS", at / 10) for at in range(1300)]
    assert [(at, times) for at, times in enumerate(told) if times] == [(0, 1), (600, 600), (1200, 600)]
    assert bursts.count("CLAY_WEBHOOK_SECRET", 0.0) == 1


def test_nothing_that_is_ours_to_say_can_be_set_from_outside(door: Door) -> None:
    """State, score, money and ids of a lead are none of its members."""
    claimed = {
        "state": "synced",
        "lead_id": "01J0000000000000000000000Z",
        "icp_score": 100,
        "icp_tier": "tier_1",
        "credits_used": 99,
        "generation": 7,
        "fence": 1,
        "status": "completed",
        "row_id": "row_1",
    }
    lead_id = door.post({**LEAD, **claimed}).json()["accepted"][0]["lead_id"]
    shown = door.call("GET", f"/leads/{lead_id}").json()
    assert lead_id != claimed["lead_id"]
    assert (shown["state"], shown["icp_score"], shown["icp_tier"]) == ("received", None, None)
    with door.app.ledger.read() as tx:
        lead = tx.leads.load([lead_id])[lead_id]
    assert (lead.generation, lead.row_id) == (1, None)


def test_a_forged_callback_is_put_aside_and_told(tmp_path: Path) -> None:
    """Whoever knows the secret of all rows knows the token of none."""
    row = {"request_id": "01KAM0Q8Z5V8C3W6N7Q2R9T0AB.1", "callback_token": "guessed", "email_work": "a@b.co"}
    with open_door(tmp_path, CLAY_TRANSPORT="webhook") as door:
        assert door.call("POST", CLAY, json=row, headers={"X-Webhook-Secret": SECRET}).status_code == 202
        with structlog.testing.capture_logs() as lines:
            door.app.read_inbox()
        assert door.letters() == []
    (line,) = [one for one in lines if one["event"] == "callback_forged"]
    assert (line["log_level"], "a@b.co" in str(line)) == ("warning", False)
