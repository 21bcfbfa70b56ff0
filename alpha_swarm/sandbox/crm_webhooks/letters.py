"""A happening as each vendor writes and signs it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from alpha_swarm.sandbox.crm_webhooks.happening import Happening
    from alpha_swarm.sandbox.crm_webhooks.orders import TellingOrder

_JSON = "application/json"
_NUMBERS = count(1)
_HUBSPOT = {"created": "creation", "deleted": "deletion", "erased": "privacyDeletion", "merged": "merge"}
_GHL = {"created": "ContactCreate", "changed": "ContactUpdate", "deleted": "ContactDelete"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery."""

    headers: dict[str, str]
    body: bytes


def hubspot(happening: Happening, order: TellingOrder) -> Letter | None:
    """An event, or one for each property; signed by version 3."""
    body = json.dumps(_hubspot_events(happening)).encode()
    stamp = str(int(time.time() * 1000))
    text = b"POST" + (order.signed_url or order.url).encode() + body + stamp.encode()
    digest = hmac.new(order.secret.encode(), text, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    signed = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    return Letter({"Content-Type": _JSON, **signed}, body)


class GhlLetters:
    """With a key that is made for the sandbox."""

    def __init__(self, seed: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"ghl/{seed}".encode()).digest())

    @property
    def public_key(self) -> str:
        """As the vendor publishes its own: base64 of DER."""
        spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(spki).decode()

    def __call__(self, happening: Happening, _order: TellingOrder) -> Letter | None:
        """The whole contact."""
        event = {
            "type": _GHL[happening.kind],
            **{name: value for name, value in happening.record().items() if name != "type"},
            "timestamp": _iso(happening.at),
            "webhookId": str(uuid.uuid4()),
            "appId": "sandbox",
        }
        body = json.dumps(event).encode()
        signature = base64.b64encode(self._key.sign(body)).decode()
        return Letter({"Content-Type": _JSON, "X-GHL-Signature": signature}, body)


def salesforce(happening: Happening, _order: TellingOrder) -> Letter | None:
    """An outbound message with one notification; of what was deleted nothing is said."""
    if happening.kind == "deleted":
        return None
    number = next(_NUMBERS)
    fields = {"Id": happening.id, "LastModifiedDate": _iso(happening.at)}
    record = "".join(f"<sf:{name}>{escape(value)}</sf:{name}>" for name, value in fields.items())
    return Letter({"Content-Type": "text/xml; charset=utf-8"}, _ENVELOPE.format(number, record).encode())


_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound"'
    ' xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><OrganizationId>00D000000000001AAA</OrganizationId>'
    "<Notification><Id>04l{:015}</Id>"
    '<sObject xsi:type="sf:Lead">{}</sObject></Notification>'
    "</notifications></soapenv:Body></soapenv:Envelope>"
)


def _hubspot_events(happening: Happening) -> list[dict[str, Any]]:
    if happening.kind == "changed":
        return [
            _event(happening, "propertyChange", propertyName=name, propertyValue=value)
            for name, value in happening.changed.items()
        ]
    if happening.kind == "merged":
        merged = {
            "primaryObjectId": int(happening.id),
            "mergedObjectIds": [int(happening.merged)],
            "newObjectId": int(happening.id),
        }
        return [_event(happening, "merge", **merged)]
    events = [_event(happening, _HUBSPOT[happening.kind])]
    # An erasure is a deletion, too.
    return events + ([_event(happening, "deletion")] if happening.kind == "erased" else [])


def _event(happening: Happening, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "eventId": next(_NUMBERS),
        "subscriptionId": 1,
        "portalId": 62515,
        "appId": 1,
        "occurredAt": int(happening.at * 1000),
        "subscriptionType": f"contact.{verb}",
        "attemptNumber": 0,
        "objectId": int(happening.id),
        "changeSource": "CRM",
        **more,
    }


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
