"""Who may come in."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.api.problems import unauthorised
from alpha_swarm.api.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr
    from starlette.requests import Request

log = structlog.get_logger(__name__)


class Keys:
    """The keys of one door. Without any the door is shut, and the log says which variable opens it."""

    def __init__(self, variable: str, secrets: Sequence[SecretStr], header: str | None = None) -> None:
        self._variable = variable
        self._header = header
        self._keys = tuple(secret.get_secret_value().encode() for secret in secrets)

    def know(self, request: Request) -> bool:
        """Whether the request carries one of the keys; takes as long for a wrong key as for a right one."""
        return self.match(self.shown_by(request))

    def match(self, shown: bytes) -> bool:
        """Whether this is one of the keys, however it came."""
        # Summed up, so that no key is skipped after a match.
        return sum(hmac.compare_digest(shown, key) for key in self._keys) > 0

    def require(self, request: Request) -> bytes:
        """The key of the request.

        Raises:
            Problem: 401.
        """
        if not self.know(request):
            if not self._keys:
                log.warning("key_not_configured", variable=self._variable)
            refused(self._variable)
            raise unauthorised(f"send one of the keys in {self._variable}")
        return self.shown_by(request)

    def shown_by(self, request: Request) -> bytes:
        """What the request shows: our own header, else the bearer token."""
        own = request.headers.get(self._header) if self._header else None
        if own is not None:
            return own.encode("latin-1")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return token.strip().encode("latin-1") if scheme.lower() == "bearer" else b""
