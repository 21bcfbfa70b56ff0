"""What passes between the HTTP side and the imitated services: a call in, a reply or a refusal out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from alpha_swarm.sandbox.limits import Limit

#: The body of a call that is no JSON.
UNREADABLE = object()


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its body already parsed; `now` is Unix time in seconds."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    now: float
    size: int = 0
    """Bytes of the body as it came."""
    raw: bytes = b""
    url_size: int = 0
    """Bytes of path and query as they came."""

    @property
    def token(self) -> str:
        """The bearer token, or an empty text."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; a body of None is sent as no body at all, and one that is not JSON must be a text."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of the imitated service, no error of ours
    """Ends a handler early with the service's own error answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"refused with {reply.status}")
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: its name in the ledger and in faults, its route, and the limit that counts its calls."""

    name: str
    method: str
    path: str
    handler: Callable[[Call], Reply]
    limit: Limit | None = None
    scope: Callable[[Call], str] = lambda _call: ""
    raw: bool = False
    """Whether the body need not be JSON: the handler reads it as it came."""


@dataclass(frozen=True, slots=True)
class Service:
    """One imitated vendor: its operations and the shapes in which it refuses.

    `failure(status, message, seconds)` builds the vendor's error body; `seconds` is the time to wait, where
    the vendor tells it. `pace(limit, remaining)` gives the headers that tell how much of a limit is left.
    """

    name: str
    prefix: str
    operations: tuple[Operation, ...]
    admit: Callable[[Call], None]
    failure: Callable[[int, str, float], Reply]
    pace: Callable[[Limit, int], dict[str, str]]
