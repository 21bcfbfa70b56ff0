"""Batches on their way: how many of a kind, for how long, and how they come to an end."""

from __future__ import annotations

from threading import Event, Semaphore

from alpha_swarm.pipeline.effects.flights import MOST_ALIKE, Flights
from tests.doubles import StillClock
from tests.waiting import PATIENCE_SECONDS


class Batches:
    """Each goes on until it is let go; those that have begun are counted."""

    def __init__(self) -> None:
        self.begun = Semaphore(0)
        self.go = Semaphore(0)
        self.again = Event()
        """Lets go whoever is not of the first."""
        self._first = Semaphore(MOST_ALIKE)

    def __call__(self) -> None:
        """One of them."""
        first = self._first.acquire(blocking=False)
        self.begun.release()
        assert self.go.acquire(timeout=PATIENCE_SECONDS) if first else self.again.wait(PATIENCE_SECONDS)

    def await_begun(self, number: int = 1) -> None:
        """So many more."""
        for _ in range(number):
            assert self.begun.acquire(timeout=PATIENCE_SECONDS)


def full(flights: Flights) -> Batches:
    """As many of a kind as there may be, and one hint more."""
    batches = Batches()
    for _ in range(MOST_ALIKE + 1):
        flights.run(batches, "sync")
    batches.await_begun(MOST_ALIKE)
    return batches


def test_one_kind_leaves_room_for_another() -> None:
    flights, other = Flights(StillClock(), patience=0.01), Event()
    batches = full(flights)
    flights.run(other.set, "collect")
    assert other.wait(PATIENCE_SECONDS)
    batches.again.set()
    batches.go.release(MOST_ALIKE)
    assert flights.land(10)


def test_a_hint_that_came_while_all_were_busy_is_followed_by_the_first_that_lands() -> None:
    flights = Flights(StillClock(), patience=0.01)
    batches = full(flights)
    assert not batches.begun.acquire(timeout=0.05)
    batches.go.release()
    batches.await_begun()
    batches.again.set()
    batches.go.release(MOST_ALIKE - 1)
    assert flights.land(10)


def test_a_flight_that_goes_once_more_does_not_count_as_stuck() -> None:
    """Else a worker with a long backlog would end itself every few minutes."""
    clock = StillClock()
    flights = Flights(clock, patience=0.01)
    batches = full(flights)
    clock.sleep(400)
    assert flights.longest() == 400
    batches.go.release(MOST_ALIKE)
    batches.await_begun()
    while flights.longest() == 400:
        pass  # the others are just ending
    assert flights.longest() == 0
    batches.again.set()
    assert flights.land(10)


def test_who_lands_does_not_go_again() -> None:
    """A worker that was told to end ends."""
    flights = Flights(StillClock(), patience=0.01)
    batches = full(flights)
    assert not flights.land(0)
    batches.go.release(MOST_ALIKE)
    assert flights.land(10)
    assert not batches.begun.acquire(blocking=False)
