"""Calls under way: no more than there are permits, over all processes, whatever happens to them."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.lease import LEASE
from alpha_swarm.coordination.permits import RENEWAL, LeasedPermits
from alpha_swarm.coordination.scripts import PREFIX, SINCE
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import NotReadyError
from alpha_swarm.pipeline.effects.slots import Slots
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from redis import Redis

MOST = 5
#: Seconds in which nobody may have had the processor.
A_BUSY_MACHINE = 5.0
LEASES = f"{PREFIX}permits:clay:normal"

WORKER = """
import sys, time, threading
from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.permits import LeasedPermits
from alpha_swarm.domain.states import Priority
permits, end = LeasedPermits(connect(sys.argv[1]), SystemClock()), time.monotonic() + float(sys.argv[2])
def say(line):
    sys.stdout.write(line + "\\n")  # one write, so that threads do not cut into each other's lines
    sys.stdout.flush()
def work():
    while time.monotonic() < end:
        with permits.some("clay", Priority.NORMAL, 5, 1):
            start = time.monotonic()
            say(f"in {start}")
            time.sleep(float(sys.argv[3]))
            say(f"out {start} {time.monotonic()}")
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
permits.close()
"""


class Span(NamedTuple):
    """A call under way; the clock is the machine's, the same for all processes."""

    start: float
    end: float


