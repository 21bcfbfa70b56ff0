"""Many requests, one commit, and each of them is told the truth."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.api import group_commit
from alpha_swarm.api.group_commit import MOST_ITEMS, GroupCommit
from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WAIT = 20.0


@dataclass
class Disk:
    """Commits what it is given; can be held up, and can fail."""

    commits: list[list[int]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None

    def commit(self, items: Sequence[int]) -> list[int]:
        """Each answer is ten times its item."""
        self.begun.set()
        assert self.free.wait(WAIT)
        if self.error:
            raise self.error
        self.commits.append(list(items))
        return [10 * item for item in items]


@contextmanager
def group_over(disk: Disk) -> Iterator[GroupCommit[int, int]]:
    """A group commit that ends with the block."""
    group = GroupCommit(disk.commit, "test")
    try:
        yield group
    finally:
        disk.free.set()
        group.close()


def test_what_gathers_during_a_commit_shares_the_next_one() -> None:
    """A hundred and one items from as many threads: two commits, each item in one, each answer its own."""
    disk = Disk()
    with group_over(disk) as group:
        first = group.submit(0, 1)
        assert disk.begun.wait(WAIT)
        threads = [threading.Thread(target=group.submit, args=(number, 1)) for number in range(1, 100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = group.submit(100, 1)
        disk.free.set()
        assert (first.result(WAIT), last.result(WAIT)) == (0, 1000)
    assert [len(commit) for commit in disk.commits] == [1, 100]
    assert sorted(disk.commits[1]) == list(range(1, 101))


def test_nobody_is_answered_before_the_commit() -> None:
    """An answer is a promise."""
    disk = Disk()
    with group_over(disk) as group:
        answer = group.submit(1, 1)
        assert disk.begun.wait(WAIT)
        assert not answer.done()
        disk.free.set()
        assert answer.result(WAIT) == 10


@pytest.mark.parametrize("error", [RetryLaterError("busy", 7.0), ValueError("a bug")])
def test_a_failed_commit_fails_all_of_its_group_and_only_those(error: Exception) -> None:
    """With a verdict that says come back; the next group goes through."""
    disk = Disk(error=error)
    with group_over(disk) as group:
        disk.free.set()
        failed = [group.submit(number, 1) for number in range(5)]
        for answer in failed:
            with pytest.raises(RetryLaterError):
                answer.result(WAIT)
        disk.error = None
        assert group.submit(9, 1).result(WAIT) == 90
    assert disk.commits == [[9]]


def test_a_large_backlog_is_cut_into_groups() -> None:
    """So that no transaction keeps the others waiting for long."""
    disk = Disk()
    with group_over(disk) as group:
        group.submit(0, 1)
        assert disk.begun.wait(WAIT)
        answers = [group.submit(number, 1) for number in range(MOST_ITEMS + 1)]
        disk.free.set()
        answers[-1].result(WAIT)
    assert [len(commit) for commit in disk.commits] == [1, MOST_ITEMS, 1]


def test_too_much_in_memory_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than grow without end while the ledger is busy."""
    monkeypatch.setattr(group_commit, "MOST_WAITING_BYTES", 100)
    disk = Disk()
    with group_over(disk) as group:
        group.submit(0, 60)
        assert disk.begun.wait(WAIT)
        kept = group.submit(1, 60)
        with pytest.raises(RetryLaterError):
            group.submit(2, 60)
        disk.free.set()
        assert kept.result(WAIT) == 10
    assert disk.commits == [[0], [1]]


def test_who_hung_up_before_the_commit_is_left_out() -> None:
    """Nothing was promised to them."""
    disk = Disk()
    with group_over(disk) as group:
        group.submit(0, 1)
        assert disk.begun.wait(WAIT)
        gone, stays = group.submit(1, 1), group.submit(2, 1)
        assert gone.cancel()
        disk.free.set()
        assert stays.result(WAIT) == 20
    assert disk.commits == [[0], [2]]


def test_closing_writes_what_waits_and_takes_no_more() -> None:
    """A drain loses nothing."""
    disk = Disk()
    group = GroupCommit(disk.commit, "test")
    answers = [group.submit(number, 1) for number in range(3)]
    disk.free.set()
    group.close()
    assert [answer.result(0) for answer in answers] == [0, 10, 20]
    with pytest.raises(RetryLaterError):
        group.submit(4, 1)
