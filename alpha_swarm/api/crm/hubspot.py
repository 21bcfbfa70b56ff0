"""HubSpot's signature, version 3; the earlier ones hold no time and are refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from alpha_swarm.api.crm.sent import Sent
    from alpha_swarm.clock import Clock

_SIGNATURE = "x-hubspot-signature-v3"
_TIMESTAMP = "x-hubspot-request-timestamp"
_WINDOW_MILLISECONDS = 300_000
#: What the sender decodes before it signs; other escapes stay as they are.
_DECODED = re.compile("%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
_MILLISECONDS = re.compile("[0-9]{1,15}")


def signature(secret: bytes, uri: str, body: bytes, timestamp: str) -> bytes:
    """What the sender puts into its header for a POST."""
    decoded = _DECODED.sub(lambda escape: unquote(escape[0]), uri)
    text = b"POST" + decoded.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest())


class HubSpotSignature:
    """The address is ours by configuration: behind a proxy the request knows another one."""

    def __init__(self, secrets: Sequence[SecretStr], base_url: str | None, clock: Clock) -> None:
        self._secrets = [secret.get_secret_value().encode() for secret in secrets]
        self._base_url = base_url.rstrip("/") if base_url else None
        self._clock = clock

    @property
    def missing(self) -> str | None:
        """The secret, else our own address."""
        if not self._secrets:
            return "CRM_WEBHOOK_SECRET_HUBSPOT"
        return None if self._base_url else "BASE_URL"

    def accepts(self, sent: Sent) -> bool:
        """By one of the secrets, within five minutes before or after now."""
        timestamp = sent.headers.get(_TIMESTAMP, "")
        if self._base_url is None or not self._is_now(timestamp):
            return False
        shown = sent.headers.get(_SIGNATURE, "").encode("latin-1", "replace")
        uri = self._base_url + sent.target
        right = [signature(secret, uri, sent.body, timestamp) for secret in self._secrets]
        return sum(hmac.compare_digest(shown, one) for one in right) > 0

    def _is_now(self, timestamp: str) -> bool:
        if not _MILLISECONDS.fullmatch(timestamp):
            return False
        now = self._clock.now().timestamp() * 1000
        return abs(now - int(timestamp)) <= _WINDOW_MILLISECONDS
