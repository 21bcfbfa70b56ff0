"""Each sender's signature: what it signed comes in, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from standardwebhooks import Webhook

from alpha_swarm.api.crm.ghl import GhlSignature
from alpha_swarm.api.crm.hubspot import HubSpotSignature
from alpha_swarm.api.crm.secret import SharedSecret
from alpha_swarm.api.crm.sent import Check, Sent
from alpha_swarm.api.crm.standard import StandardSignature
from alpha_swarm.errors import ConfigurationError
from tests.doubles import StillClock
from tests.unit.api import signing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
BASE = "https://leads.example/alpha"
TARGET = "/webhooks/crm/hubspot"
EVENT = {"type": "ContactCreate", "locationId": signing.LOCATION, "timestamp": "2026-11-22T09:59:00Z"}
BODY = orjson.dumps(EVENT)


def hubspot(*secrets: str, base: str | None = BASE, now: datetime = NOW) -> HubSpotSignature:
    """HubSpot's check."""
    keys = [SecretStr(secret) for secret in secrets or (signing.HUBSPOT_SECRET,)]
    return HubSpotSignature(keys, base, StillClock(now))


def ghl(*keys: str, location: str | None = signing.LOCATION, now: datetime = NOW) -> GhlSignature:
    """GoHighLevel's check."""
    return GhlSignature(keys or (signing.public(),), location, StillClock(now))


def generic(*secrets: str, now: datetime = NOW) -> StandardSignature:
    """The check of Standard Webhooks."""
    return StandardSignature(
        [SecretStr(secret) for secret in secrets or (signing.GENERIC_SECRET,)], StillClock(now)
    )


def sent(headers: Mapping[str, str], body: bytes = BODY, target: str = TARGET) -> Sent:
    """A request."""
    return Sent(target=target, headers=headers, body=body)


SIGNED: dict[str, tuple[Callable[..., Check], Sent]] = {
    "hubspot": (hubspot, sent(signing.hubspot(BASE + TARGET, BODY, NOW))),
    "ghl": (ghl, sent(signing.ghl(BODY))),
    "generic": (generic, sent(signing.generic("msg_1", BODY, NOW))),
}
OTHER = {
    "hubspot": "another secret",
    "ghl": signing.public(Ed25519PrivateKey.from_private_bytes(bytes(32))),
    "generic": "whsec_b3RoZXIgc2VjcmV0",
}


@pytest.mark.parametrize("sender", SIGNED)
def test_what_the_sender_signed_comes_in(sender: str) -> None:
    """With the current secret or the previous one."""
    check, right = SIGNED[sender]
    assert check().accepts(right)
    own = {"hubspot": signing.HUBSPOT_SECRET, "ghl": signing.public(), "generic": signing.GENERIC_SECRET}
    assert check(OTHER[sender], own[sender]).accepts(right)


@pytest.mark.parametrize("sender", SIGNED)
def test_a_tampered_body_another_key_and_a_missing_header_are_refused(sender: str) -> None:
    check, right = SIGNED[sender]
    assert not check().accepts(replace(right, body=BODY.replace(b"ContactCreate", b"ContactDelete")))
    assert not check(OTHER[sender]).accepts(right)
    for name in right.headers:
        without = {other: value for other, value in right.headers.items() if other != name}
        assert not check().accepts(replace(right, headers=without)), name


@pytest.mark.parametrize(
    ("sender", "window"),
    [
        ("hubspot", timedelta(minutes=5)),
        ("generic", timedelta(minutes=5)),
        ("ghl", timedelta(hours=2) - timedelta(minutes=1)),
    ],
)
def test_a_time_outside_the_window_is_refused_before_as_well_as_after(sender: str, window: timedelta) -> None:
    """A time ahead of ours would make a recorded delivery good for as long."""
    check, right = SIGNED[sender]
    assert check(now=NOW + window).accepts(right)
    assert not check(now=NOW + window + timedelta(seconds=1)).accepts(right)
    assert not check(now=NOW - window - timedelta(minutes=2, seconds=1)).accepts(right)


@pytest.mark.parametrize("sender", SIGNED)
@given(headers=st.dictionaries(st.sampled_from(["signature", "timestamp", "id"]), st.text(max_size=40)))
def test_no_header_ever_raises(sender: str, headers: dict[str, str]) -> None:
    """Whatever stands there is refused."""
    names = {
        "hubspot": {"signature": "x-hubspot-signature-v3", "timestamp": "x-hubspot-request-timestamp"},
        "ghl": {"signature": "x-ghl-signature"},
        "generic": {name: f"webhook-{name}" for name in ("signature", "timestamp", "id")},
    }[sender]
    check, right = SIGNED[sender]
    shown = {names[name]: value for name, value in headers.items() if name in names}
    signature = names["signature"]
    assert not check().accepts(replace(right, headers={**right.headers, signature: "", **shown}))


@pytest.mark.parametrize(
    ("query", "signed"),
    [
        ("", ""),
        ("?a=1&b=2", "?a=1&b=2"),
        ("?to=%40me%3a%2F%3F%21%24%27%28%29%2A%2C%3B", "?to=@me:/?!$'()*,;"),
        ("?kept=%20%26%3D%25%2540", "?kept=%20%26%3D%25%2540"),
    ],
)
def test_hubspot_signs_our_public_address_with_some_escapes_decoded(query: str, signed: str) -> None:
    """Decoded once, and those alone; the host of the request plays no part."""
    headers = signing.hubspot(BASE + TARGET + signed, BODY, NOW)
    assert hubspot(base=BASE + "/").accepts(sent(headers, target=TARGET + query))
    assert not hubspot(base="http://10.0.0.1:8000").accepts(sent(headers, target=TARGET + query))


