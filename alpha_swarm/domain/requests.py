"""The name under which a lead is known at an enricher that gives no ids of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.domain.lead import Lead

_REQUEST_ID = re.compile(r"([0-9A-HJKMNP-TV-Z]{26})\.[0-9]{1,6}")
_TOKEN_CHARACTERS = 32


def request_id(lead: Lead) -> str:
    """The same however often the lead is sent, until a new generation of it is wanted."""
    return f"{lead.id}.{lead.generation}"


def lead_of(request: str) -> str | None:
    """The lead id in a request id; ``None`` for anything else."""
    found = _REQUEST_ID.fullmatch(request)
    return found[1] if found else None


def row_token(key: bytes, request: str) -> str:
    """What shows that a result is about a row that we sent: nobody without our key can make it."""
    digest = hmac.new(key, request.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_TOKEN_CHARACTERS]
