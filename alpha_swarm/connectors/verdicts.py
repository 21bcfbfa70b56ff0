"""What an answer means, as a table: status (and the vendor's error code) → the error to raise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from alpha_swarm.domain.calls.rate_headers import retry_after
from alpha_swarm.errors import (
    AlphaSwarmError,
    CredentialsRefusedError,
    GiveUpError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
    WrongAddressError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_WAIT = 60.0
QUOTA_PAUSE = 3600.0
LONGEST_QUOTA_PAUSE = 31 * 86400.0
#: One word as programs write it, or a status line's phrase: whatever has blanks else may name a person.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
_PHRASES = frozenset(status.phrase for status in HTTPStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that is no success. ``headers`` and ``body`` are for judging, never for showing."""

    target: str
    operation: str
    status: int
    effect: bool
    headers: Mapping[str, str]
    body: Any
    now: datetime

    @property
    def code(self) -> str:
        """The vendor's error code, ``""`` where it names none."""
        return error_code(self.body)

    def __str__(self) -> str:
        """What may be shown: no personal data, no secrets, no address."""
        return " ".join(filter(None, (self.target, self.operation, f"answered {self.status}", self.code)))


Verdict: TypeAlias = "Callable[[Failure], AlphaSwarmError]"


def error_code(body: Any) -> str:
    """The vendor's code out of an error's body; free text is left out, as it may quote personal data."""
    error = body.get("error") if isinstance(body, dict) else body
    code = _named(error)
    return code if isinstance(code, str) and (code in _PHRASES or _CODE.fullmatch(code)) else ""


def _named(error: Any) -> Any:
    """Salesforce's errors are lists, and each has a code of another name."""
    if isinstance(error, list):
        return error[0].get("errorCode") if error and isinstance(error[0], dict) else None
    return error.get("code") if isinstance(error, dict) else error


def seconds_until(moment: Any, now: datetime) -> float | None:
    """Seconds from ``now`` to an ISO 8601 moment; ``None`` when it is none or lies in the past."""
    try:
        then = datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        return None
    left = ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()
    return left if left > 0 else None


def rate_limited(failure: Failure) -> AlphaSwarmError:
    """Wait as long as the other side says."""
    after = retry_after(failure.headers, failure.now)
    return RateLimitedError(str(failure), DEFAULT_WAIT if after is None else after)


def not_available(failure: Failure) -> AlphaSwarmError:
    """A 5xx may come before or after the call took effect."""
    if failure.effect:
        return OutcomeUnknownError(str(failure))
    return RetryLaterError(str(failure), retry_after(failure.headers, failure.now))


def credentials_refused(failure: Failure) -> AlphaSwarmError:
    """Another key or another right is needed."""
    return CredentialsRefusedError(f"{failure}: replace the key, or give it the rights it lacks")


def quota_exhausted(failure: Failure) -> AlphaSwarmError:
    """Pause until ``resets_at``, if the body names it."""
    error = failure.body.get("error") if isinstance(failure.body, dict) else None
    moment = error.get("resets_at") if isinstance(error, dict) else None
    seconds = seconds_until(moment, failure.now) or QUOTA_PAUSE
    return QuotaExhaustedError(f"{failure}: the quota is used up", min(seconds, LONGEST_QUOTA_PAUSE))


def wrong_address(failure: Failure) -> AlphaSwarmError:
    """What was asked for is not there."""
    return WrongAddressError(f"{failure}: check the base URL and the ids in the configuration")


def invalid_input(failure: Failure) -> AlphaSwarmError:
    """The other side will never take it."""
    return GiveUpError(str(failure), cause="invalid_input")


def forbidden(failure: Failure) -> AlphaSwarmError:
    """A 403 means a used up quota or a missing right; the code tells."""
    spent = any(word in failure.code.lower() for word in ("quota", "credit"))
    return quota_exhausted(failure) if spent else credentials_refused(failure)


#: What holds where a connector's own table says nothing.
SHARED: Mapping[int, Verdict] = {
    401: credentials_refused,
    402: quota_exhausted,
    403: forbidden,
    404: wrong_address,
    405: wrong_address,
    408: not_available,
    410: wrong_address,
    423: not_available,
    425: not_available,
    429: rate_limited,
}


class VerdictTable:
    """Looks up a failure by (status, code), by status, in the shared table, then by its class."""

    def __init__(self, rules: Mapping[int | tuple[int, str], Verdict]) -> None:
        self._rules = dict(rules)

    def judge(self, failure: Failure) -> AlphaSwarmError:
        """The error to raise."""
        rule = (
            self._rules.get((failure.status, failure.code))
            or self._rules.get(failure.status)
            or SHARED.get(failure.status)
            or _by_class(failure.status)
        )
        return rule(failure)


def _by_class(status: int) -> Verdict:
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        return not_available
    if status >= 400:  # noqa: PLR2004 - the class of refused requests
        return invalid_input
    return wrong_address  # redirects are never followed: they could carry the key elsewhere


def malformed(target: str, operation: str, *, effect: bool) -> AlphaSwarmError:
    """An answer that cannot be understood counts like a 502."""
    text = f"{target} {operation} answered something that cannot be understood"
    return OutcomeUnknownError(text) if effect else RetryLaterError(text)
