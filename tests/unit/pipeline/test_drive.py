"""Driving one lead by hand: at once where it may, patiently where it must."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.drive import Drive
from tests.doubles import StillClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Shelf:
    """A ledger of one lead: its state and what is owed to it."""

    def __init__(self, state: State, owed: dict[Step, float]) -> None:
        self.state = state
        self.owed = owed
        self.ran: list[Step] = []

    @contextmanager
    def read(self) -> Iterator[Any]:
        """What stands there."""
        lead = SimpleNamespace(state=self.state)
        yield SimpleNamespace(
            leads=SimpleNamespace(standing=lambda ids: dict.fromkeys(ids, lead)),
            work=SimpleNamespace(of=lambda _: dict(self.owed)),
        )


def drive(shelf: Shelf, run: Callable[[Step, list[str]], None], seconds: float = 60.0) -> tuple[State, float]:
    """The state in the end, and how long it took."""
    clock = StillClock()
    state = Drive(shelf, clock, run).to_rest("lead", seconds)  # type: ignore[arg-type]
    return state, clock.monotonic()


def test_steps_that_are_due_are_done_without_waiting() -> None:
    shelf = Shelf(State.RECEIVED, {Step.INGEST: -1.0})
    following = {Step.INGEST: {Step.ENRICH: 0.0}, Step.ENRICH: {}}

    def run(step: Step, _: list[str]) -> None:
        shelf.owed = following[step]
        shelf.state = State.SYNCED if step is Step.ENRICH else State.SUBMITTED

    assert drive(shelf, run) == (State.SYNCED, 0.0)


def test_a_step_that_nobody_lets_us_do_is_tried_now_and_then_until_the_time_is_up() -> None:
    """Its target is paused or another worker has it: asking without a pause would only heat the room."""
    shelf = Shelf(State.RECEIVED, {Step.INGEST: -1.0})
    state, seconds = drive(shelf, lambda step, _: shelf.ran.append(step))
    assert (state, seconds) == (State.RECEIVED, 60.0)
    assert len(shelf.ran) <= 121


def test_what_is_due_later_is_waited_for() -> None:
    shelf = Shelf(State.ENRICHING, {Step.COLLECT: 0.3})
    assert drive(shelf, lambda step, _: shelf.ran.append(step), 0.3) == (State.ENRICHING, 0.3)
    assert shelf.ran == []


def test_a_lead_at_rest_is_driven_on_while_it_is_to_be_written_back() -> None:
    shelf = Shelf(State.SYNCED, {Step.WRITE_BACK: 0.0})
    state, _ = drive(shelf, lambda *_: shelf.owed.clear())
    assert (state, shelf.owed) == (State.SYNCED, {})


def test_a_held_lead_is_at_rest_although_its_enrichment_is_owed() -> None:
    assert drive(Shelf(State.HELD, {Step.ENRICH: 3600.0}), lambda *_: None) == (State.HELD, 0.0)