def test_hubspots_earlier_versions_are_refused() -> None:
    """They hold no time, so whoever records one may repeat it for ever."""
    v1 = "69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750"
    for version in ("v1", "v2"):
        headers = {"x-hubspot-signature": v1, "x-hubspot-signature-version": version}
        assert not hubspot().accepts(sent(headers))


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1e3", "٣", "9" * 400, "1795341600000.0"])
def test_a_timestamp_that_is_none_is_refused_though_signed(timestamp: str) -> None:
    right = SIGNED["hubspot"][1]
    assert not hubspot().accepts(
        replace(right, headers={**right.headers, "x-hubspot-request-timestamp": timestamp})
    )
    of_seconds = SIGNED["generic"][1]
    assert not generic().accepts(
        replace(of_seconds, headers={**of_seconds.headers, "webhook-timestamp": timestamp})
    )


@pytest.mark.parametrize(
    "change",
    [
        {"locationId": "somebody-else"},
        {"locationId": None},
        {"timestamp": "soon"},
        {"timestamp": True},
    ],
)
def test_ghl_signs_for_everybody_so_the_body_must_be_ours_and_of_now(change: dict[str, Any]) -> None:
    """One key signs the events of all its customers: a stranger's location comes no further."""
    body = orjson.dumps(EVENT | change)
    assert not ghl().accepts(sent(signing.ghl(body), body))
    for whole in (b"[]", b"null", b"\xff", b"{"):
        assert not ghl().accepts(sent(signing.ghl(whole), whole))


def test_several_signatures_may_stand_in_one_header_and_svix_names_are_known() -> None:
    """Others in it, of whatever kind, keep nothing away."""
    headers = signing.generic("msg_1", BODY, NOW)
    many = f"v1a,xx broken v1,AAAA {headers['webhook-signature']} v2,yy"
    assert generic().accepts(sent({**headers, "webhook-signature": many}))
    assert generic().accepts(sent(signing.generic("msg_1", BODY, NOW, prefix="svix")))
    assert not generic().accepts(sent({**headers, "webhook-signature": many.replace(" v1,", " v2,")}))


def test_the_librarys_own_verifier_agrees() -> None:
    """Of now, as its clock cannot be set."""
    now = datetime.now(UTC)
    headers = signing.generic("msg_1", BODY, now)
    Webhook(signing.GENERIC_SECRET).verify(BODY, headers)
    assert generic(now=now).accepts(sent(headers))


def test_a_secret_comes_in_the_path_or_in_a_header() -> None:
    """The current or the previous one; an empty one is none."""
    path = "/webhooks/crm/salesforce"
    check = SharedSecret("X", [SecretStr("new"), SecretStr("old")], path)
    for secret in ("new", "old"):
        assert check.accepts(sent({}, target=f"{path}/{secret}"))
        assert check.accepts(sent({"x-webhook-secret": secret}, target=path))
    for target in (path, f"{path}/", f"{path}/ne", f"{path}/new/", f"{path}?new", f"{path}/é"):
        assert not check.accepts(sent({}, target=target)), target
    assert not check.accepts(sent({"x-webhook-secret": "wrong"}, target=f"{path}/new"))
    assert not SharedSecret("X", [], path).accepts(sent({}, target=f"{path}/"))


def test_each_check_names_what_it_lacks() -> None:
    """Nothing is accepted without it."""
    lacking: dict[str, Check] = {
        "CRM_WEBHOOK_SECRET_HUBSPOT": HubSpotSignature([], BASE, StillClock(NOW)),
        "BASE_URL": hubspot(base=None),
        "GHL_LOCATION_ID": ghl(location=None),
        "CRM_WEBHOOK_SECRET_GENERIC": StandardSignature([], StillClock(NOW)),
    }
    senders = ("hubspot", "hubspot", "ghl", "generic")
    for (variable, check), sender in zip(lacking.items(), senders, strict=True):
        assert check.missing == variable
        assert not check.accepts(SIGNED[sender][1])
    assert [check().missing for check, _ in SIGNED.values()] == [None, None, None]


def test_a_key_that_is_none_is_named() -> None:
    """By its variable, and without the value."""
    for key in ("x", "AAAA", signing.HUBSPOT_SECRET):
        with pytest.raises(ConfigurationError, match="CRM_WEBHOOK_SECRET_GHL") as caught:
            ghl(key)
        assert f" {key} " not in str(caught.value)
    for secret in ("whsec_", "whsec_A"):
        with pytest.raises(ConfigurationError, match="CRM_WEBHOOK_SECRET_GENERIC"):
            generic(secret)


def test_an_event_of_ghl_without_a_time_comes_in_and_one_with_no_readable_time_does_not() -> None:
    """The published examples have none; an old one that is repeated has its contact read, and no more."""
    for time_said, comes_in in (({}, True), ({"timestamp": None}, True), ({"timestamp": "yesterday"}, False)):
        event = {"type": "ContactUpdate", "locationId": signing.LOCATION, "id": "1", **time_said}
        body = orjson.dumps(event)
        assert ghl().accepts(sent(signing.ghl(body), body)) is comes_in
