"""Never more than a limit in any window, whatever Redis forgets, and all that it lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import PATIENCE, RedisGate
from alpha_swarm.coordination.places import Places, nowhere
from alpha_swarm.coordination.scripts import PREFIX, SINCE, inaugurate
from alpha_swarm.coordination.windows import OF_A_BUCKET, Window, allowance, windows
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.errors import ConfigurationError, RateLimitedError, RetryLaterError
from alpha_swarm.ports.edge import Passage
from tests.integration.gate.virtual import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redis import Redis

ROWS = Limit(5, 10, unit="rows")
#: Calls keep at most so many seconds from each other, which what leaves the window may make needless.
DISTANCE = 1.0


def call(limit: str, records: int = 1) -> Passage:
    """A call that counts against the limit."""
    return Passage(target="anybody", limit=limit, records=records)


def gate(time: VirtualTime, **limits: Limit) -> RedisGate:
    """A gate with these limits."""
    return RedisGate(time.redis, {name: (limit,) for name, limit in limits.items()}, time)


class Passed(NamedTuple):
    """What went through at a moment."""

    moment: float
    amount: int


def most_in_a_window(passed: Sequence[Passed], seconds: float) -> int:
    """The largest sum over any window; the fullest ones begin with something that passed."""
    return max(
        (
            sum(later.amount for later in passed if first.moment <= later.moment < first.moment + seconds)
            for first in passed
        ),
        default=0,
    )


ASK = st.tuples(st.floats(0, 4), st.integers(1, ROWS.amount))
FORGET = st.tuples(st.floats(0, 4), st.just(0))


@settings(max_examples=100, deadline=None)
@given(trace=st.lists(st.one_of(ASK, ASK, ASK, FORGET), max_size=40))
@example(trace=[(0.0, 1)] * (ROWS.amount + 1))  # all in one microsecond
def test_no_window_holds_more_than_the_limit_wherever_the_keys_are_lost(
    shared: Redis, trace: list[tuple[float, int]]
) -> None:
    time = VirtualTime(shared)
    door, passed = gate(time, rows=ROWS), list[Passed]()
    for pause, amount in trace:
        time.sleep(pause)
        if amount == 0:
            time.forget()
            continue
        try:
            door.enter(call("rows", amount))
        except RateLimitedError:
            continue
        passed.append(Passed(time.monotonic(), amount))
    assert most_in_a_window(passed, ROWS.seconds) <= ROWS.amount


@settings(max_examples=100, deadline=None)
@given(trace=st.lists(ASK, min_size=1, max_size=30))
def test_the_wait_it_names_is_enough_and_longer_than_needed_by_a_distance_at_most(
    shared: Redis, trace: list[tuple[float, int]]
) -> None:
    time = VirtualTime(shared)
    places, limits = Places(time.redis, time), windows("rows", "", (ROWS,))
    for pause, amount in trace:
        time.sleep(pause)
        place = places.ask(limits, amount, nowhere(limits).takings, 0)
        if not place.granted:
            early = max(0.0, place.wait - DISTANCE - 0.001)
            time.sleep(early)
            assert not places.ask(limits, amount, place.takings, 0).granted
            time.sleep(place.wait - early + 1e-6)  # a moment is rounded to a microsecond
            assert places.ask(limits, amount, place.takings, 0).is_now


def test_a_limit_that_is_off_needs_no_redis() -> None:
    door = RedisGate(connect("unix:///nowhere"), {"off": ()}, SystemClock())
    door.enter(call("off"))
    door.enter(call("never heard of"))


def test_without_redis_nothing_goes() -> None:
    door = RedisGate(connect("unix:///nowhere"), {"rows": (Limit(1, 1),)}, SystemClock())
    with pytest.raises(RetryLaterError) as caught:
        door.enter(call("rows"))
    assert caught.value.after == 2


def test_a_lost_record_shuts_the_gate_for_a_whole_window(time: VirtualTime) -> None:
    time.forget()
    rule = Limit(100, 60)
    with pytest.raises(RateLimitedError) as caught:
        gate(time, lost=rule).enter(call("lost"))
    assert caught.value.after == pytest.approx(Window("lost", rule).microseconds / 1e6 - PATIENCE)


def test_a_new_installation_need_not_wait_but_an_old_one_cannot_pass_for_new(time: VirtualTime) -> None:
    door = gate(time, fresh=Limit(1, 60))
    time.forget()
    inaugurate(time.redis)
    door.enter(call("fresh"))
    time.forget()
    with pytest.raises(RateLimitedError):
        door.enter(call("fresh"))
    inaugurate(time.redis)
    with pytest.raises(RateLimitedError):
        door.enter(call("fresh"))


def test_calls_or_rows_are_counted_as_the_limit_says(time: VirtualTime) -> None:
    door = gate(time, calls=Limit(1, 60), rows=Limit(60, 60, unit="rows"))
    door.enter(call("calls", 50))
    door.enter(call("rows", 50))
    door.enter(call("rows", 10))
    for limit in ("calls", "rows"):
        with pytest.raises(RateLimitedError):
            door.enter(call(limit))


def test_a_call_takes_from_every_window_it_falls_under_or_from_none(time: VirtualTime) -> None:
    rules = (Limit(3, 60), Limit(10, 60, unit="rows"))
    door = RedisGate(time.redis, {"both": rules}, time)
    door.enter(call("both", 8))
    with pytest.raises(RateLimitedError):
        door.enter(call("both", 3))  # rows are out, so no call is taken either
    door.enter(call("both", 1))
    door.enter(call("both", 1))
    with pytest.raises(RateLimitedError):
        door.enter(call("both", 0))  # now the calls are out
    assert [time.redis.zcard(PREFIX + log) for log in ("both", "both:1")] == [3, 3]


def test_accounts_and_tables_have_logs_of_their_own(time: VirtualTime) -> None:
    here, there, here_too = (
        RedisGate(time.redis, {"rows": (Limit(1, 60),)}, time, {"rows": table}) for table in ("a", "b", "a")
    )
    here.enter(call("rows"))
    there.enter(call("rows"))
    with pytest.raises(RateLimitedError):
        here_too.enter(call("rows"))


def test_a_burst_may_go_at_once_and_lengthens_the_window(time: VirtualTime) -> None:
    door = gate(time, burst=Limit(10, 10, burst=20, unit="rows"))
    door.enter(call("burst", 20))
    with pytest.raises(RateLimitedError) as caught:
        door.enter(call("burst"))
    assert caught.value.after == pytest.approx(20 * (1 + OF_A_BUCKET) - PATIENCE)


def test_a_batch_that_can_never_go_is_a_configuration_error(time: VirtualTime) -> None:
    door = gate(time, small=Limit(40, 60, unit="rows"))
    with pytest.raises(ConfigurationError, match="a batch needs 50"):
        door.enter(call("small", 50))


def test_it_outlives_a_script_flush_and_leaves_no_log_behind(shared: Redis) -> None:
    shared.set(SINCE, 0)
    door = RedisGate(shared, {"kept": (Limit(100, 10),)}, SystemClock())
    door.enter(call("kept"))
    shared.script_flush()
    door.enter(call("kept"))
    assert shared.zcard(f"{PREFIX}kept") == 2
    assert 0 < shared.pttl(f"{PREFIX}kept") <= 1000 * (10 + allowance(10))
