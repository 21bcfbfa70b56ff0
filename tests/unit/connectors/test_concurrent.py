"""Many calls at once: each item has its outcome, and nothing is sent in vain."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import errors
from alpha_swarm.connectors.concurrent import Lanes
from alpha_swarm.domain.effect import Again, Done, Doubt, Refused, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.effect import Outcome


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Four threads."""
    threads = Lanes(4, "test")
    yield threads
    threads.close()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (errors.RateLimitedError("x", 7), Again("x", 7, burns_attempt=False)),
        (errors.RetryLaterError("x", 3), Again("x", 3)),
        (errors.UnavailableError("x"), Again("x", burns_attempt=False)),
        (errors.NotReadyError("x"), Again("x", burns_attempt=False)),
        (errors.OutcomeUnknownError("x"), Doubt("x")),
        (errors.GiveUpError("x", "cause"), Refused("cause", "x")),
        (errors.QuotaExhaustedError("x", 9), Again("x", 9, burns_attempt=False)),
    ],
)
def test_an_error_is_an_outcome_for_one_of_many(error: errors.AlphaSwarmError, outcome: Outcome) -> None:
    """One kind of error."""
    assert outcome_of(error) == outcome


def test_what_no_lead_can_answer_for_is_raised() -> None:
    """A wrong setting is nothing that becomes of a lead."""
    with pytest.raises(errors.ConfigurationError):
        outcome_of(errors.ConfigurationError("x"))


@given(st.lists(st.lists(st.integers(), max_size=3), max_size=8), st.integers(1, 8))
def test_each_item_has_its_outcome_in_its_place(groups: list[list[int]], workers: int) -> None:
    """Whatever the shape of the groups and the number of threads."""
    threads = Lanes(4, "test")
    outcomes = threads.map(lambda item: Done(str(item)), groups, workers)
    threads.close()
    assert outcomes == [[Done(str(item)) for item in group] for group in groups]


def test_groups_run_side_by_side(lanes: Lanes) -> None:
    """All four are under way at the same time, or the barrier breaks."""
    together = threading.Barrier(4, timeout=10)

    def meet(_: int) -> Outcome:
        together.wait()
        return Done()

    assert lanes.map(meet, [[1], [2], [3], [4]], workers=4) == [[Done()]] * 4


def test_members_of_a_group_never_meet(lanes: Lanes) -> None:
    """They are one person's."""
    busy = threading.Lock()

    def alone(_: int) -> Outcome:
        assert busy.acquire(blocking=False)
        busy.release()
        return Done()

    assert lanes.map(alone, [[1, 2, 3, 4]], workers=4) == [[Done()] * 4]


def test_a_limit_stops_what_has_not_begun(lanes: Lanes) -> None:
    """The first one that is held back speaks for the rest."""
    asked: list[int] = []

    def limited(item: int) -> Outcome:
        asked.append(item)
        raise errors.RateLimitedError("full", 5)

    outcomes = lanes.map(limited, [[item] for item in range(100)], workers=1)
    assert outcomes == [[Again("full", 5, burns_attempt=False)]] * 100
    assert asked == [0]


def test_a_halt_is_raised_when_nothing_took_effect(lanes: Lanes) -> None:
    """The target is paused, and the leads wait untouched."""

    def refused(_: int) -> Outcome:
        raise errors.CredentialsRefusedError("key")

    with pytest.raises(errors.CredentialsRefusedError):
        lanes.map(refused, [[1], [2]], workers=2)


def test_a_halt_in_the_middle_keeps_what_was_done(lanes: Lanes) -> None:
    """The ids of the records that were written must not be lost."""

    def spent(item: int) -> Outcome:
        if item == 1:
            raise errors.QuotaExhaustedError("spent", 60)
        return Done(str(item))

    outcomes = lanes.map(spent, [[0], [1], [2]], workers=1)
    wait = Again("spent", 60, burns_attempt=False)
    assert outcomes == [[Done("0")], [wait], [wait]]


def test_a_fault_of_ours_is_not_hidden(lanes: Lanes) -> None:
    """It is no outcome of a lead."""

    def fault(_: int) -> Outcome:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        lanes.map(fault, [[1]], workers=1)