def worker(connection: Redis, seconds: float, call: float) -> subprocess.Popen[str]:
    """A process with two threads that always have calls to make."""
    url = f"unix://{connection.connection_pool.connection_kwargs['path']}"
    return subprocess.Popen(  # noqa: S603 - the test's own program
        [sys.executable, "-c", WORKER, url, str(seconds), str(call)], stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def a_process(shared: Redis) -> Iterator[Callable[[], LeasedPermits]]:
    """Permits of a process of its own, which ends with the test: none renews what no server is there for."""
    processes: list[LeasedPermits] = []

    def begin() -> LeasedPermits:
        processes.append(LeasedPermits(shared, SystemClock()))
        return processes[-1]

    yield begin
    for one in processes:
        one.close()
    wait_until(lambda: not any(thread.name == "permits" for thread in threading.enumerate()))


def spans(lines: Iterable[str], killed: float | None = None) -> Iterator[Span]:
    """The calls of a process; one that was killed made its last calls until then."""
    begun: set[float] = set()
    for word, start, *end in (line.split() for line in lines if line.endswith("\n")):
        if word == "in":
            begun.add(float(start))
        else:
            begun.remove(float(start))
            yield Span(float(start), float(end[0]))
    yield from (Span(start, killed) for start in begun if killed is not None)


def most_at_once(calls: Iterable[Span]) -> int:
    """The largest number under way at any moment."""
    changes = sorted(itertools.chain.from_iterable(((call.start, 1), (call.end, -1)) for call in calls))
    return max(itertools.accumulate(change for _, change in changes))


def test_eight_processes_never_have_more_calls_under_way_than_there_are_permits(shared: Redis) -> None:
    """And all of them come to their turn, with all permits in use."""
    shared.set(SINCE, 0)
    workers = [worker(shared, 3, 0.03) for _ in range(8)]
    calls = [list(spans(one.communicate()[0].splitlines(keepends=True))) for one in workers]
    together = list(itertools.chain.from_iterable(calls))
    assert most_at_once(together) == MOST
    assert all(calls)
    first, last = min(call.start for call in together), max(call.end for call in together)
    assert sum(call.end - call.start for call in together) > 0.5 * MOST * (last - first)


def test_flushall_lets_no_more_through_and_those_who_have_permits_go_on(shared: Redis) -> None:
    """What each has it keeps; what others had is not given out before it has surely run out."""
    shared.flushall()
    shared.set(SINCE, 0)
    workers = [worker(shared, 4, 0.05) for _ in range(4)]
    wait_until(lambda: len(shared.hgetall(LEASES)) >= 3)
    time.sleep(0.5)
    shared.flushall()
    flushed = time.monotonic()
    calls = [call for one in workers for call in spans(one.communicate()[0].splitlines(keepends=True))]
    assert most_at_once(calls) <= MOST
    assert sum(call.start > flushed + 1 for call in calls) > 10


def test_a_killed_process_gives_its_permits_back_within_a_lease(
    shared: Redis, a_process: Callable[[], LeasedPermits]
) -> None:
    """Not before: its last calls may still be under way at the other side."""
    shared.flushall()
    shared.set(SINCE, 0)
    doomed = worker(shared, 60, 60)
    wait_until(lambda: any(str(lease).startswith("b'2:") for lease in shared.hvals(LEASES)))
    doomed.kill()
    doomed.communicate()
    killed = time.monotonic()
    permits = a_process()
    with contextlib.ExitStack() as held:
        for _ in range(MOST):
            held.enter_context(permits.some("clay", Priority.NORMAL, MOST, 1))
        took = time.monotonic() - killed
    assert LEASE - 2 * RENEWAL - 1 < took < LEASE + A_BUSY_MACHINE


def test_priorities_and_parties_have_permits_of_their_own(
    shared: Redis, a_process: Callable[[], LeasedPermits]
) -> None:
    """A call to one party holds up none to another, nor a more urgent one."""
    shared.set(SINCE, 0)
    permits = a_process()
    with (
        permits.some("clay", Priority.BULK, 1, 1),
        permits.some("clay", Priority.NORMAL, 1, 1),
        permits.some("ghl", Priority.BULK, 1, 1),
    ):
        assert shared.hlen(f"{PREFIX}permits:clay:bulk") == 1


def test_idle_permits_are_given_back(shared: Redis, a_process: Callable[[], LeasedPermits]) -> None:
    """Another process need not wait for a lease to run out."""
    shared.flushall()
    shared.set(SINCE, 0)
    here, there = a_process(), a_process()
    with contextlib.ExitStack() as held:
        for _ in range(MOST):
            held.enter_context(here.some("clay", Priority.NORMAL, MOST, 1))
    started = time.monotonic()
    with there.some("clay", Priority.NORMAL, MOST, 1):
        assert time.monotonic() - started < LEASE / 2


def test_a_call_under_way_keeps_its_permit_beyond_a_lease(
    shared: Redis, a_process: Callable[[], LeasedPermits]
) -> None:
    """It is renewed while it lasts, however quiet the process is."""
    shared.flushall()
    shared.set(SINCE, 0)
    here, there = a_process(), a_process()
    entered = threading.Event()

    def enter() -> None:
        with there.some("clay", Priority.NORMAL, 1, 1):
            entered.set()

    with here.some("clay", Priority.NORMAL, 1, 1):
        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(LEASE + 1)
    assert entered.wait(PATIENCE_SECONDS)
    thread.join()


def questions(shared: Redis) -> int:
    """How often a script of ours has run."""
    return int(shared.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"])


def test_a_call_costs_no_round_trip_while_permits_are_at_hand(
    shared: Redis, a_process: Callable[[], LeasedPermits]
) -> None:
    """A thousand calls in a row make a few questions."""
    shared.flushall()
    shared.set(SINCE, 0)
    slots = Slots(a_process())
    before = questions(shared)
    for _ in range(1000):
        with slots.some("clay", Priority.NORMAL, MOST, 1):
            pass
    assert questions(shared) - before < 20


def test_without_redis_no_call_is_made_and_none_is_counted_where_it_is_off() -> None:
    slots = Slots(LeasedPermits(connect("unix:///nowhere"), SystemClock()))
    with pytest.raises(NotReadyError), slots.some("clay", Priority.NORMAL, 5, 1):
        pytest.fail("it was let through")
    with slots.some("clay", Priority.NORMAL, None, 1):
        pass
