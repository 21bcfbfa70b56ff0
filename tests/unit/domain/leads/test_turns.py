"""Whose turn it is: every stream has its share, in whatever order and number its leads come."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.turns import SHARES, turns
from alpha_swarm.domain.states import Priority

PRIORITIES = st.sampled_from(list(Priority))
STREAMS = st.dictionaries(st.integers(0, 5), PRIORITIES, min_size=1)
#: How many leads come of which stream, and how many are taken after that.
ROUNDS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40), st.integers(0, 40)), max_size=20)


class Queue:
    """All that wait, by turn, as the ledger keeps them; within a turn in the order in which they came."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, int, int]] = []
        self._last: dict[int, float] = {}
        self._came = 0

    def add(self, stream: int, priority: Priority, number: int) -> None:
        """So many leads of one stream."""
        now = self.waiting[0][0] if self.waiting else max(self._last.values(), default=0.0)
        for turn in islice(turns(priority, self._last.get(stream), now), number):
            self._came += 1
            self.waiting.append((turn, self._came, stream))
            self._last[stream] = turn
        self.waiting.sort()

    def take(self, most: int) -> list[int]:
        """The streams of those whose turn it is."""
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return [stream for _, _, stream in taken]


@given(PRIORITIES, st.none() | st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_stream_goes_on_where_it_stands_or_where_the_queue_stands(
    priority: Priority, last: float | None, now: float
) -> None:
    """Neither before its own last lead nor before those who wait already; in even steps."""
    given_turns = list(islice(turns(priority, last, now), 5))
    start = max(now, last if last is not None else now)
    steps = [after - before for before, after in zip([start, *given_turns], given_turns, strict=False)]
    assert steps == pytest.approx([1 / SHARES[priority]] * 5)


@given(STREAMS, ROUNDS)
def test_streams_that_wait_get_their_shares_whatever_came_before(
    streams: dict[int, Priority], rounds: list[tuple[int, int, int]]
) -> None:
    """While two streams wait, neither is ahead of its share of turns by more than one lead of each."""
    queue = Queue()
    for stream, number, taken in rounds:
        if stream in streams:
            queue.add(stream, streams[stream], number)
        queue.take(taken)
    for stream, priority in streams.items():
        queue.add(stream, priority, 60)
    standing = {
        stream: [at for at, one in enumerate(queue.waiting) if one[2] == stream] for stream in streams
    }
    front = min(max(one[0] for one in queue.waiting if one[2] == stream) for stream in streams)
    last_to_start = max(queue.waiting[places[0]][0] for places in standing.values())
    served = Counter(stream for turn, _, stream in queue.waiting if last_to_start < turn <= front)
    shares = {stream: served[stream] / SHARES[streams[stream]] for stream in streams}
    slack = {stream: 1 / SHARES[streams[stream]] for stream in streams}
    assert all(
        abs(shares[one] - shares[other]) <= slack[one] + slack[other] + 1e-6
        for one in streams
        for other in streams
    )


@given(PRIORITIES, PRIORITIES, st.integers(1, 2000), st.integers(0, 500))
def test_a_newcomer_waits_for_a_few_whatever_the_backlog(
    before: Priority, newcomer: Priority, backlog: int, taken: int
) -> None:
    """No more than their shares stand to each other, and one."""
    queue = Queue()
    queue.add(1, before, backlog)
    queue.take(taken)
    queue.add(2, newcomer, 1)
    assert queue.take(backlog + 1).index(2) <= SHARES[before] / SHARES[newcomer] + 1


def test_ten_behind_a_thousand_of_another_source_are_in_the_next_batch() -> None:
    queue = Queue()
    queue.add(1, Priority.NORMAL, 1000)
    queue.add(2, Priority.NORMAL, 10)
    assert Counter(queue.take(25))[2] == 10


def test_nobody_starves_under_a_stream_that_never_ends() -> None:
    """Bulk gets its two of seventeen while urgent and normal leads come for ever."""
    queue = Queue()
    queue.add(1, Priority.BULK, 200)
    served: Counter[int] = Counter()
    for _ in range(100):
        queue.add(2, Priority.CRITICAL, 17)
        queue.add(3, Priority.NORMAL, 17)
        served.update(queue.take(17))
    assert served == pytest.approx({1: 200, 2: 1000, 3: 500}, abs=5)


def test_turns_stay_apart_after_a_billion_leads() -> None:
    """A double has room for that."""
    late = list(islice(turns(Priority.CRITICAL, 1e9, 0.0), 1000))
    assert len(set(late)) == 1000
