"""An answer that is at hand."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.console.known import Known
from tests.doubles import StillClock
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slow:
    """Counts how often it is asked, and answers when it may."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.trouble: Exception | None = None

    def __call__(self) -> int:
        """How often it was asked."""
        self.asked += 1
        assert self.may_answer.wait(PATIENCE_SECONDS)
        if self.trouble is not None:
            raise self.trouble
        return self.asked


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """One thread."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture
def clock() -> StillClock:
    """One that a test winds on."""
    return StillClock()


@pytest.fixture
def source() -> Slow:
    """What is asked."""
    return Slow()


@pytest.fixture
def known(source: Slow, clock: StillClock, pool: ThreadPoolExecutor) -> Known[int]:
    """Fresh for a second."""
    return Known(source, clock, pool, fresh_seconds=1)


def answer(known: Known[int]) -> int | None:
    """Without its age."""
    told = known()
    return None if told is None else told.answer


def test_within_a_second_nobody_asks_twice(known: Known[int], source: Slow, clock: StillClock) -> None:
    assert [answer(known), answer(known)] == [1, 1]
    clock.sleep(1)
    assert answer(known) == 2
    assert source.asked == 2


def test_whoever_finds_it_slow_gets_the_last_answer_with_its_age(
    known: Known[int], source: Slow, clock: StillClock
) -> None:
    known()
    clock.sleep(7)
    source.may_answer.clear()
    told = known()
    assert told is not None
    assert (told.answer, told.age) == (1, 7)
    source.may_answer.set()


def test_without_any_answer_yet_there_is_nothing_to_wait_for(known: Known[int], source: Slow) -> None:
    source.may_answer.clear()
    assert [known(), known()] == [None, None]
    assert source.asked == 1, "one asks, however many want to know"
    source.may_answer.set()


def test_trouble_is_raised_unless_there_is_an_older_answer(
    known: Known[int], source: Slow, clock: StillClock
) -> None:
    source.trouble = ValueError("busy")
    with pytest.raises(ValueError, match="busy"):
        known()
    source.trouble = None
    assert answer(known) == 2
    source.trouble = ValueError("busy")
    clock.sleep(3)
    assert answer(known) == 2


def test_whoever_asks_ahead_waits_for_nothing(known: Known[int], source: Slow) -> None:
    source.may_answer.clear()
    known.begin()
    assert known(patience=0) is None
    source.may_answer.set()
    assert answer(known) == 1
    known.begin()
    assert source.asked == 1, "what is fresh is not asked for"
