"""Waits grow, attempts end, and what we are told is obeyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.calls.retry import ATTEMPTS, collect_wait, next_wait

if TYPE_CHECKING:
    import random


def longest(_least: float, most: float) -> float:
    """The draw that waits longest."""
    return most


@pytest.mark.parametrize(("attempts", "most"), [(0, 4), (1, 8), (2, 16)])
def test_the_wait_is_drawn_up_to_a_bound_that_doubles(attempts: int, most: float) -> None:
    """4, 8, 16 seconds at most."""
    assert next_wait(attempts=attempts, after=None, burns=True, draw=longest) == most


@given(st.integers(0, 10**9), st.randoms(use_true_random=False))
def test_a_drawn_wait_is_between_4_and_60_seconds(attempts: int, chance: random.Random) -> None:
    """However many attempts there were."""
    wait = next_wait(attempts=attempts, after=None, burns=False, draw=chance.uniform)

    assert wait is not None
    assert 4 <= wait <= 60


@given(st.integers(3, 10**9), st.none() | st.floats(0, 1e6))
def test_the_third_attempt_is_the_last(attempts: int, after: float | None) -> None:
    """Also when the other side named a time."""
    assert next_wait(attempts=attempts, after=after, burns=True, draw=longest) is None


@given(st.integers(0, 10**9), st.none() | st.floats(0, 1e6))
def test_what_burns_no_attempt_never_gives_up(attempts: int, after: float | None) -> None:
    """Waiting for a limit is no failure."""
    assert next_wait(attempts=attempts, after=after, burns=False, draw=longest) is not None


def test_what_harms_nobody_may_be_tried_more_often() -> None:
    """Up to a number of its own."""
    waits = [next_wait(attempts=used, after=None, burns=True, draw=longest, most=5) for used in range(1, 6)]
    assert waits == [8, 16, 32, 60, None]
    assert ATTEMPTS < 5


def test_a_wait_that_was_asked_for_is_obeyed() -> None:
    """Also when it is longer than any we would draw; one in the past is no wait."""
    assert next_wait(attempts=1, after=3600.0, burns=True, draw=longest) == 3600.0
    assert next_wait(attempts=1, after=-1.0, burns=True, draw=longest) == 0.0


def test_polls_grow_apart_by_half_up_to_the_most() -> None:
    """A row that takes long is asked for less and less often."""
    assert [collect_wait(polls, 10.0) for polls in range(6)] == [10.0, 15.0, 22.5, 33.75, 50.625, 60.0]
    assert collect_wait(10**6, 5.0, most=30.0) == 30.0
