"""Who a webhook is from, where the sender signs its body."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.api.problems import Problem

if TYPE_CHECKING:
    from pydantic import SecretStr
    from starlette.requests import Request

log = structlog.get_logger(__name__)


class Signature:
    """``sha256=<hex HMAC of the raw body>`` in a header. Without a secret the door is shut."""

    def __init__(self, variable: str, secret: SecretStr | None, header: str) -> None:
        self._variable = variable
        self._header = header
        self._secret = secret.get_secret_value().encode() if secret else None

    def require(self, request: Request, body: bytes) -> None:
        """Take as long for a wrong signature as for the right one.

        Raises:
            Problem: 401.
        """
        if self._secret is None:
            log.warning("signature_not_configured", variable=self._variable)
            raise self._refusal()
        right = f"sha256={hmac.new(self._secret, body, hashlib.sha256).hexdigest()}"
        shown = request.headers.get(self._header, "")
        if not hmac.compare_digest(shown.encode("latin-1"), right.encode()):
            raise self._refusal()

    def _refusal(self) -> Problem:
        message = f"sign the body with {self._variable} and send the signature in {self._header}"
        return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", message)
