"""Keys, webhooks, health, metrics, and what is shown to whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from starlette.routing import Route

from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.errors import RetryLaterError
from tests.integration.api_door import AUTHORIZED, CLAY, KEY, LEAD, OLD_SECRET, SECRET, Door, open_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Routes that anybody may ask; all others need a key.
OPEN = {
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A new installation's door."""
    with open_door(tmp_path) as door:
        yield door


def routes(door: Door) -> list[tuple[str, str]]:
    """Every method and path that the door answers."""
    found = [
        (method, route.path.replace("{lead_id}", "01J0000000000000000000000Z"))
        for route in door.api.router.routes
        for method in sorted(getattr(route, "methods", None) or ())
        if isinstance(route, Route)
    ]
    documented = [
        (method.upper(), path) for path, item in door.api.openapi()["paths"].items() for method in item
    ]
    return found + [(method, path.replace("{lead_id}", "1")) for method, path in documented]


def test_every_route_that_is_not_open_needs_a_key(door: Door) -> None:
    """None, a wrong one, a wrong scheme: 401 each, with the remedy and the one shape."""
    closed = [(method, path) for method, path in routes(door) if path not in OPEN]
    assert {path.split("/")[1] for _, path in closed} == {"leads", "webhooks"}
    wrong: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {KEY}"},
        {"X-Webhook-Secret": "wrong", **AUTHORIZED},
        {"Authorization": "Bearer \u00e9"},
    ]
    for method, path in closed:
        for headers in wrong if method == "POST" and path == CLAY else wrong[:3]:
            encoded = {name: value.encode("latin-1") for name, value in headers.items()}
            answer = door.call(method, path, headers=encoded, data=b"{" * 10)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized"), (
                method,
                path,
            )


def test_without_configured_keys_nobody_comes_in(tmp_path: Path) -> None:
    """Not even with an empty key."""
    with open_door(tmp_path, API_KEYS="", CLAY_WEBHOOK_SECRET="") as door:
        for headers in (
            {},
            {"Authorization": "Bearer "},
            {"Authorization": "Bearer"},
            {"X-Webhook-Secret": ""},
        ):
            assert door.call("POST", "/leads", json=LEAD, headers=headers).status_code == 401
            assert door.call("POST", CLAY, data=b"{}", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Webhook-Secret": SECRET},
        {"X-Webhook-Secret": OLD_SECRET},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_a_webhook_is_stored_as_it_came(door: Door, headers: dict[str, str]) -> None:
    """To the byte: it is read later."""
    answer = door.call("POST", CLAY, data=b'{ "n":1, "webhook": "x" }', headers=headers)
    assert (answer.status_code, answer.json()) == (202, {"ok": True})
    assert door.letters() == [b'{ "n":1, "webhook": "x" }']


@pytest.mark.parametrize("body", [b"not json \xff", b"", b'{"title": "the "boss""}'])
def test_what_is_no_json_is_kept_and_refused(door: Door, body: bytes) -> None:
    """Whoever sent it sees that something is wrong, and nothing is lost."""
    answer = door.call("POST", CLAY, data=body, headers={"X-Webhook-Secret": SECRET})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_json")
    assert door.letters() == [body]


@pytest.mark.parametrize("name", ["webhookSecret", "webhook_secret", "Webhook Secret"])
@pytest.mark.parametrize("headers", [{}, {"X-Webhook-Secret": SECRET}])
def test_a_secret_in_the_body_opens_the_door_and_is_never_stored(
    door: Door, name: str, headers: dict[str, str]
) -> None:
    """Where no header can be set, and also beside one."""
    answer = door.call("POST", CLAY, json={"n": 1, name: OLD_SECRET}, headers=headers)
    assert answer.status_code == 202
    assert door.letters() == [b'{"n":1}']


@pytest.mark.parametrize(
    "body", [{"webhookSecret": "wrong"}, {"webhookSecret": None}, [{"webhookSecret": SECRET}], {}]
)
def test_a_wrong_secret_in_the_body_opens_nothing(door: Door, body: object) -> None:
    """Nor does a right one beside a wrong header."""
    assert door.call("POST", CLAY, json=body, headers={}).status_code == 401
    wrong = {"X-Webhook-Secret": "wrong"}
    assert door.call("POST", CLAY, json={"webhookSecret": SECRET}, headers=wrong).status_code == 401
    assert door.letters() == []


def test_a_webhook_without_the_secret_is_not_stored(door: Door) -> None:
    """Nor is the key of the other door good for it."""
    assert door.call("POST", CLAY, data=b"{}", headers=AUTHORIZED).status_code == 401
    assert door.letters() == []


def test_a_webhook_over_1_mib_is_413(door: Door) -> None:
    """And is not stored."""
    answer = door.call("POST", CLAY, data=b" " * ((1 << 20) + 1), headers={"X-Webhook-Secret": SECRET})
    assert answer.status_code == 413
    assert door.letters() == []


def test_many_webhooks_at_once_are_all_stored(door: Door) -> None:
    """Each has its own place in the inbox before it is answered."""
    bodies = [f'{{"n": {number}}}'.encode() for number in range(200)]
    headers = {"X-Webhook-Secret": SECRET}
    with ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(door.call, "POST", CLAY, data=body, headers=headers) for body in bodies]
    answers = [one.result().status_code for one in sent]
    assert set(answers) == {202}
    assert sorted(door.letters()) == sorted(bodies)


