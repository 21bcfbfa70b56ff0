"""GoHighLevel's signature. It signs for all its customers with one key, so the location must be ours, too."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from alpha_swarm.domain.foreign_json import read_json
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.inbound.values import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.api.crm.sent import Sent
    from alpha_swarm.clock import Clock

_SIGNATURE = "x-ghl-signature"
#: The signed text holds no time but the event's own; the last repetition comes an hour and more after it.
_WINDOW = timedelta(hours=2)


class GhlSignature:
    """Ed25519 over the raw body."""

    def __init__(self, public_keys: Sequence[str], location_id: str | None, clock: Clock) -> None:
        """Raises ``ConfigurationError`` for what is no key."""
        self._keys = [_read_key(key) for key in public_keys]
        self._location_id = location_id
        self._clock = clock

    @property
    def missing(self) -> str | None:
        """Our location: anybody else's events are signed by the same key."""
        return None if self._location_id else "GHL_LOCATION_ID"

    def accepts(self, sent: Sent) -> bool:
        """By one of the keys, for our location, and of the last hours where it says of when it is."""
        try:
            signature = base64.b64decode(sent.headers.get(_SIGNATURE, ""), validate=True)
        except (binascii.Error, ValueError):
            return False
        return any(_holds(key, signature, sent.body) for key in self._keys) and self._is_ours(sent.body)

    def _is_ours(self, body: bytes) -> bool:
        try:
            event: Any = read_json(body)
        except ValueError:
            return False
        if not isinstance(event, dict) or not self._location_id:
            return False
        return event.get("locationId") == self._location_id and self._is_now(event.get("timestamp"))

    def _is_now(self, said: object) -> bool:
        """The published examples have no time; one that a stranger repeats only has us read the contact."""
        at = moment(said)
        return said is None or (at is not None and abs(self._clock.now() - at) <= _WINDOW)


def _read_key(text: str) -> Ed25519PublicKey:
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError(
            "CRM_WEBHOOK_SECRET_GHL must be Ed25519 public keys, each as base64 of its DER form; "
            "leave it out for the published one"
        )
    return key


def _holds(key: Ed25519PublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True
