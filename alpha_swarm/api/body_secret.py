"""A secret within the body, for senders that can set no header; it is taken out before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

#: How it is named, without case, blanks and signs.
_NAME = "webhooksecret"
_MARK = b"webhook"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A body as it may be stored."""

    body: bytes = field(repr=False)
    is_json: bool
    secret: bytes | None = field(default=None, repr=False)
    """What it carried, taken out of ``body``."""


def opened(body: bytes) -> Delivery:
    """The delivery, and the secret that lay on top of it."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Delivery(body, is_json=False)
    # Most carry none, and are stored as they came.
    if not isinstance(parsed, dict) or _MARK not in body.lower():
        return Delivery(body, is_json=True)
    names = [name for name in parsed if _plain(name) == _NAME]
    if not names:
        return Delivery(body, is_json=True)
    secrets = [parsed.pop(name) for name in names]
    text = next((secret for secret in secrets if isinstance(secret, str)), "")
    try:
        return Delivery(orjson.dumps(parsed), is_json=True, secret=text.encode())
    except orjson.JSONEncodeError:
        # Nested deeper than can be written again: better nothing than the secret.
        return Delivery(b"", is_json=False, secret=text.encode())


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
