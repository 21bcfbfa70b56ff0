"""Who a webhook is from, where the sender signs its body."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.api.problems import Problem
from alpha_swarm.api.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr
    from starlette.requests import Request

log = structlog.get_logger(__name__)


class Signature:
    """``sha256=<hex HMAC of the raw body>`` in a header. Without any secret the door is shut."""

    def __init__(self, variable: str, secrets: Sequence[SecretStr], header: str) -> None:
        self._variable = variable
        self._header = header
        self._secrets = tuple(secret.get_secret_value().encode() for secret in secrets)

    def require(self, request: Request, body: bytes) -> None:
        """Take as long for a wrong signature as for the right one.

        Raises:
            Problem: 401.
        """
        if not self._secrets:
            log.warning("signature_not_configured", variable=self._variable)
            raise self._refusal()
        shown = request.headers.get(self._header, "").encode("latin-1")
        # Summed up, so that no secret is skipped after a match.
        if not sum(hmac.compare_digest(shown, _signature(secret, body)) for secret in self._secrets):
            raise self._refusal()

    def _refusal(self) -> Problem:
        refused(self._variable)
        message = f"sign the body with {self._variable} and send the signature in {self._header}"
        return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", message)


def _signature(secret: bytes, body: bytes) -> bytes:
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}".encode()
