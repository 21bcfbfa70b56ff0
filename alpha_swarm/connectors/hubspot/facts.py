"""What is known about HubSpot's date-based API: limits, batch sizes, error answers.

Source: the vendor's OpenAPI files and its documentation of limits and errors.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.verdicts import Failure, VerdictTable, rate_limited
from alpha_swarm.domain.calls.rate_headers import is_zero, retry_after, told
from alpha_swarm.errors import QuotaExhaustedError, RateLimitedError, WrongAddressError

if TYPE_CHECKING:
    from datetime import tzinfo

    from alpha_swarm.connectors.verdicts import Verdict
    from alpha_swarm.errors import AlphaSwarmError

VERSION = "2026-03"
#: It has a version of its own.
TOKEN_PATH = "/oauth/2026-03/token"  # noqa: S105 - a path
LIMIT = "hubspot"
#: The search has a limit of its own, of which no header tells.
SEARCH_LIMIT = "hubspot.search"
MOST_INPUTS = 100
MOST_IN_FLIGHT = 10
MOST_FOUND = 200
#: Of search results: more than that is no search for persons any more.
MOST_PAGES = 10

#: Categories of errors that say nothing against the record.
PASSING = frozenset({"INTERNAL_ERROR", "RATE_LIMITS", "SERVICE_UNAVAILABLE", "TIMEOUT"})
CONFLICT = "CONFLICT"
CONFLICTS = frozenset({CONFLICT, "OBJECT_ALREADY_EXISTS"})
GONE = "OBJECT_NOT_FOUND"
UNKNOWN_PROPERTY = "PROPERTY_DOESNT_EXIST"
TAKEN = frozenset({"CONFLICTING_UNIQUE_VALUE", "CONTACT_EXISTS"})
COMPLETE = "COMPLETE"

#: Seconds; of policies whose window no header tells.
_WINDOWS = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
_DAILY = "DAILY"
#: While the portal moves to another data centre, which takes up to a day.
_MOVING = 477
_DAILY_REMAINING = "X-HubSpot-RateLimit-Daily-Remaining"
_EXISTING = re.compile(r"Existing ID: (?P<id>[0-9]{1,20})", re.ASCII)
_CODE = re.compile(r'"error":\s*"(?P<code>[A-Z_]{1,60})"')
_NAME = re.compile(r'"name":\s*"(?P<name>[a-z0-9_]{1,100})"')


def verdicts(zone: tzinfo) -> VerdictTable:
    """The table for a portal in this zone."""
    rules: dict[int | tuple[int, str], Verdict] = {
        HTTPStatus.NOT_FOUND: _nowhere,
        HTTPStatus.TOO_MANY_REQUESTS: _too_many(zone),
        _MOVING: rate_limited,
    }
    return VerdictTable(rules)


def until_midnight(now: datetime, zone: tzinfo) -> float:
    """Seconds until the day's calls start anew."""
    there = now.astimezone(zone)
    midnight = datetime.combine(there.date() + timedelta(days=1), time.min, tzinfo=zone)
    # Two moments of one zone are compared by the clock on its wall, which is moved twice a year.
    return midnight.timestamp() - now.timestamp()


def existing_id(message: str) -> str | None:
    """The id of the contact that stands in the way, where the message names it."""
    found = _EXISTING.search(message)
    return found["id"] if found else None


def codes(message: str) -> tuple[str, ...]:
    """The vendor's words for what is wrong with values; the message itself quotes them."""
    return tuple(dict.fromkeys(_CODE.findall(message)))


def properties_named(message: str) -> tuple[str, ...]:
    """The properties whose values are at fault."""
    return tuple(dict.fromkeys(_NAME.findall(message)))


def _too_many(zone: tzinfo) -> Verdict:
    def verdict(failure: Failure) -> AlphaSwarmError:
        policy = _policy(failure.body)
        if policy == _DAILY or (not policy and is_zero(failure.headers.get(_DAILY_REMAINING, ""))):
            text = f"{failure}: the day's calls are used up"
            return QuotaExhaustedError(text, until_midnight(failure.now, zone))
        named = retry_after(failure.headers, failure.now)
        window = told(failure.headers).seconds or _WINDOWS.get(policy, _WINDOWS["TEN_SECONDLY_ROLLING"])
        return RateLimitedError(f"{failure} {policy}".rstrip(), window if named is None else named)

    return verdict


def _policy(body: Any) -> str:
    policy = body.get("policyName") if isinstance(body, dict) else None
    return policy if isinstance(policy, str) and policy in {*_WINDOWS, _DAILY} else ""


def _nowhere(failure: Failure) -> AlphaSwarmError:
    return WrongAddressError(f"{failure}: check HUBSPOT_API_BASE_URL and HUBSPOT_API_VERSION")
