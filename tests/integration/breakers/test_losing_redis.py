"""What Redis loses makes a breaker stricter, never looser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.breaker import KEY, Breakers, inaugurate_breakers
from alpha_swarm.coordination.connection import connect
from alpha_swarm.domain.calls.breaker import Ending
from alpha_swarm.errors import NotReadyError
from tests.integration.breakers.subject import Subject, VirtualBreakers

if TYPE_CHECKING:
    from redis import Redis

    from tests.doubles import StillClock


def test_the_first_calls_of_a_new_installation_need_not_go_one_by_one(subject: Subject) -> None:
    assert subject.state == "closed"
    assert all(subject.ask(f"{number}").may_go for number in range(20))


@pytest.mark.parametrize("before", ["never called", "closed", "open"])
def test_after_a_loss_one_call_tries_first(subject: Subject, shared: Redis, before: str) -> None:
    """An open one is not believed closed; nor is any other, for nobody knows."""
    if before != "never called":
        subject.call(Ending.OK)
    if before == "open":
        subject.break_it()
    shared.delete(KEY)
    assert subject.state == "half_open"
    answers = [subject.ask(f"{number}").may_go for number in range(20)]
    assert answers == [True] + [False] * 19
    subject.end(Ending.OK, "0")
    assert subject.state == "closed"


def test_all_are_lost_together(subject: Subject, shared: Redis, breakers: VirtualBreakers) -> None:
    """One that is known again does not vouch for the others."""
    shared.delete(KEY)
    subject.call(Ending.OK)
    assert Subject(breakers, subject.clock).state == "half_open"


def test_an_old_installation_cannot_pass_for_a_new_one(subject: Subject, shared: Redis) -> None:
    """Nothing of ours says so after a loss but the very first start of a server."""
    shared.delete(KEY)
    subject.call(Ending.OK)
    inaugurate_breakers(shared)
    assert subject.state == "closed"
    subject.break_it()
    inaugurate_breakers(shared)
    assert subject.state == "open"


def test_a_probe_under_way_when_all_is_lost_decides_nothing(subject: Subject, shared: Redis) -> None:
    """Its permit is lost, too."""
    subject.break_it()
    subject.wait(30.0)
    subject.ask("before")
    shared.delete(KEY)
    assert not subject.end(Ending.OK, "before").turned
    assert subject.state == "half_open"


def test_failures_counted_before_a_loss_do_not_count_after_it(subject: Subject, shared: Redis) -> None:
    """Their round is over."""
    number = subject.ask().round
    shared.delete(KEY)
    subject.call(Ending.OK)
    assert subject.tell(number, Ending.FAILED, times=50).state == "closed"


@pytest.mark.parametrize("seconds", [3600.0, 86_400.0])
def test_a_clock_set_back_makes_no_breaker_stay_open_for_longer(subject: Subject, seconds: float) -> None:
    """The wait is never longer than it would be from now on."""
    subject.break_it()
    subject.wait(-seconds)
    assert subject.ask().wait == pytest.approx(30.0, abs=0.001)


def test_a_clock_set_back_makes_no_probe_last_for_longer(subject: Subject) -> None:
    """Neither open for hours nor probed by a ghost."""
    subject.break_it()
    subject.wait(30.0)
    subject.ask("prober")
    subject.wait(-3600.0)
    subject.breakers.act(subject.target, "report")
    waited = 0.0
    while not subject.ask("next").may_go:
        subject.wait(1.0)
        waited += 1.0
    assert waited <= 70.0


def test_a_clock_set_forward_ends_the_wait_and_lets_one_through(subject: Subject) -> None:
    """As much as can be said."""
    subject.break_it()
    subject.wait(86_400.0)
    assert [subject.ask(f"{number}").may_go for number in range(3)] == [True, False, False]


def test_a_clock_set_back_forgets_what_was_counted_later(subject: Subject) -> None:
    """Counts from the future are nobody's."""
    subject.call(Ending.FAILED, 9)
    subject.wait(-100.0)
    subject.call(Ending.FAILED, 9)
    assert subject.state == "closed"


def test_it_outlives_a_script_flush(subject: Subject, shared: Redis) -> None:
    """The script is sent again."""
    subject.break_it()
    shared.script_flush()
    assert subject.state == "open"


def test_without_redis_it_is_not_ready(clock: StillClock) -> None:
    """And says when to ask again."""
    del clock
    with pytest.raises(NotReadyError) as caught:
        Breakers(connect("unix:///nowhere")).act("ghl", "enter")
    assert caught.value.after == 2.0
