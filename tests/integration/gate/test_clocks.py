"""The Redis server's clock is set: its record of the last minutes is then of no use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alpha_swarm.coordination.gate import PATIENCE
from alpha_swarm.coordination.places import Places, nowhere
from alpha_swarm.coordination.redis_time import RedisTime, Sighting
from alpha_swarm.coordination.windows import windows
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.errors import RateLimitedError
from tests.integration.gate.test_windows import Passed, call, gate, most_in_a_window
from tests.integration.gate.virtual import VirtualTime

if TYPE_CHECKING:
    from redis import Redis

RULE = Limit(5, 10)
LIMITS = windows("busy", "", (RULE,))
WINDOW = LIMITS[0].microseconds / 1e6

CALLS = st.tuples(st.floats(0, 4), st.just(0.0))
JUMPS = st.tuples(st.floats(0, 4), st.sampled_from([-1e6, -3600, -30, -5, -0.2, 0.2, 5, 30, 3600, 1e6]))


@settings(max_examples=100, deadline=None)
@given(trace=st.lists(st.one_of(CALLS, CALLS, CALLS, JUMPS), max_size=40))
def test_no_window_holds_more_than_the_limit_however_the_clock_is_set(
    shared: Redis, trace: list[tuple[float, float]]
) -> None:
    """Two processes ask by turns; the first has asked before."""
    time = VirtualTime(shared)
    doors, passed = [gate(time, busy=RULE) for _ in range(2)], list[Passed]()
    for turn, (pause, jump) in enumerate([(0.0, 0.0), (0.0, 0.0), *trace]):
        time.sleep(pause)
        if jump:
            time.set_server(time.offset + jump)
        try:
            doors[turn % 2].enter(call("busy"))
        except RateLimitedError:
            continue
        passed.append(Passed(time.monotonic(), 1))
    assert most_in_a_window(passed, RULE.seconds) <= RULE.amount


@pytest.mark.parametrize("jump", [-86400, -30, -1, 1, 30, 86400])
def test_a_clock_that_is_set_shuts_the_gate_for_one_window(time: VirtualTime, jump: float) -> None:
    """However far it is set, and only once, though each process sees it for itself."""
    doors = [gate(time, busy=RULE) for _ in range(3)]
    for door in doors:
        door.enter(call("busy"))
    time.sleep(1)
    time.set_server(jump)
    with pytest.raises(RateLimitedError):
        doors[0].enter(call("busy"))
    time.sleep(WINDOW)
    for door in doors:
        door.enter(call("busy"))


def test_a_place_ahead_is_not_waited_for_when_the_clock_was_set_back(time: VirtualTime) -> None:
    """Somebody else had noticed already, so this process has no reason to wonder."""
    places, other = Places(time.redis, time), gate(time, busy=RULE)
    for _ in range(3):
        other.enter(call("busy"))
    place = places.ask(LIMITS, 1, nowhere(LIMITS).takings, PATIENCE)
    assert 0 < place.wait < PATIENCE
    time.set_server(-3600)
    with pytest.raises(RateLimitedError):
        other.enter(call("busy"))
    time.sleep(place.wait)
    assert not places.ask(LIMITS, 1, place.takings, 0).granted


@pytest.mark.parametrize(
    ("passed", "was_set"),
    [(10.0, False), (11.0, False), (11.1, True), (9.9, True), (-5.0, True), (1e6, True)],
)
def test_the_way_of_a_question_is_no_jump(passed: float, *, was_set: bool) -> None:
    """Both answers took half a second, so that the time between the two readings is not known better."""
    time = RedisTime()
    assert not time.was_set(Sighting(asked=0, answered=0.5, redis=1000, since=1))
    assert time.was_set(Sighting(asked=10.5, answered=11, redis=1000 + passed, since=1)) is was_set


def test_a_jump_that_somebody_else_noticed_is_none() -> None:
    """The record begins anew, so nothing of the time before is relied upon."""
    time = RedisTime()
    assert not time.was_set(Sighting(asked=0, answered=0, redis=1000, since=1))
    assert not time.was_set(Sighting(asked=1, answered=1, redis=5000, since=5000))
    assert time.was_set(Sighting(asked=2, answered=2, redis=9000, since=5000))


def test_a_jump_after_one_that_somebody_else_noticed_is_seen_by_the_age_of_the_record() -> None:
    """It cannot have begun before the last answer, in which it was another."""
    time = RedisTime()
    assert not time.was_set(Sighting(asked=0, answered=0, redis=1000, since=1))
    assert time.was_set(Sighting(asked=1, answered=1, redis=5030, since=5000))
