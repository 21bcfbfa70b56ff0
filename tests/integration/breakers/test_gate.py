"""The gate with breakers before it: what it answers from memory, and what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from alpha_swarm.coordination.breaker import KEY, Breakers
from alpha_swarm.coordination.breaker_gate import BreakerGate
from alpha_swarm.coordination.connection import connect
from alpha_swarm.errors import STOPPING, BreakerOpenError, NotReadyError, RateLimitedError
from alpha_swarm.ports.edge import Exchange, Passage
from tests.doubles import NoGate, ShutGate
from tests.integration.breakers.subject import VirtualBreakers

if TYPE_CHECKING:
    from redis import Redis

    from tests.doubles import StillClock

GOOD = Exchange(status=200, seconds=0.1, headers={})
BAD = Exchange(status=503, seconds=0.1, headers={})
SLOW = Exchange(status=200, seconds=20.0, headers={})
NO_ANSWER = Exchange(status=None, seconds=30.0, headers={})
NOT_SENT = Exchange(status=None, seconds=0.0, headers={}, asked=False)
IGNORED = [Exchange(status=status, seconds=0.1, headers={}) for status in (301, 400, 401, 404, 422, 429)]


class Caller:
    """One process that calls one target."""

    def __init__(self, breakers: VirtualBreakers, clock: StillClock, target: str) -> None:
        self.clock, self.breakers = clock, breakers
        self.inner = NoGate()
        self.gate = BreakerGate(breakers, self.inner, clock)
        self.target = target

    def enter(self) -> Passage:
        """Begin a call."""
        passage = Passage(target=self.target, limit="any")
        self.gate.enter(passage)
        return passage

    def call(self, exchange: Exchange = GOOD, times: int = 1) -> None:
        """Whole calls, one after the other."""
        for _ in range(times):
            self.gate.leave(self.enter(), exchange)

    def refused(self) -> float:
        """Seconds until it is worth asking again."""
        with pytest.raises(BreakerOpenError) as caught:
            self.enter()
        return caught.value.seconds


@pytest.fixture
def caller(breakers: VirtualBreakers, clock: StillClock) -> Caller:
    """One process."""
    return Caller(breakers, clock, uuid4().hex)


@pytest.fixture
def other(shared: Redis, clock: StillClock, caller: Caller) -> Caller:
    """Another that calls the same target."""
    return Caller(VirtualBreakers(shared, clock), clock, caller.target)


@pytest.mark.parametrize("exchange", [BAD, NO_ANSWER, SLOW])
def test_ten_calls_that_go_wrong_open_it(caller: Caller, exchange: Exchange) -> None:
    caller.call(exchange, 10)
    assert caller.refused() == pytest.approx(30.0, abs=0.001)


@pytest.mark.parametrize("exchange", [*IGNORED, NOT_SENT, GOOD])
def test_refusals_and_what_was_never_sent_do_not(caller: Caller, exchange: Exchange) -> None:
    caller.call(exchange, 100)
    assert caller.breakers.state(caller.target) == "closed"


def test_an_open_breaker_stops_the_target_as_a_whole(caller: Caller) -> None:
    """So the pipeline leaves it alone, and no attempt is used up."""
    caller.call(BAD, 10)
    with pytest.raises(STOPPING):
        caller.enter()


def test_what_is_refused_does_not_reach_the_gate_behind(caller: Caller) -> None:
    caller.call(BAD, 10)
    caller.refused()
    assert len(caller.inner.entered) == len(caller.inner.left) == 10


def test_a_thousand_calls_a_second_cost_few_questions(caller: Caller) -> None:
    """Ten a second, whatever passes."""
    for _ in range(2000):
        caller.call()
        caller.clock.sleep(0.001)
    assert caller.breakers.questions <= 22


def test_what_it_goes_by_is_never_older_than_a_fifth_of_a_second(caller: Caller, other: Caller) -> None:
    """So long after the other process opened it calls may begin here, and no longer."""
    caller.call()
    other.call(BAD, 10)
    caller.clock.sleep(0.199)
    caller.call()
    caller.clock.sleep(0.002)
    assert caller.refused() > 29.0


def test_a_failure_is_told_at_once_with_all_that_went_well(caller: Caller, other: Caller) -> None:
    """So the rate is right: ten failures among many successes are not half."""
    caller.call(GOOD, 50)
    caller.call(BAD, 10)
    assert other.breakers.state(caller.target) == "closed"
    other.call(BAD, 40)
    assert other.breakers.state(caller.target) == "open"


def test_successes_that_nobody_asked_about_are_not_told_later(caller: Caller) -> None:
    """An hour afterwards they would hide failures."""
    caller.call(GOOD, 50)
    caller.clock.sleep(3600.0)
    caller.call(BAD, 10)
    assert caller.breakers.state(caller.target) == "open"


def test_one_call_tries_and_the_others_ask_again_in_a_second(caller: Caller, other: Caller) -> None:
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    probe = other.enter()
    assert caller.refused() == other.refused() == 1.0
    other.gate.leave(probe, GOOD)
    caller.call()
    other.call()


@pytest.mark.parametrize("exchange", [BAD, NO_ANSWER, SLOW])
def test_a_probe_that_goes_wrong_opens_it_again(caller: Caller, exchange: Exchange) -> None:
    """Resilience4j: a slow one, too."""
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    caller.call(exchange)
    assert caller.refused() == pytest.approx(30.0, abs=0.001)


@pytest.mark.parametrize("exchange", [*IGNORED, NOT_SENT])
def test_a_probe_that_says_nothing_lets_the_next_one_try(
    caller: Caller, other: Caller, exchange: Exchange
) -> None:
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    caller.call(exchange)
    other.call(GOOD)
    assert caller.breakers.state(caller.target) == "closed"


def test_a_refusal_by_the_limit_behind_gives_the_permit_back(
    caller: Caller, breakers: VirtualBreakers
) -> None:
    """Resilience4j's releasePermission."""
    limited = BreakerGate(breakers, ShutGate(), caller.clock)
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    for _ in range(3):
        with pytest.raises(RateLimitedError):
            limited.enter(Passage(target=caller.target, limit="any"))
    caller.call(GOOD)
    assert caller.breakers.state(caller.target) == "closed"


