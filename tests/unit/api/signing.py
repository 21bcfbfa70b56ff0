"""Senders of CRM webhooks, as their own software signs; no line of it is shared with what checks them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HUBSPOT_SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
GENERIC_SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four b").decode()
GHL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOCATION = "ve9EPM428h8vShlRW1KT"


def public(key: Ed25519PrivateKey = GHL_KEY) -> str:
    """As the vendor publishes it."""
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def hubspot(uri: str, body: bytes, now: datetime, secret: str = HUBSPOT_SECRET) -> dict[str, str]:
    """The headers of HubSpot; ``uri`` is as it is signed."""
    timestamp = str(int(now.timestamp() * 1000))
    text = b"POST" + uri.encode() + body + timestamp.encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return {
        "x-hubspot-signature-v3": base64.b64encode(digest).decode(),
        "x-hubspot-request-timestamp": timestamp,
    }


def ghl(body: bytes, key: Ed25519PrivateKey = GHL_KEY) -> dict[str, str]:
    """The header of GoHighLevel."""
    return {"x-ghl-signature": base64.b64encode(key.sign(body)).decode()}


def generic(
    message_id: str, body: bytes, now: datetime, secret: str = GENERIC_SECRET, prefix: str = "webhook"
) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {
        f"{prefix}-id": message_id,
        f"{prefix}-timestamp": timestamp,
        f"{prefix}-signature": signature,
    }


def at(milliseconds: int) -> datetime:
    """The moment."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
