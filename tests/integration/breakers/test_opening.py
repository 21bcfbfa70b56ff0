"""When a breaker opens. The cases are those that opossum's and resilience4j's own tests hold to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.breaker import BreakerRules, Ending
from tests.integration.breakers.subject import Subject, VirtualBreakers

if TYPE_CHECKING:
    from redis import Redis

    from tests.doubles import StillClock

OK, FAILED, IGNORED = Ending.OK, Ending.FAILED, Ending.IGNORED


@pytest.mark.parametrize(
    ("calls", "state"),
    [
        ([(FAILED, 9)], "closed"),  # resilience4j: below the minimum number of calls no rate is reckoned
        ([(FAILED, 10)], "open"),  # opossum: volumeThreshold is reached, not passed
        ([(OK, 9), (FAILED, 1)], "closed"),
        ([(OK, 5), (FAILED, 5)], "open"),  # resilience4j: a rate equal to the threshold opens
        ([(OK, 6), (FAILED, 5)], "closed"),
        ([(FAILED, 5), (OK, 5)], "open"),  # a success that completes the volume may be the one that opens
        ([(FAILED, 4), (OK, 5), (FAILED, 1)], "open"),
        ([(OK, 10), (FAILED, 9)], "closed"),
        ([(OK, 10), (FAILED, 10)], "open"),
        ([(OK, 1000), (FAILED, 10)], "closed"),  # a few failures among many successes
        ([(FAILED, 9), (OK, 1)], "open"),
        ([(IGNORED, 100)], "closed"),  # both: filtered errors are no failures
        ([(IGNORED, 9), (FAILED, 1)], "closed"),  # resilience4j: nor do they fill the volume
        ([(FAILED, 9), (IGNORED, 100)], "closed"),
        ([(FAILED, 5), (IGNORED, 100), (OK, 5)], "open"),  # nor thin the rate out
    ],
)
def test_it_opens_by_the_rate_over_the_volume(
    subject: Subject, calls: list[tuple[Ending, int]], state: str
) -> None:
    for ending, times in calls:
        subject.call(ending, times)
    assert subject.state == state


@pytest.mark.parametrize(
    ("slow", "quick", "state"),
    [(10, 0, "open"), (9, 0, "closed"), (8, 2, "open"), (7, 3, "closed"), (79, 21, "closed")],
)
def test_it_opens_by_slow_calls_too(subject: Subject, slow: int, quick: int, state: str) -> None:
    """Resilience4j: the slow-call rate has a threshold of its own, and successes count."""
    subject.call(OK, quick)
    subject.call(OK, slow, slow=True)
    assert subject.state == state


def test_slow_failures_count_as_both(subject: Subject, shared: Redis) -> None:
    """Resilience4j: slow errors enter both rates; here neither alone would do."""
    rules = BreakerRules(failed_percent=90)
    assert rules.slow_percent == 80
    strict = Subject(VirtualBreakers(shared, subject.clock, rules), subject.clock)
    strict.call(OK, 2)
    strict.call(FAILED, 8, slow=True)
    assert strict.state == "open"


@pytest.mark.parametrize(("pause", "state"), [(9.0, "open"), (10.0, "closed"), (60.0, "closed")])
def test_what_left_the_window_is_forgotten(subject: Subject, pause: float, state: str) -> None:
    """Opossum: the rolling window drops its oldest bucket."""
    subject.call(FAILED, 5)
    subject.wait(pause)
    subject.call(FAILED, 5)
    assert subject.state == state


def test_the_window_slides_and_does_not_start_anew(subject: Subject) -> None:
    """Failures that trickle in from one window into the next are seen together."""
    for _ in range(9):
        subject.call(FAILED)
        subject.wait(1.0)
    assert subject.state == "closed"
    subject.call(FAILED)
    assert subject.state == "open"


def test_one_failure_a_second_is_too_little_only_below_the_volume(subject: Subject) -> None:
    """A trickle of nine failures in ten seconds never opens it, however long it lasts."""
    for _ in range(200):
        subject.call(FAILED)
        subject.wait(1.12)
        assert subject.state == "closed"


def test_steady_failure_below_the_threshold_never_opens(subject: Subject) -> None:
    """Opossum: 40 of a hundred are not half."""
    for _ in range(60):
        subject.call(OK, 6)
        subject.call(FAILED, 4)
        subject.wait(1.0)
    assert subject.state == "closed"


def test_a_long_good_past_does_not_hide_a_bad_present(subject: Subject) -> None:
    """Only the window counts."""
    for _ in range(30):
        subject.call(OK, 50)
        subject.wait(1.0)
    subject.wait(10.0)
    subject.break_it()


def test_many_calls_may_be_told_at_once(subject: Subject) -> None:
    """As one process tells what it counted."""
    number = subject.ask().round
    subject.tell(number, OK, times=100)
    assert subject.state == "closed"
    assert subject.tell(number, FAILED, times=100).state == "open"


def test_the_outcomes_of_all_processes_are_added_up(shared: Redis, clock: StillClock) -> None:
    """Ten processes with one failure each."""
    crowd = [Subject(VirtualBreakers(shared, clock), clock) for _ in range(10)]
    for one in crowd:
        one.target = crowd[0].target
        one.call(FAILED)
    assert {str(one.state) for one in crowd} == {"open"}


def test_it_survives_the_processes(subject: Subject, shared: Redis, clock: StillClock) -> None:
    """Where opossum exports and imports its state, a new process finds it."""
    subject.break_it()
    subject.wait(1.0)
    heir = Subject(VirtualBreakers(shared, clock), clock)
    heir.target = subject.target
    assert not heir.ask().may_go
    assert heir.ask().wait == pytest.approx(29.0, abs=0.001)


def test_one_targets_breaker_is_no_others(subject: Subject, breakers: VirtualBreakers) -> None:
    """One sick neighbour."""
    other = Subject(breakers, subject.clock)
    subject.break_it()
    assert other.ask().may_go
    assert other.state == "closed"


def test_it_turns_once_and_says_so_once(subject: Subject) -> None:
    """Both: one event for a transition, whoever else reports failures."""
    number = subject.ask().round
    answers = [subject.tell(number, FAILED) for _ in range(20)]
    assert [answer.turned for answer in answers] == [False] * 9 + [True] + [False] * 10


def test_the_rules_can_be_others(shared: Redis, clock: StillClock) -> None:
    """Volume, rate, and for how long."""
    rules = BreakerRules(volume=2, failed_percent=100, open_seconds=5)
    one = Subject(VirtualBreakers(shared, clock, rules), clock)
    one.call(OK)
    one.call(FAILED, 5)
    assert one.state == "closed"
    one.wait(10)
    one.call(FAILED, 2)
    assert one.ask().wait == pytest.approx(5.0, abs=0.001)


def test_looking_changes_nothing(subject: Subject, shared: Redis) -> None:
    """A status that is asked for ten times a second leaves no trace."""
    before = shared.dump("alpha-swarm:{gate}:breakers")
    assert subject.state == "closed"
    assert shared.dump("alpha-swarm:{gate}:breakers") == before


def test_a_record_stays_small(subject: Subject, shared: Redis) -> None:
    """Whatever passes, it holds ten counts at most."""
    for _ in range(300):
        subject.call(OK, 3)
        subject.wait(0.5)
    stored = shared.hget("alpha-swarm:{gate}:breakers", subject.target)
    assert stored is not None
    assert len(stored) < 400