def test_a_refusal_by_the_limit_counts_as_nothing(caller: Caller, breakers: VirtualBreakers) -> None:
    limited = BreakerGate(breakers, ShutGate(), caller.clock)
    for _ in range(100):
        with pytest.raises(RateLimitedError):
            limited.enter(Passage(target=caller.target, limit="any"))
    assert breakers.state(caller.target) == "closed"


def test_calls_that_were_under_way_when_it_opened_change_nothing_later(caller: Caller) -> None:
    """Twenty that time out after it has closed again."""
    under_way = [caller.enter() for _ in range(20)]
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    caller.call(GOOD)
    for passage in under_way:
        caller.gate.leave(passage, NO_ANSWER)
    assert caller.breakers.state(caller.target) == "closed"


def test_equal_passages_of_two_calls_are_told_apart(caller: Caller) -> None:
    """A probe and a call from before look the same."""
    before = caller.enter()
    caller.call(BAD, 10)
    caller.clock.sleep(30.0)
    probe = caller.enter()
    assert probe == before
    caller.gate.leave(before, GOOD)
    assert caller.breakers.state(caller.target) == "half_open"
    caller.gate.leave(probe, GOOD)
    assert caller.breakers.state(caller.target) == "closed"


def test_targets_have_nothing_to_do_with_each_other(caller: Caller) -> None:
    caller.call(BAD, 10)
    caller.target = uuid4().hex
    caller.call(GOOD, 10)


def test_after_a_loss_calls_go_on_for_as_long_as_the_answer_is_trusted(caller: Caller, shared: Redis) -> None:
    """Then one tries."""
    caller.call()
    shared.delete(KEY)
    caller.call()
    caller.clock.sleep(0.2)
    probe = caller.enter()
    assert caller.refused() == 1.0
    caller.gate.leave(probe, GOOD)
    caller.call()


def test_without_redis_nothing_goes_and_it_is_not_asked_each_time(clock: StillClock) -> None:
    """A server that does not answer would hold up every call for as long as we wait for it."""
    gate = BreakerGate(Breakers(connect("unix:///nowhere")), NoGate(), clock)
    passage = Passage(target="ghl", limit=None)
    waits = []
    for _ in range(4):
        with pytest.raises(NotReadyError) as caught:
            gate.enter(passage)
        waits.append(caught.value.after)
        clock.sleep(0.5)
    assert waits == [2.0, 1.5, 1.0, 0.5]


def test_a_call_that_ends_without_redis_is_no_trouble(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving never raises; what is not known is not trusted."""

    def away(*_: object) -> None:
        raise NotReadyError("away")

    passage = caller.enter()
    with monkeypatch.context() as patch:
        patch.setattr(caller.breakers, "act", away)
        caller.gate.leave(passage, BAD)
    with pytest.raises(NotReadyError):
        caller.enter()
    caller.clock.sleep(2.0)
    caller.call()
    assert len(caller.inner.left) == 2
