"""Guessing at a password gets slower."""

from __future__ import annotations

import pytest

from alpha_swarm.console.throttle import FREE, LONGEST_SECONDS, MOST_ADDRESSES, Throttle
from tests.doubles import StillClock

HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock() -> StillClock:
    """One that a test winds on."""
    return StillClock()


@pytest.fixture
def throttle(clock: StillClock) -> Throttle:
    """A new one."""
    return Throttle(clock)


def guess(throttle: Throttle, clock: StillClock, times: int) -> float:
    """Guess wrong so often, as soon as that is possible; the seconds that it took."""
    began = clock.monotonic()
    for _ in range(times):
        while wait := throttle.admit(HERE):
            clock.sleep(wait)
    return clock.monotonic() - began


def test_a_few_slips_cost_nothing(throttle: Throttle, clock: StillClock) -> None:
    assert guess(throttle, clock, FREE) == 0


def test_each_further_guess_waits_twice_as_long_up_to_five_minutes(
    throttle: Throttle, clock: StillClock
) -> None:
    guess(throttle, clock, FREE)
    assert [guess(throttle, clock, 1) for _ in range(4)] == [1, 2, 4, 8]
    guess(throttle, clock, 10)
    assert guess(throttle, clock, 1) == LONGEST_SECONDS


def test_guesses_at_once_are_all_counted_before_any_is_judged(throttle: Throttle) -> None:
    assert [throttle.admit(HERE) for _ in range(FREE)] == [0] * FREE
    assert throttle.admit(HERE) > 0


def test_another_address_does_not_wait(throttle: Throttle, clock: StillClock) -> None:
    guess(throttle, clock, FREE + 3)
    assert throttle.admit(THERE) == 0


def test_the_right_password_ends_the_waiting(throttle: Throttle, clock: StillClock) -> None:
    guess(throttle, clock, FREE + 3)
    throttle.passed(HERE)
    assert throttle.admit(HERE) == 0


def test_many_addresses_share_one_record_so_that_none_is_free(throttle: Throttle) -> None:
    for number in range(MOST_ADDRESSES):
        throttle.admit(f"address {number}")
    waits = [throttle.admit(f"further address {number}") for number in range(FREE + 1)]
    assert waits[:FREE] == [0] * FREE
    assert waits[FREE] > 0