def test_a_busy_ledger_is_503_with_the_time_to_come_back(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """For both doors; nothing is taken in, and afterwards the same goes through."""

    def busy() -> None:
        raise RetryLaterError("busy", 2.5)

    with monkeypatch.context() as patch:
        patch.setattr(door.app.ledger, "begin", busy)
        answers = [
            door.post(LEAD),
            door.call("POST", CLAY, data=b"{}", headers={"X-Webhook-Secret": SECRET}),
        ]
        assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(503, "3")] * 2
        assert door.call("GET", "/health/ready").status_code == 503
    assert (door.leads(), door.letters()) == (0, [])
    assert door.post(LEAD).status_code == 202


def test_health_has_no_detail_without_a_key(door: Door) -> None:
    """With a key it has reasons and details."""
    plain = door.call("GET", "/health", headers={})
    assert set(plain.json()) == {"status"}
    full = door.call("GET", "/health").json()
    assert set(full) == {"status", "reasons", "details"}
    assert set(full["details"]) == {"api", "circuitBreaker", "dlqSize"}
    assert door.call("GET", "/health/live", headers={}).status_code == 200
    assert door.call("GET", "/health/ready", headers={}).status_code == 200


def test_metrics_count_leads_by_state(door: Door) -> None:
    """In Prometheus' text format, without personal data."""
    door.post(LEAD)
    text = door.call("GET", "/metrics", headers={}).text
    assert 'alpha_swarm_leads{state="received"} 1.0' in text
    assert "alpha_swarm_balanced 1.0" in text
    assert "mara" not in text.lower()


def test_metrics_show_how_each_breaker_stands(door: Door) -> None:
    """One gauge for each state; a target that is left alone counts as open, also without Redis."""
    door.app.pause("clay", 60.0)
    text = door.call("GET", "/metrics", headers={}).text
    shown = {state: f'alpha_swarm_breaker{{state="{state}",target="clay"}}' for state in BreakerState}
    assert f"{shown[BreakerState.OPEN]} 1.0" in text
    assert f"{shown[BreakerState.CLOSED]} 0.0" in text
    assert f"{shown[BreakerState.HALF_OPEN]} 0.0" in text


def test_the_documents_are_shown_in_the_sandbox_alone(tmp_path: Path) -> None:
    """In production they are not found."""
    with open_door(tmp_path, ALPHA_SWARM_ENV="production", ALPHA_SWARM_KEY="k" * 32) as door:
        for path in ("/openapi.json", "/docs", "/redoc"):
            answer = door.call("GET", path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
