"""Pings at the door: signed, stored before they are answered, whoever they are about."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.routines import ClayRoutines
from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.routines import lead, lead_id
from tests.doubles import NoGate
from tests.integration.api_door import AUTHORIZED, Door, open_door
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

PATH = "/webhooks/clay/routines"
SECRET = "whsec_1"
PING = b'{"webhookId": "wh_1", "createdAt": "2026-06-16T17:50:00.000Z", "data": {"routine_run_id": "run_1"}}'
TEST_EVENT = b'{"webhookId": "wh_1", "createdAt": "2026-06-16T17:50:00.000Z", "data": {}}'


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A door that knows the webhook's secret."""
    with open_door(tmp_path, CLAY_ROUTINE_WEBHOOK_SECRET=SECRET) as door:
        yield door


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The header that the sender sends with it."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Clay-Signature": f"sha256={digest}", "Content-Type": "application/json"}


def post(door: Door, body: bytes, headers: dict[str, str]) -> requests.Response:
    """Send it."""
    return door.call("POST", PATH, data=body, headers=headers)


@pytest.mark.parametrize("body", [PING, TEST_EVENT, PING.replace(b" ", b"  "), b"\xff not even JSON"])
def test_what_is_signed_is_stored_as_it_came(door: Door, body: bytes) -> None:
    """The signature is over the bytes, not over what they mean."""
    assert post(door, body, signed(body)).status_code == 202
    assert door.letters() == [body]


def test_what_comes_twice_is_stored_once(door: Door) -> None:
    for _ in range(3):
        assert post(door, PING, signed(PING)).status_code == 202
    assert door.letters() == [PING]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        AUTHORIZED,
        signed(PING, "other"),
        signed(TEST_EVENT),
        {"X-Clay-Signature": signed(PING)["X-Clay-Signature"].removeprefix("sha256=")},
        {"X-Clay-Signature": ""},
        {"X-Clay-Signature": "sha256="},
        {"X-Clay-Signature": "sha256=\u00e9"},
    ],
)
def test_any_other_signature_is_turned_away(door: Door, headers: dict[str, str]) -> None:
    """Nothing is stored."""
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = post(door, PING, encoded)  # type: ignore[arg-type]  # so that any byte can be sent
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert door.letters() == []


def test_without_a_secret_nobody_comes_in(tmp_path: Path) -> None:
    """Not even signed with nothing."""
    with open_door(tmp_path) as door:
        assert post(door, PING, signed(PING, "")).status_code == 401


def test_a_body_that_is_no_ping_by_its_length_is_not_read(door: Door) -> None:
    body = b" " * 20_000
    assert post(door, body, signed(body)).status_code == 413


def test_the_sandbox_and_the_door_agree_on_the_signature(door: Door) -> None:
    """A run that was submitted by the connector is told of by a ping that the door takes in."""
    settings = SandboxSettings(
        enrich_seconds=(0.0, 0.0),
        limits=False,
        routine_webhook_id="wh_1",
        routine_webhook_url=door.url + PATH,
        routine_webhook_secret=SECRET,
        routine_ping_lost=0.0,
    )
    with running(settings) as url:
        config = RoutinesConfig(
            keys=("key",), routine_id="function:t_1", base_url=f"{url}/clay/public/v0", webhook_id="wh_1"
        )
        clay = ClayRoutines(config, NoGate(), SystemClock())
        (outcome,) = clay.submit([lead(1)], "key").values()
        clay.close()
        told = wait_until(lambda: [one for one in map(json.loads, door.letters()) if one["data"]])
    assert f"{told[0]['data']['routine_run_id']}/{lead_id(1)}.1" == getattr(outcome, "reference", None)
