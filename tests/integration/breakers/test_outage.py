"""A provider at 30 % of its capacity for two minutes: retries make it no worse, and all recovers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.coordination.breaker_gate import BreakerGate
from alpha_swarm.domain.calls.retry import next_wait
from alpha_swarm.pipeline.effects.retries import Retries
from tests.doubles import NoGate, StillClock
from tests.integration.breakers import outage
from tests.integration.breakers.kolmogorov import uniform
from tests.integration.breakers.outage import BEGIN, END, OFFERED, RECOVERY, Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.breakers.subject import VirtualBreakers


def unguarded(seed: int, wait: Callable[[Model, int], float | None] | None = None) -> Model:
    """Without a breaker, so that all depends on the retry rule."""
    model = Model(NoGate(), StillClock(), seed, wait=wait)
    model.run()
    return model


def load(model: Model) -> float:
    """Requests in the outage as a multiple of what was offered."""
    return model.requests_in(BEGIN, model.recovery) / (OFFERED * (model.recovery - BEGIN))


@pytest.mark.parametrize("longer", range(0, 30, 3))
def test_an_outage_gets_no_more_requests_and_thirty_seconds_later_all_is_well(
    breakers: VirtualBreakers, clock: StillClock, longer: int
) -> None:
    """At most 1.15 times what is offered, and at least 95 % of it arrives in each ten seconds that follow.

    Wherever in its thirty seconds an open breaker is when the provider recovers.
    """
    gate = BreakerGate(breakers, NoGate(), clock)
    model = Model(gate, clock, longer, recovery=RECOVERY + longer)
    model.run()
    assert load(model) <= 1.15
    for begin in range(int(model.recovery) + 30, int(END) - 9, 10):
        assert model.done_in(begin, begin + 10) >= 0.95 * OFFERED * 10
    assert model.dead == 0


@pytest.mark.parametrize("seed", range(3))
def test_the_budget_alone_keeps_retries_to_a_tenth(seed: int) -> None:
    """Also where no breaker helps, as below its threshold."""
    model = unguarded(seed)
    retries = model.requests_in(BEGIN, RECOVERY, retries=True)
    assert retries > 100, "there were some"
    assert retries <= 0.1 * OFFERED * (RECOVERY - BEGIN)
    assert load(model) <= 1.15


def test_without_a_budget_it_would_be_found_out() -> None:
    """The test above is worth something."""
    assert load(unguarded(0, outage.unbudgeted)) > 1.15


def test_retries_are_spread_evenly_over_the_outage() -> None:
    """Kolmogorov and Smirnov find no rhythm in them, with a period of ten seconds."""
    model = unguarded(1)
    moments = [at for at, attempts in model.requests if attempts and at >= BEGIN]
    assert uniform(at % 10.0 / 10.0 for at in moments) > 0.01


def failed_together(first_attempts: int) -> list[float]:
    """Waits of 500 calls that fail at one moment, after so many first attempts in a minute."""
    retries = Retries(random.Random(7).uniform, StillClock())
    retries.attempted("provider", first_attempts)
    turns = [retries.turn("provider") for _ in range(500)]
    waits = [next_wait(attempts=2, after=None, burns=True, draw=turn) for turn in turns]
    return [wait for wait in waits if wait is not None]


def test_what_failed_together_comes_back_spread_over_the_whole_wait() -> None:
    """Between 4 and 16 seconds, with a budget that has room for all."""
    waits = failed_together(10_000_000)
    assert 4 <= min(waits) < max(waits) <= 16.1
    assert uniform((wait - 4) / 12.1 for wait in waits) > 0.01


def test_what_is_over_the_budget_comes_back_one_by_one() -> None:
    """A hundred first attempts a second: ten retries a second, and none is crowded out."""
    waits = failed_together(6000)
    after_the_turn = [wait - number / 10 for number, wait in enumerate(waits)]
    assert 4 <= min(after_the_turn) < max(after_the_turn) <= 16
    assert uniform((wait - 4) / 12 for wait in after_the_turn) > 0.01


def test_the_last_leads_of_a_list_need_no_others_to_come() -> None:
    """One a second is always allowed."""
    assert 498 < max(failed_together(0)) <= 500 + 16


def test_a_wait_that_is_not_drawn_would_be_found_out() -> None:
    """All in one moment, or in two."""
    assert uniform([0.5] * 500) < 0.001
    assert uniform([0.25, 0.75] * 250) < 0.001
    chance = random.Random(3)
    assert uniform(chance.random() for _ in range(500)) > 0.01
