"""What a call that has ended says of its target."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.calls.breaker import BreakerRules, Ending

RULES = BreakerRules()


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_an_answer_in_time_is_well(status: int) -> None:
    assert RULES.ending(status, 29.9) is Ending.OK


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, None])
def test_a_server_error_or_no_answer_is_a_failure_however_quick(status: int | None) -> None:
    assert RULES.ending(status, 0.001) is Ending.FAILED


def test_whatever_takes_thirty_seconds_has_failed() -> None:
    assert RULES.ending(200, 30.0) is Ending.FAILED


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 408, 409, 422, 429, 499])
@pytest.mark.parametrize("seconds", [0.1, 60.0])
def test_a_refusal_says_nothing(status: int, seconds: float) -> None:
    assert RULES.ending(status, seconds) is Ending.IGNORED


def test_slow_begins_before_failed() -> None:
    assert not RULES.slow(14.9)
    assert RULES.slow(15.0)
    assert RULES.slow_seconds < RULES.failed_seconds


def test_a_probe_has_longer_than_a_request_may_take() -> None:
    """Connecting 5 s and answering 30 s."""
    assert RULES.probe_seconds > 35.0
