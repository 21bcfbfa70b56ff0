"""Standard Webhooks: the library knows the key's form and the signed text; the time is our own clock's."""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import SecretStr

    from alpha_swarm.api.crm.sent import Sent
    from alpha_swarm.clock import Clock

VARIABLE = "CRM_WEBHOOK_SECRET_GENERIC"
_WINDOW_SECONDS = 300.0
_SECONDS = re.compile("[0-9]{1,11}")
#: The sender that the standard grew out of has names of its own.
_PREFIXES = ("webhook", "svix")


def message_id(headers: Mapping[str, str]) -> str:
    """The id by which a repetition is known."""
    return _header(headers, "id")


class StandardSignature:
    """A header may carry several signatures, while the sender changes its secret."""

    def __init__(self, secrets: Sequence[SecretStr], clock: Clock) -> None:
        """Raises ``ConfigurationError`` for what is no secret."""
        self._webhooks = [_webhook(secret.get_secret_value()) for secret in secrets]
        self._clock = clock

    @property
    def missing(self) -> str | None:
        """The secret."""
        return None if self._webhooks else VARIABLE

    def accepts(self, sent: Sent) -> bool:
        """By one of the secrets, within five minutes before or after now."""
        key, timestamp = message_id(sent.headers), _header(sent.headers, "timestamp")
        if not key or not _SECONDS.fullmatch(timestamp):
            return False
        at = datetime.fromtimestamp(int(timestamp), UTC)
        if abs((self._clock.now() - at).total_seconds()) > _WINDOW_SECONDS:
            return False
        return self._is_signed(key, at, sent)

    def _is_signed(self, key: str, at: datetime, sent: Sent) -> bool:
        try:
            text = sent.body.decode()
        except UnicodeDecodeError:
            return False
        shown = [one.encode("latin-1", "replace") for one in _header(sent.headers, "signature").split(" ")]
        right = [webhook.sign(key, at, text).encode() for webhook in self._webhooks]
        return sum(hmac.compare_digest(one, other) for one in shown for other in right) > 0


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((found for prefix in _PREFIXES if (found := headers.get(f"{prefix}-{name}"))), "")


def _webhook(secret: str) -> Webhook:
    try:
        return Webhook(secret)
    except (ValueError, EmptyWebhookSecretError):
        raise ConfigurationError(f"{VARIABLE} must be secrets of the form whsec_…; copy them again") from None
