"""Limits and numbers in flight, as settings write them."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import Limit, parse_limits
from alpha_swarm.domain.states import Priority


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("100/60", Limit(100, 60.0)),
        (" 10/1/20 ", Limit(10, 1.0, burst=20)),
        ("50/60r", Limit(50, 60.0, unit="rows")),
        ("50/60/100R", Limit(50, 60.0, burst=100, unit="rows")),
        ("1/0.5", Limit(1, 0.5)),
    ],
)
def test_a_limit_is_read(text: str, limit: Limit) -> None:
    """Calls or rows, with or without a burst."""
    assert Limit.parse(text) == limit
    assert Limit.parse(str(limit)) == limit


def test_several_limits_hold_at_the_same_time_and_off_is_none_of_them() -> None:
    """With commas between them; a wrong one is found among the right ones."""
    assert parse_limits("50/60, 1000/60r") == (Limit(50, 60.0), Limit(1000, 60.0, unit="rows"))
    assert parse_limits(" OFF ") == ()
    with pytest.raises(ValueError, match="is not a limit"):
        parse_limits("50/60,off")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is not a limit"),
        ("100", "is not a limit"),
        ("100/", "is not a limit"),
        ("-1/60", "is not a limit"),
        ("1e3/60", "is not a limit"),
        ("100/60/", "is not a limit"),
        ("100/60x", "is not a limit"),
        ("\uff11/60", "is not a limit"),
        ("0/60", "lets nothing through"),
        ("10/0", "lets nothing through"),
        ("10/1/5", "burst below its amount"),
    ],
)
def test_a_wrong_limit_says_what_to_write(text: str, fault: str) -> None:
    """Each mistake is told apart, with the remedy."""
    with pytest.raises(ValueError, match=rf"{fault}.*: write calls/seconds such as 100/60.* or off"):
        Limit.parse(text)


def test_numbers_in_flight_are_read_by_priority() -> None:
    """Critical, normal, bulk, in this order."""
    numbers = InFlight.parse(" 10/5/2 ")

    assert numbers == InFlight(critical=10, normal=5, bulk=2)
    assert [numbers.of(priority) for priority in Priority] == [10, 5, 2]
    assert InFlight.parse("off") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "three numbers"), ("10/5", "three numbers"), ("10/5/x", "three numbers"), ("10/5/0", "for ever")],
)
def test_wrong_numbers_in_flight_say_what_to_write(text: str, fault: str) -> None:
    """Each mistake is told apart, with the remedy."""
    with pytest.raises(ValueError, match=rf"{fault}: write critical/normal/bulk such as 10/5/2, or off"):
        InFlight.parse(text)
