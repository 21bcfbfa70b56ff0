"""What is known about GoHighLevel's API v2: headers, limits, error answers.

Source: the vendor's OpenAPI files (CC0) and its documentation of rate limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.verdicts import Failure, VerdictTable, rate_limited
from alpha_swarm.domain.calls.rate_headers import is_zero, retry_after
from alpha_swarm.errors import QuotaExhaustedError, RateLimitedError

if TYPE_CHECKING:
    from alpha_swarm.errors import AlphaSwarmError

LIMIT = "ghl"
HEADERS = {"Version": "2021-07-28"}
MOST_IN_FLIGHT = 16
#: Contacts that one search lists.
MOST_LISTED = 100
MOST_FOUND = 500
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
#: Whose token it is; contacts belong to a location.
TOKEN_FORM = {"user_type": "Location"}

_DAILY_REMAINING = "X-RateLimit-Daily-Remaining"
_INTERVAL = "X-RateLimit-Interval-Milliseconds"
_LONGEST_INTERVAL = 3600.0
_DUPLICATE = "duplicated contact"


def until_midnight(now: datetime) -> float:
    """Seconds until the daily limit starts anew."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    return (midnight - now).total_seconds()


def _too_many(failure: Failure) -> AlphaSwarmError:
    if is_zero(failure.headers.get(_DAILY_REMAINING, "")):
        return QuotaExhaustedError(f"{failure}: the day's calls are used up", until_midnight(failure.now))
    interval = failure.headers.get(_INTERVAL, "")
    if retry_after(failure.headers, failure.now) is None and interval.isdecimal():
        return RateLimitedError(str(failure), min(int(interval) / 1000, _LONGEST_INTERVAL))
    return rate_limited(failure)


VERDICTS = VerdictTable({HTTPStatus.TOO_MANY_REQUESTS: _too_many})


def message(body: Any) -> str:
    """The error's text for judging, in lower case; it may quote personal data and is never shown."""
    text = body.get("message") if isinstance(body, dict) else None
    return " ".join(map(str, text)).lower() if isinstance(text, list) else str(text or "").lower()


def says_gone(status: int, body: Any) -> bool:
    """Whether the contact does not exist; some calls say so with a 400."""
    if status == HTTPStatus.NOT_FOUND:
        return True
    return status == HTTPStatus.BAD_REQUEST and "not found" in message(body)


@dataclass(frozen=True, slots=True)
class Rival:
    """A contact that is taken for the same, and the field that says so; ``""`` for what is not told."""

    id: str
    field: str


def stands_in_the_way(body: Any) -> Rival | None:
    """Who is taken for the same, from the answer to a duplicate."""
    meta = body.get("meta") if isinstance(body, dict) else None
    told = meta if isinstance(meta, dict) else {}
    if not told.get("contactId") and _DUPLICATE not in message(body):
        return None
    return Rival(str(told.get("contactId") or ""), str(told.get("matchingField") or "").lower())
