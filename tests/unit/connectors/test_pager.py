"""Alerts as signed messages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.pager.pager import Pager
from alpha_swarm.domain.messages.notices import Message
from alpha_swarm.errors import CredentialsRefusedError, RetryLaterError, WrongAddressError
from tests.doubles import NoGate
from tests.scripted_server import ScriptedServer, scripted_server, told

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOK = "/hooks/secret-path"
ALERT = Message(
    title="clay is halted: authentication failed",
    facts=[("reason", "it said no"), ("remedy", "replace the key")],
    key="alert:halt:clay:authentication:1",
    level="critical",
)


@contextmanager
def pager(server: ScriptedServer, secret: str | None = SECRET) -> Iterator[Pager]:
    """To be closed at the end."""
    made = Pager(server.url + HOOK, secret, NoGate(), SystemClock())
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """It takes whatever comes."""
    with scripted_server() as one:
        one.answers("POST", HOOK, told({}))
        yield one


def test_an_alert_is_posted_with_a_signature_that_others_can_check(server: ScriptedServer) -> None:
    """By the rules of Standard Webhooks."""
    with pager(server) as one:
        one.send(ALERT)
    (asked,) = server.asked
    said = Webhook(SECRET).verify(asked.body, dict(asked.headers))
    assert said["type"] == "alert.begun"
    assert said["data"] == {
        "level": "critical",
        "text": ALERT.title,
        "facts": {"reason": "it said no", "remedy": "replace the key"},
    }
    assert "." not in asked.headers["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body + b" ", dict(asked.headers))


def test_the_same_alert_has_the_same_id_and_its_end_another_one(server: ScriptedServer) -> None:
    over = Message(title="Over", key=f"{ALERT.key}:over", level="critical", over=True)
    with pager(server) as one:
        for message in (ALERT, ALERT, over):
            one.send(message)
    first, second, third = (asked.headers["webhook-id"] for asked in server.asked)
    assert first == second != third
    assert server.asked[2].json["type"] == "alert.over"


def test_without_a_secret_it_is_not_signed(server: ScriptedServer) -> None:
    with pager(server, secret=None) as one:
        one.send(ALERT)
    assert "webhook-signature" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (401, CredentialsRefusedError),
        (404, WrongAddressError),
        (429, RetryLaterError),
        (500, RetryLaterError),
    ],
)
def test_each_refusal_has_its_verdict_without_the_address(
    server: ScriptedServer, status: int, verdict: type[Exception]
) -> None:
    server.answers("POST", HOOK, told({}, status))
    with pager(server) as one, pytest.raises(verdict) as caught:
        one.send(ALERT)
    assert "secret-path" not in str(caught.value)
