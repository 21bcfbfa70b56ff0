"""The gate: never more than a limit in any window, whatever Redis forgets and however many ask."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from redis.commands.core import Script

from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.coordination.gate import PREFIX, SCRIPT, SINCE, RedisGate, inaugurate, window
from alpha_swarm.domain.limits import Limit
from alpha_swarm.errors import ConfigurationError, RateLimitedError, RetryLaterError
from alpha_swarm.ports.edge import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

SECOND = 1_000_000
AMOUNT, WINDOW = 5, 10 * SECOND


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """One server for all examples; each uses keys of its own."""
    server = EmbeddedServer(tmp_path_factory.mktemp("gate"))
    server.start()
    with connect(server.url) as connection:
        yield connection
    server.stop()


@dataclass
class VirtualGate:
    """The very script, with the time handed in."""

    script: Script
    log: str
    since: str
    now: int = 1_000 * SECOND

    @classmethod
    def on(cls, connection: Redis) -> VirtualGate:
        """A gate whose record is complete from the beginning."""
        assert SCRIPT.count("redis.call('TIME')") == 1
        script = connection.register_script(SCRIPT.replace("redis.call('TIME')", "{ARGV[4], ARGV[5]}"))
        name = uuid4().hex
        connection.set(f"{name}:since", 0)
        return cls(script, f"{name}:log", f"{name}:since")

    def take(self, amount: int) -> int:
        """0, or milliseconds to wait."""
        clock = divmod(self.now, SECOND)
        return int(self.script(keys=[self.log, self.since], args=[amount, AMOUNT, WINDOW, *clock]))

    def forget(self, connection: Redis) -> None:
        """What FLUSHALL does to it."""
        connection.delete(self.log, self.since)


class Passed(NamedTuple):
    """What went through at a moment."""

    moment: int
    amount: int


def most_in_a_window(passed: list[Passed]) -> int:
    """The largest sum over any window; the fullest ones begin with something that passed."""
    return max(
        (
            sum(later.amount for later in passed if first.moment <= later.moment < first.moment + WINDOW)
            for first in passed
        ),
        default=0,
    )


ASK = st.tuples(st.integers(0, 4 * SECOND), st.integers(1, AMOUNT))
FORGET = st.tuples(st.integers(0, 4 * SECOND), st.just(0))


@settings(max_examples=150, deadline=None)
@given(trace=st.lists(st.one_of(ASK, ASK, ASK, FORGET), max_size=40))
@example(trace=[(0, 1)] * (AMOUNT + 1))  # all in one microsecond
def test_no_window_holds_more_than_the_limit_wherever_the_keys_are_lost(
    shared: Redis, trace: list[tuple[int, int]]
) -> None:
    gate, passed = VirtualGate.on(shared), []
    for pause, amount in trace:
        gate.now += pause
        if amount == 0:
            gate.forget(shared)
        elif gate.take(amount) == 0:
            passed.append(Passed(gate.now, amount))
    assert most_in_a_window(passed) <= AMOUNT


@settings(max_examples=100, deadline=None)
@given(trace=st.lists(ASK, min_size=1, max_size=30))
def test_the_wait_it_names_is_enough_and_never_longer_than_needed(
    shared: Redis, trace: list[tuple[int, int]]
) -> None:
    gate = VirtualGate.on(shared)
    for pause, amount in trace:
        gate.now += pause
        wait = gate.take(amount)
        if wait:
            gate.now += (wait - 2) * 1000
            assert gate.take(amount) > 0
            gate.now += 2 * 1000
            assert gate.take(amount) == 0


def call(limit: str, records: int = 1) -> Passage:
    """A call that counts against the limit."""
    return Passage(target="anybody", limit=limit, records=records)


def test_a_limit_that_is_off_needs_no_redis() -> None:
    gate = RedisGate(connect("unix:///nowhere"), {"off": None})
    gate.enter(call("off"))
    gate.enter(call("never heard of"))


def test_without_redis_nothing_goes() -> None:
    gate = RedisGate(connect("unix:///nowhere"), {"clay.rows": Limit(1, 1)})
    with pytest.raises(RetryLaterError) as caught:
        gate.enter(call("clay.rows"))
    assert caught.value.after == 2


def test_a_lost_record_shuts_the_gate_for_a_whole_window(shared: Redis) -> None:
    shared.flushall()
    rule = Limit(100, 60)
    with pytest.raises(RateLimitedError) as caught:
        RedisGate(shared, {"lost": rule}).enter(call("lost"))
    assert caught.value.after == pytest.approx(window(rule), abs=0.1)


def test_a_new_installation_need_not_wait_but_an_old_one_cannot_pass_for_new(shared: Redis) -> None:
    shared.flushall()
    inaugurate(shared)
    gate = RedisGate(shared, {"fresh": Limit(1, 60)})
    gate.enter(call("fresh"))
    shared.flushall()
    with pytest.raises(RateLimitedError):
        gate.enter(call("fresh"))
    inaugurate(shared)
    with pytest.raises(RateLimitedError):
        gate.enter(call("fresh"))


def test_calls_or_rows_are_counted_as_the_limit_says(shared: Redis) -> None:
    shared.set(SINCE, 0)
    gate = RedisGate(shared, {"by calls": Limit(1, 60), "by rows": Limit(60, 60, unit="rows")})
    gate.enter(call("by calls", 50))
    gate.enter(call("by rows", 50))
    gate.enter(call("by rows", 10))
    for limit in ("by calls", "by rows"):
        with pytest.raises(RateLimitedError):
            gate.enter(call(limit))


def test_a_refused_call_takes_nothing(shared: Redis) -> None:
    shared.set(SINCE, 0)
    gate = RedisGate(shared, {"whole": Limit(10, 60, unit="rows")})
    gate.enter(call("whole", 8))
    with pytest.raises(RateLimitedError):
        gate.enter(call("whole", 3))
    gate.enter(call("whole", 2))


def test_a_burst_may_go_at_once_and_lengthens_the_window(shared: Redis) -> None:
    shared.set(SINCE, 0)
    rule = Limit(10, 10, burst=20, unit="rows")
    gate = RedisGate(shared, {"burst": rule})
    gate.enter(call("burst", 20))
    with pytest.raises(RateLimitedError) as caught:
        gate.enter(call("burst"))
    assert caught.value.after == pytest.approx(20.4, abs=0.1)


def test_a_batch_that_can_never_go_is_a_configuration_error(shared: Redis) -> None:
    gate = RedisGate(shared, {"small": Limit(40, 60, unit="rows")})
    with pytest.raises(ConfigurationError, match="a batch needs 50"):
        gate.enter(call("small", 50))


def test_it_outlives_a_script_flush_and_leaves_no_log_behind(shared: Redis) -> None:
    shared.set(SINCE, 0)
    gate = RedisGate(shared, {"kept": Limit(100, 10)})
    gate.enter(call("kept"))
    shared.script_flush()
    gate.enter(call("kept"))
    assert shared.zcard(f"{PREFIX}kept") == 2
    assert 0 < shared.pttl(f"{PREFIX}kept") <= 10_200


CALLER = """
import sys, time
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import RedisGate
from alpha_swarm.domain.limits import Limit
from alpha_swarm.errors import RateLimitedError
from alpha_swarm.ports.edge import Passage
with connect(sys.argv[1]) as connection:
    gate = RedisGate(connection, {"busy": Limit(20, 0.5)})
    end = time.time() + 3
    while (before := time.time()) < end:
        try:
            gate.enter(Passage(target="x", limit="busy"))
            print(before, time.time(), flush=True)
        except RateLimitedError as error:
            time.sleep(min(error.after, 0.01))
"""


class Span(NamedTuple):
    """When a call passed: somewhere between the question and the answer."""

    before: float
    after: float


def test_four_processes_together_keep_a_limit_through_flushall(shared: Redis) -> None:
    """Only calls that surely lie in one window are counted, so no tolerance is needed."""
    shared.set(SINCE, 0)
    callers = [
        subprocess.Popen(  # noqa: S603 - the test's own program
            [sys.executable, "-c", CALLER, connection_url(shared)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    try:
        first = callers[0].stdout
        assert first is not None
        lines = [first.readline()]
        shared.flushall()
    finally:
        lines += itertools.chain.from_iterable(caller.communicate()[0].splitlines() for caller in callers)
    spans = [Span(*map(float, line.split())) for line in lines]
    assert len(spans) > 40, "the gate opened again after the loss"
    for start, _ in spans:
        assert sum(span.before >= start and span.after < start + 0.5 for span in spans) <= 20


def connection_url(connection: Redis) -> str:
    """The address a client was made with."""
    return f"unix://{connection.connection_pool.connection_kwargs['path']}"
