"""The id under which a lead goes out and its answer comes back, and the token that proves it ours."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Standing

_SHAPE = re.compile(r"(?P<lead>[0-9A-HJKMNP-TV-Z]{26})\.(?P<generation>[0-9]{1,6})", re.ASCII)
_TOKEN_LENGTH = 32


def request_id(lead: Standing) -> str:
    """``<lead id>.<generation>``, at most 60 characters; the same when the lead is sent once more."""
    return f"{lead.id}.{lead.generation}"


def lead_of(request: str) -> str | None:
    """The lead id within a request id; ``None`` where it is none."""
    match = _SHAPE.fullmatch(request)
    return match["lead"] if match else None


def may_answer(lead: Standing, row_id: str) -> bool:
    """Whether a row is not one that an earlier generation of the lead was sent as."""
    return lead_of(row_id) != lead.id or row_id == request_id(lead)


def is_row_of(lead: Standing, row_id: str | None) -> bool:
    """Whether a row id names the request of this generation, and where at the other side it is."""
    return (row_id or "").endswith(f"/{request_id(lead)}")


def row_token(key: bytes, request: str) -> str:
    """What a row carries out and has to bring back: nobody without the key can make it for another row."""
    digest = hmac.new(key, request.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).decode()[:_TOKEN_LENGTH]


def is_row_token(key: bytes, request: str, token: str) -> bool:
    """Whether the token belongs to the request; takes as long for a wrong one as for the right one."""
    return hmac.compare_digest(row_token(key, request).encode(), token.encode("utf-8", "replace"))
