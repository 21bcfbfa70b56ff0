"""Published vectors of webhook signatures, each also tampered with, too late, and with a wrong key."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from alpha_swarm.api.crm.ghl import GhlSignature
from alpha_swarm.api.crm.hubspot import HubSpotSignature
from alpha_swarm.api.crm.sent import Check, Sent
from alpha_swarm.api.crm.standard import StandardSignature
from alpha_swarm.api.slack import SlackSignature
from alpha_swarm.config import load_settings
from tests.contract.contracts import CONTRACTS
from tests.doubles import StillClock
from tests.unit.api import signing

if TYPE_CHECKING:
    from collections.abc import Callable

    Case = tuple[Callable[..., Check], Sent, datetime, timedelta, str]


@cache
def vectors() -> dict[str, dict[str, Any]]:
    """By id, or a skip that says why."""
    path = CONTRACTS / "webhook-signature-vectors.json"
    if not path.exists():
        pytest.skip("the vectors are not here: set CONTRACTS_DIR to the folder that holds them")
    return {one["id"]: one for one in json.loads(path.read_text(encoding="utf-8"))["vectors"]}


def hubspot() -> Case:
    """Version 3."""
    vector = vectors()["hubspot-v3-post"]
    base, _, name = vector["uri"].rpartition("/")
    now = datetime.fromtimestamp(int(vector["timestamp_ms"]) / 1000, UTC)

    def check(at: datetime, secret: str = vector["secret"]) -> Check:
        return HubSpotSignature([SecretStr(secret)], base, StillClock(at))

    headers = {
        "x-hubspot-signature-v3": vector["expected"],
        "x-hubspot-request-timestamp": vector["timestamp_ms"],
    }
    sent = Sent(target=f"/{name}", headers=headers, body=vector["body"].encode())
    return check, sent, now, timedelta(seconds=vector["tolerance_seconds"]), "another"


def standard() -> Case:
    """Standard Webhooks."""
    vector = vectors()["standard-webhooks-v1"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)

    def check(at: datetime, secret: str = vector["secret"]) -> Check:
        return StandardSignature([SecretStr(secret)], StillClock(at))

    values = (vector["msg_id"], vector["timestamp"], vector["expected"])
    headers = dict(zip(vector["headers"], values, strict=True))
    sent = Sent(target="/", headers=headers, body=vector["body"].encode())
    return check, sent, now, timedelta(seconds=vector["tolerance_seconds"]), signing.GENERIC_SECRET


def ghl() -> Case:
    """GoHighLevel, by a key of the vector's own."""
    vector = vectors()["ghl-ed25519-selfmade"]
    event = json.loads(vector["body"])
    now = datetime.fromisoformat(event["timestamp"])

    def check(at: datetime, key: str = vector["public_key_spki_b64"]) -> Check:
        return GhlSignature([key], event["locationId"], StillClock(at))

    sent = Sent(target="/", headers={"x-ghl-signature": vector["expected"]}, body=vector["body"].encode())
    return check, sent, now, timedelta(hours=2), signing.public(Ed25519PrivateKey.generate())


def slack() -> Case:
    """Slack, version 0."""
    vector = vectors()["slack-v0"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)

    def check(at: datetime, secret: str = vector["secret"]) -> Check:
        return SlackSignature([SecretStr("another"), SecretStr(secret)], StillClock(at))

    headers = {"x-slack-signature": vector["expected"], "x-slack-request-timestamp": vector["timestamp"]}
    sent = Sent(target="/", headers=headers, body=vector["body"].encode())
    return check, sent, now, timedelta(seconds=vector["tolerance_seconds"]), "a third one"


@pytest.mark.parametrize("case", [hubspot, standard, ghl, slack])
def test_the_vector_passes_and_nothing_near_it_does(case: Callable[[], Case]) -> None:
    check, sent, now, window, other_key = case()
    assert check(now).accepts(sent)
    tampered = Sent(target=sent.target, headers=sent.headers, body=sent.body.replace(b"e", b"f", 1))
    assert not check(now).accepts(tampered)
    assert not check(now, other_key).accepts(sent)
    second = timedelta(seconds=1)
    assert check(now + window).accepts(sent)
    assert not check(now + window + second).accepts(sent)
    assert not check(now - window - second).accepts(sent)


@pytest.mark.parametrize("name", ["hubspot-v1", "hubspot-v1-docs", "hubspot-v2-post", "hubspot-v2-get"])
def test_hubspots_earlier_versions_are_refused(name: str) -> None:
    """Though their hashes are right."""
    vector = vectors()[name]
    base, _, path = vector.get("uri", "https://www.example.com/webhook_uri").rpartition("/")
    check = HubSpotSignature([SecretStr(vector["secret"])], base, StillClock())
    headers = {"x-hubspot-signature": vector["expected"], "x-hubspot-signature-version": name[8:10]}
    body = vector["body"].encode()
    assert not check.accepts(Sent(target=f"/{path}", headers=headers, body=body))


def test_the_published_key_is_the_default() -> None:
    """And is one."""
    keys = load_settings({}, dotenv=None).crm_webhook_secrets.ghl
    assert keys[0] in vectors()["ghl-ed25519-selfmade"]["origin"]
    assert GhlSignature(keys, "location", StillClock()).missing is None
