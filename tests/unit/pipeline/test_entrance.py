"""While a call waits for its limit nobody else is claimed for the step, and not for longer than is said."""

from __future__ import annotations

from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.pipeline.effects.entrance import Entrance

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG, SHORT = 30.0, 0.05


class Claimer(Thread):
    """Claims when it is let, and keeps its turn until told otherwise."""

    def __init__(self, entrance: Entrance) -> None:
        super().__init__(daemon=True)
        self._entrance = entrance
        self.claims, self.end = Event(), Event()

    def run(self) -> None:
        """One claim."""
        with self._entrance.turn(LONG):
            self.claims.set()
            self.end.wait(LONG)


@pytest.fixture
def entrance() -> Entrance:
    """Where nobody waits."""
    return Entrance()


@pytest.fixture
def claimer(entrance: Entrance) -> Iterator[Claimer]:
    """Somebody else, not begun yet."""
    other = Claimer(entrance)
    yield other
    other.end.set()
    other.join(LONG)


def test_a_claim_waits_for_a_call_that_waits_and_goes_on_as_it_is_let_through(
    entrance: Entrance, claimer: Claimer
) -> None:
    """However long the call itself then takes."""
    with entrance.waiting() as through:
        claimer.start()
        assert not claimer.claims.wait(SHORT)
        through()
        assert claimer.claims.wait(LONG)


def test_a_call_that_was_sent_away_holds_up_nobody(entrance: Entrance, claimer: Claimer) -> None:
    with pytest.raises(KeyError), entrance.waiting():
        raise KeyError
    claimer.start()
    assert claimer.claims.wait(LONG)


def test_to_be_let_through_twice_counts_once(entrance: Entrance, claimer: Claimer) -> None:
    with entrance.waiting(), entrance.waiting() as through:
        through()
        through()
        claimer.start()
        assert not claimer.claims.wait(SHORT)


def test_claims_take_turns(entrance: Entrance, claimer: Claimer) -> None:
    with entrance.turn(LONG):
        claimer.start()
        assert not claimer.claims.wait(SHORT)
    assert claimer.claims.wait(LONG)


def test_nobody_waits_for_longer_than_is_said(entrance: Entrance, claimer: Claimer) -> None:
    claimer.start()
    assert claimer.claims.wait(LONG)
    with entrance.waiting():
        began = monotonic()
        with entrance.turn(SHORT):
            assert SHORT * 0.9 <= monotonic() - began < LONG
