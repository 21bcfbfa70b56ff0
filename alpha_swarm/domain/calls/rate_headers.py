"""What an answer's headers say of a rate limit."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: Seconds; whoever names more is asked again after this.
LONGEST_WAIT = 3600.0
#: Vendors give the end of a window as seconds from now or as seconds since 1970; none has so long a window.
_MOMENT = 1e9

#: The most in a window, and the header with the window's length in milliseconds.
_WITH_INTERVAL = (
    ("X-RateLimit-Max", "X-RateLimit-Interval-Milliseconds"),
    ("X-HubSpot-RateLimit-Max", "X-HubSpot-RateLimit-Interval-Milliseconds"),
)
_ALONE = ("X-RateLimit-Limit", "RateLimit-Limit")
_RESETS = ("X-RateLimit-Reset", "RateLimit-Reset")
#: ``100;w=60`` and ``"name";q=100;w=60`` alike.
_POLICY = re.compile(r"(?:^|q=)(?P<most>[1-9][0-9]{0,8})(?:;[^,]*?)?;w=(?P<seconds>[0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """At most ``most`` calls in ``seconds``; ``None`` where the headers say nothing."""

    most: int | None = None
    seconds: float | None = None


def told(headers: Mapping[str, str]) -> Told:
    """The limit that the other side names.

    How much of it is left is not read: that was true when the answer was sent, and our own log knows of the
    calls since.
    """
    for most, interval in _WITH_INTERVAL:
        if most in headers:
            milliseconds = _whole(headers.get(interval, ""))
            return Told(_whole(headers[most]), milliseconds / 1000 if milliseconds else None)
    policy = _POLICY.search(headers.get("RateLimit-Policy", ""))
    if policy is not None:
        return Told(int(policy["most"]), float(policy["seconds"]))
    return next((Told(_whole(headers[name])) for name in _ALONE if name in headers), Told())


def resets(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until there is room again, where the headers say so."""
    value = next((headers[name] for name in _RESETS if name in headers), "")
    seconds = _plain_number(value)
    if seconds is None:
        return None
    return _within_reason(seconds - now.timestamp() if seconds > _MOMENT else seconds)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """``Retry-After`` in seconds, given in seconds or as an HTTP date; at most an hour."""
    value = headers.get("Retry-After", "").strip()
    seconds = _plain_number(value)
    if seconds is None:
        seconds = _seconds_until_date(value, now)
    return None if seconds is None else _within_reason(seconds)


def is_zero(value: str) -> bool:
    """Whether a header says that nothing is left."""
    left = _plain_number(value)
    return left is not None and left <= 0


def _within_reason(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _whole(text: str) -> int | None:
    number = _plain_number(text.partition(",")[0].partition(";")[0])
    return int(number) if number is not None and number >= 1 else None


def _plain_number(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _seconds_until_date(value: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds()
