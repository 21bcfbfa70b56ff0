"""What goes to the outside and what comes back, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from alpha_swarm.connectors.keys import Keys
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.errors import GiveUpError

BODY_CAP = 5 * 1024 * 1024


def bearer(key: str) -> Mapping[str, str]:
    """The usual way to show a key."""
    return {"Authorization": f"Bearer {key}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where calls go and how they are judged."""

    target: str
    """The name that errors and measurements carry."""
    base_url: str
    keys: tuple[str, ...] | Keys = field(repr=False)
    """The current one, then what replaces it; or where they come from."""
    verdicts: VerdictTable
    credentials: Callable[[str], Mapping[str, str]] = bearer
    """The headers that show a key."""
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: tuple[float, float] = (5.0, 30.0)
    """Seconds to connect, and seconds until the whole answer is here."""
    pool: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to the outside."""

    operation: str
    """What is done, for errors and measurements; holds no ids."""
    method: str
    path: str
    effect: bool
    """Whether doing it twice would differ from doing it once; then a lost answer is an unknown outcome."""
    limit: str | None
    """The name of the rate limit it counts against."""
    records: int = 1
    json: Any = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    """A body that is no JSON."""
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: frozenset[int] = frozenset()
    """Statuses that the caller judges itself, besides 2xx."""
    timeout: tuple[float, float] | None = None
    cap: int = BODY_CAP
    """Bytes of the answer that are read at most."""
    raw: bool = False
    """Whether the answer's body is taken as it comes, JSON or not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``body`` is parsed JSON, ``None`` where there is none; or bytes, for a raw call."""

    status: int
    headers: Mapping[str, str]
    body: Any = field(repr=False)


@dataclass(slots=True)
class Reply:
    """What has been heard of an answer; nothing before all of it is here."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    """``None`` also where it was larger than the cap."""
    problem: Exception | None = field(default=None, repr=False)
    """What broke before all of it was here."""

    def heard(self, status: int, headers: Mapping[str, str], body: bytes | None) -> None:
        """All of it."""
        self.status, self.headers, self.body = status, headers, body


def segment(value: str) -> str:
    """An id as one part of a path, so that it can never name another path."""
    if value in {"", ".", ".."}:
        raise GiveUpError("an id that is no path segment was given", cause="invalid_id")
    return quote(value, safe="")
