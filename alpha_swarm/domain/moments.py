"""Moments in time, read from and written as ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime

#: Python's parser takes any character between date and time; people write ``T`` or a blank.
_SHAPE = re.compile(r"[0-9]{4}-?(?:[0-9]{2}-?[0-9]{2}|W[0-9]{2}-?[0-9])(?:[T ][0-9].*)?")


def read_moment(text: object) -> datetime | None:
    """The moment in UTC, ``None`` if it is no text with an ISO 8601 date.

    Without an offset it is taken as UTC, without a time as midnight.
    """
    upper = text.strip().upper() if isinstance(text, str) else ""
    if not _SHAPE.fullmatch(upper):
        return None
    try:
        return as_utc(datetime.fromisoformat(upper))
    except (ValueError, OverflowError):
        return None


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; one without an offset is taken as UTC.

    Raises:
        OverflowError: the moment in UTC lies outside the years 1 to 9999.
    """
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """``2026-01-15T10:00:00Z``, with a fraction only where there is one."""
    return as_utc(moment).isoformat().replace("+00:00", "Z")
