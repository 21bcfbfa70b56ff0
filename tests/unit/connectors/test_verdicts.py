"""The table of verdicts: which answer is which error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import errors
from alpha_swarm.connectors.clay import facts as clay
from alpha_swarm.connectors.ghl import facts as ghl
from alpha_swarm.connectors.instantly import facts as instantly
from alpha_swarm.connectors.verdicts import Failure, VerdictTable, error_code
from alpha_swarm.domain.calls.rate_headers import retry_after
from tests.doubles import StillClock

NOW = StillClock().now()


def failure(status: int, body: Any = None, *, effect: bool = True, **headers: str) -> Failure:
    """An answer of that status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Failure(
        target="clay",
        operation="enrich rows",
        status=status,
        effect=effect,
        headers=named,
        body=body,
        now=NOW,
    )


def code(value: str, **more: Any) -> dict[str, Any]:
    """An error's body."""
    return {"error": {"code": value, "message": "text", **more}}


SHARED: list[tuple[int, Any, bool, type[errors.AlphaSwarmError]]] = [
    (307, None, True, errors.WrongAddressError),
    (400, None, True, errors.GiveUpError),
    (401, None, True, errors.CredentialsRefusedError),
    (402, None, True, errors.QuotaExhaustedError),
    (403, code("quota_exceeded"), True, errors.QuotaExhaustedError),
    (403, code("credits_exhausted"), True, errors.QuotaExhaustedError),
    (403, code("forbidden"), True, errors.CredentialsRefusedError),
    (404, None, True, errors.WrongAddressError),
    (408, None, True, errors.OutcomeUnknownError),
    (423, None, False, errors.RetryLaterError),
    (425, None, True, errors.OutcomeUnknownError),
    (410, None, True, errors.WrongAddressError),
    (422, None, True, errors.GiveUpError),
    (429, None, True, errors.RateLimitedError),
    (500, None, True, errors.OutcomeUnknownError),
    (500, None, False, errors.RetryLaterError),
    (502, code("provider_error"), True, errors.OutcomeUnknownError),
    (503, None, False, errors.RetryLaterError),
    (504, code("provider_timeout"), True, errors.OutcomeUnknownError),
    (504, None, False, errors.RetryLaterError),
]


@pytest.mark.parametrize("table", [clay.VERDICTS, ghl.VERDICTS, instantly.VERDICTS])
@pytest.mark.parametrize(("status", "body", "effect", "kind"), SHARED)
def test_what_all_services_share(
    table: VerdictTable, status: int, body: Any, *, effect: bool, kind: type[errors.AlphaSwarmError]
) -> None:
    """One row of the shared table."""
    assert type(table.judge(failure(status, body, effect=effect))) is kind


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ("0", 0.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("86400", 3600.0),
        ("Thu, 15 Jan 2026 10:00:30 GMT", 30.0),
        ("Thu, 15 Jan 2026 09:00:00 GMT", 0.0),
        ("Fri, 16 Jan 2026 10:00:00 GMT", 3600.0),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("Thu, 99 Jan 2026 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_an_hour(header: str, seconds: float | None) -> None:
    """One way of writing it."""
    assert retry_after({"Retry-After": header}, NOW) == seconds


def test_a_429_without_a_time_waits_a_minute_and_burns_no_attempt() -> None:
    """Waiting is no failure."""
    error = clay.VERDICTS.judge(failure(429))
    assert isinstance(error, errors.RateLimitedError)
    assert (error.after, error.burns_attempt) == (60.0, False)


@pytest.mark.parametrize(
    ("resets_at", "seconds"),
    [
        ("2026-01-15T12:00:00Z", 7200.0),
        ("2026-01-15T12:00:00", 7200.0),
        ("2026-01-15T09:00:00Z", 3600.0),
        ("2126-01-15T09:00:00Z", 31 * 86400.0),
        ("tomorrow", 3600.0),
        (None, 3600.0),
        (5, 3600.0),
    ],
)
def test_a_used_up_quota_pauses_until_it_resets(resets_at: Any, seconds: float) -> None:
    """An hour where no time to come is named, at most a month where it is."""
    error = clay.VERDICTS.judge(failure(403, code("quota_exceeded", resets_at=resets_at)))
    assert isinstance(error, errors.QuotaExhaustedError)
    assert error.seconds == seconds


def test_the_real_clay_api_of_today_is_told_by_its_answer() -> None:
    """The text names the two transports that work."""
    body = {"success": False, "message": "deprecated API endpoint"}
    error = clay.VERDICTS.judge(failure(404, body))
    assert isinstance(error, errors.WrongAddressError)
    assert "CLAY_TRANSPORT=webhook" in str(error)
    assert "routines" in str(error)


def test_ghl_waits_for_its_interval() -> None:
    """It names milliseconds instead of Retry-After."""
    error = ghl.VERDICTS.judge(failure(429, None, X_RateLimit_Interval_Milliseconds="10000"))
    assert isinstance(error, errors.RateLimitedError)
    assert error.after == 10.0


def test_ghls_day_ends_at_midnight() -> None:
    """At ten in the morning, fourteen hours are left."""
    error = ghl.VERDICTS.judge(failure(429, None, X_RateLimit_Daily_Remaining="0"))
    assert isinstance(error, errors.QuotaExhaustedError)
    assert error.seconds == 14 * 3600


def test_a_rule_for_a_code_comes_before_one_for_the_status() -> None:
    """And both before the shared table."""
    table = VerdictTable(
        {
            (404, "row"): lambda f: errors.GiveUpError(str(f)),
            404: lambda f: errors.RetryLaterError(str(f)),
        }
    )
    assert type(table.judge(failure(404, code("row")))) is errors.GiveUpError
    assert type(table.judge(failure(404, code("table")))) is errors.RetryLaterError


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: (
        st.lists(children) | st.dictionaries(st.text() | st.sampled_from(["error", "code"]), children)
    ),
    max_leaves=8,
)


@given(status=st.integers(300, 599), body=JSON, effect=st.booleans())
def test_every_answer_has_a_verdict(status: int, body: Any, *, effect: bool) -> None:
    """Whatever the body is, judging it ends in one of our errors."""
    for table in (clay.VERDICTS, ghl.VERDICTS, instantly.VERDICTS):
        assert isinstance(table.judge(failure(status, body, effect=effect)), errors.AlphaSwarmError)


@given(st.text())
def test_a_code_is_short_and_plain_or_nothing(text: str) -> None:
    """So that no personal data passes for a code."""
    shown = error_code(code(text))
    assert shown in {text, ""}
    assert len(shown) <= 60
    assert "@" not in shown
