"""What an answer's headers say of a rate limit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from alpha_swarm.domain.calls.rate_headers import LONGEST_WAIT, Told, resets, retry_after, told

NOW = datetime(2026, 1, 15, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Told()),
        ({"X-RateLimit-Limit": "60"}, Told(60)),
        ({"ratelimit-limit": "100, 100;w=60"}, Told(100)),
        ({"RateLimit-Policy": "100;w=60"}, Told(100, 60)),
        ({"RateLimit-Policy": '"burst";q=100;w=60, "day";q=5000;w=86400'}, Told(100, 60)),
        ({"X-RateLimit-Max": "100", "X-RateLimit-Interval-Milliseconds": "10000"}, Told(100, 10)),
        (
            {"X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"},
            Told(190, 10),
        ),
        ({"X-RateLimit-Max": "100"}, Told(100)),
        ({"X-RateLimit-Limit": "none"}, Told()),
        ({"X-RateLimit-Limit": "0"}, Told()),
        ({"X-RateLimit-Remaining": "3"}, Told()),
        ({"X-RateLimit-Limit-Daily": "200000"}, Told()),
    ],
)
def test_the_most_in_a_window_is_read_by_whatever_header(headers: dict[str, str], expected: Told) -> None:
    """With the window's length where it is told."""
    assert told(CaseInsensitiveDict(headers)) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"X-RateLimit-Reset": "12"}, 12),
        ({"RateLimit-Reset": "7.5"}, 7.5),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 30)}, 30),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) - 30)}, 0),
        ({"X-RateLimit-Reset": "tomorrow"}, None),
    ],
)
def test_the_end_of_a_window_is_seconds_or_a_moment(headers: dict[str, str], seconds: float | None) -> None:
    """Large numbers are seconds since 1970."""
    assert resets(headers, NOW) == seconds


@given(st.text())
def test_no_header_breaks_anything(text: str) -> None:
    """A vendor may write what it likes; a wait is never negative nor longer than an hour."""
    names = ("X-RateLimit-Limit", "RateLimit-Policy", "X-RateLimit-Reset", "Retry-After")
    headers = dict.fromkeys(names, text)
    most = told(headers).most
    assert most is None or most >= 1
    for wait in (resets(headers, NOW), retry_after(headers, NOW)):
        assert wait is None or 0 <= wait <= LONGEST_WAIT
