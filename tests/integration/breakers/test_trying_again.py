"""How an open breaker finds out whether its target is back: one call, over all processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.breaker import BreakerRules, Ending
from tests.integration.breakers.subject import Subject, VirtualBreakers

if TYPE_CHECKING:
    from redis import Redis

    from tests.doubles import StillClock

OK, FAILED, IGNORED = Ending.OK, Ending.FAILED, Ending.IGNORED


@pytest.fixture
def broken(subject: Subject) -> Subject:
    """One whose breaker has just opened."""
    subject.break_it()
    return subject


@pytest.fixture
def due(broken: Subject) -> Subject:
    """One that may be tried again."""
    broken.wait(30.0)
    return broken


@pytest.mark.parametrize("seconds", [0.0, 1.0, 29.999])
def test_an_open_breaker_lets_nothing_through_and_says_when_it_will(broken: Subject, seconds: float) -> None:
    """Resilience4j: no permission before the wait is over."""
    broken.wait(seconds)
    answer = broken.ask()
    assert (answer.may_go, answer.state) == (False, "open")
    assert answer.wait == pytest.approx(30.0 - seconds, abs=0.0015)


def test_after_the_wait_it_is_half_open(due: Subject) -> None:
    """Opossum: resetTimeout."""
    assert due.state == "half_open"


def test_half_open_lets_exactly_one_through(due: Subject) -> None:
    """Opossum: the first is let through, every other refused."""
    answers = [due.ask(f"worker {number}") for number in range(50)]
    assert [answer.may_go for answer in answers] == [True] + [False] * 49


def test_a_probe_that_succeeds_closes_it(due: Subject) -> None:
    """Both."""
    assert due.ask().may_go
    assert due.end(OK).turned
    assert due.state == "closed"
    due.call(OK, 100)


def test_a_probe_that_fails_opens_it_for_the_whole_time_again(due: Subject) -> None:
    """Opossum: the timer starts anew; the volume is not asked for."""
    due.wait(100.0)
    due.ask()
    assert due.end(FAILED).turned
    assert due.ask().wait == pytest.approx(30.0, abs=0.001)


def test_a_probe_that_says_nothing_gives_its_permit_back(due: Subject) -> None:
    """Resilience4j: an ignored exception releases the permission."""
    due.ask("first")
    due.end(IGNORED, "first")
    assert due.state == "half_open"
    assert due.ask("second").may_go
    assert not due.ask("third").may_go


def test_a_single_failure_after_closing_does_not_open_it_again(due: Subject) -> None:
    """Resilience4j: the window starts empty."""
    due.call(OK)
    due.call(FAILED, 9)
    assert due.state == "closed"
    due.call(FAILED)
    assert due.state == "open"


def test_it_may_open_and_close_any_number_of_times(subject: Subject) -> None:
    """Opossum: each time the same."""
    for _ in range(5):
        subject.break_it()
        subject.wait(30.0)
        subject.call(FAILED)
        assert subject.state == "open"
        subject.wait(30.0)
        subject.call(OK)
        assert subject.state == "closed"


def test_a_prober_that_died_keeps_the_permit_only_as_long_as_a_call_may_take(due: Subject) -> None:
    """Resilience4j: half-open does not last for ever; here the next one tries."""
    due.ask("dead")
    due.wait(39.999)
    assert not due.ask("next").may_go
    due.wait(0.001)
    assert due.ask("next").may_go
    assert not due.ask("another").may_go


@pytest.mark.parametrize("ending", list(Ending))
def test_a_prober_that_comes_back_from_the_dead_says_nothing(due: Subject, ending: Ending) -> None:
    """Its permit is somebody else's by now."""
    due.ask("frozen")
    due.wait(40.0)
    due.ask("next")
    assert not due.end(ending, "frozen").turned
    assert due.state == "half_open"
    assert not due.ask("a third").may_go
    due.end(OK, "next")
    assert due.state == "closed"


@pytest.mark.parametrize("ending", [OK, FAILED])
def test_a_late_probe_whose_place_nobody_took_counts(due: Subject, ending: Ending) -> None:
    """It is the newest that is known."""
    due.ask()
    due.wait(100.0)
    assert due.end(ending).turned


@pytest.mark.parametrize("ending", [OK, FAILED])
def test_a_call_that_began_before_it_opened_changes_nothing_while_it_is_open(
    broken: Subject, ending: Ending
) -> None:
    """Resilience4j: late results neither close it nor lengthen the wait."""
    broken.wait(10.0)
    broken.tell(0, ending, times=20)
    assert broken.ask().wait == pytest.approx(20.0, abs=0.001)


@pytest.mark.parametrize("ending", [OK, FAILED])
def test_nor_while_it_is_half_open(due: Subject, ending: Ending) -> None:
    """Only the probe decides."""
    due.ask()
    due.tell(0, ending, times=20)
    assert due.state == "half_open"
    assert not due.ask("other").may_go


def test_nor_after_it_has_closed(due: Subject) -> None:
    """Calls of an earlier time that time out at last say nothing of the present."""
    due.call(OK)
    due.tell(0, FAILED, times=20)
    assert due.state == "closed"


def test_refused_calls_are_not_counted(due: Subject) -> None:
    """Opossum: rejects are no failures."""
    due.ask()
    for number in range(100):
        assert not due.ask(f"{number}").may_go
    due.end(OK)
    due.call(OK)
    assert due.state == "closed"


def test_a_strange_token_ends_no_probe(due: Subject) -> None:
    """Nor does an empty one."""
    due.ask("prober")
    for token in ("", "other"):
        due.end(OK, token)
        assert due.state == "half_open"


def test_a_token_ends_nothing_while_it_is_closed(subject: Subject) -> None:
    """What was never a probe cannot open it."""
    subject.call(OK)
    assert not subject.end(FAILED, "").turned
    assert not subject.end(FAILED, "mine").turned
    assert subject.state == "closed"


def test_it_may_be_tried_at_once_when_somebody_says_so(broken: Subject) -> None:
    """As after a repair: one call, not all of them."""
    broken.breakers.act(broken.target, "retry")
    assert broken.state == "half_open"
    assert broken.ask("first").may_go
    assert not broken.ask("second").may_go


def test_trying_at_once_leaves_a_closed_one_closed(subject: Subject) -> None:
    """There is nothing to try."""
    subject.call(OK)
    subject.breakers.act(subject.target, "retry")
    assert subject.state == "closed"


def test_each_change_is_told_once(subject: Subject) -> None:
    """Opened, closed."""
    number = subject.ask().round
    turns = [subject.tell(number, FAILED).turned for _ in range(10)]
    subject.wait(30.0)
    turns += [subject.ask().turned, subject.end(OK).turned, subject.ask().turned]
    assert sum(turns) == 2


def test_in_a_thousand_windows_one_of_sixteen_workers_tries(shared: Redis, clock: StillClock) -> None:
    """Whoever asks first, in whatever way the probe ends."""
    rules = BreakerRules(open_seconds=1.0, probe_seconds=2.0)
    one = Subject(VirtualBreakers(shared, clock, rules), clock)
    one.break_it()
    for window in range(1000):
        one.wait(1.0 + window % 7)
        asked = [f"{window}:{worker}" for worker in range(16)]
        tried = [token for token in asked if one.ask(token).may_go]
        assert tried == asked[:1]
        one.end(FAILED, tried[0])
