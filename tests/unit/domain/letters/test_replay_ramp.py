"""A replay begins with a few, grows while they come through, and stops before it spoils the rest."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.letters.replay_ramp import (
    Begun,
    End,
    Tally,
    Verdict,
    came_through,
    end_of,
    stages,
    verdict,
)
from alpha_swarm.domain.states import State, Step


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Any stage at any moment."""
    size = draw(st.integers(1, 400))
    well = draw(st.integers(0, size))
    died = draw(st.integers(0, size - well))
    return Tally(size=size, well=well, died=died, moot=draw(st.integers(0, size - well - died)))


@given(st.integers(0, 100_000))
def test_stages_grow_from_one_in_twenty_to_all(number: int) -> None:
    ends = stages(number)
    assert all(first < second for first, second in pairwise(ends))
    assert ends[-1:] == ((number,) if number else ())
    if number:
        assert max(1, number / 20) <= ends[0] < number / 20 + 1


@pytest.mark.parametrize(
    ("number", "ends"), [(1, (1,)), (2, (1, 2)), (20, (1, 5, 20)), (4000, (200, 1000, 4000))]
)
def test_few_letters_have_fewer_stages(number: int, ends: tuple[int, ...]) -> None:
    assert stages(number) == ends


@given(tallies())
def test_nothing_grows_on_less_than_nine_in_ten_and_nothing_stops_on_more(tally: Tally) -> None:
    said = verdict(tally, last=False)
    if said is Verdict.GO_ON:
        assert tally.well >= 0.9 * tally.telling - 1e-9
    elif said is Verdict.STOP:
        assert tally.died > 0.1 * tally.telling - 1e-9
    else:
        assert not tally.ended


@given(tallies())
def test_a_stage_that_has_ended_is_never_waited_for(tally: Tally) -> None:
    ended = Tally(
        size=tally.size, well=tally.well, died=tally.size - tally.well - tally.moot, moot=tally.moot
    )
    assert verdict(ended, last=False) is not Verdict.WAIT
    assert verdict(ended, last=True) is Verdict.GO_ON
    assert (verdict(ended, last=False) is Verdict.GO_ON) == came_through(ended)


def test_the_first_stage_of_few_letters_has_to_come_through_whole() -> None:
    assert verdict(Tally(size=5, well=4, died=1), last=False) is Verdict.STOP
    assert verdict(Tally(size=10, well=9, died=1), last=False) is Verdict.GO_ON
    assert verdict(Tally(size=10, well=8, died=1), last=False) is Verdict.WAIT


def begun(step: Step, **facts: object) -> Begun:
    """A letter that has begun, of a lead that is on its way."""
    usual: dict[str, object] = {
        "letter_id": "letter",
        "step": step,
        "whole": step in (Step.INGEST, Step.ENRICH, Step.COLLECT),
        "generation": 1,
        "state": State.SYNCING,
        "now_generation": 1,
        "sync": "open",
        "owed": True,
        "died_again": False,
    }
    return Begun(**usual | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "end"),
    [
        (begun(Step.SYNC_GHL), None),
        (begun(Step.SYNC_GHL, sync="done"), End.WELL),
        (begun(Step.SYNC_GHL, sync="dead", died_again=True), End.DIED),
        (begun(Step.WRITE_BACK), None),
        (begun(Step.WRITE_BACK, owed=False), End.WELL),
        (begun(Step.ENRICH, state=State.ENRICHING), None),
        (begun(Step.ENRICH, state=State.HELD), None),
        (begun(Step.ENRICH), None),
        (begun(Step.ENRICH, state=State.SYNCED), End.WELL),
        (begun(Step.ENRICH, state=State.UNENRICHABLE), End.WELL),
        (begun(Step.ENRICH, state=State.DEAD, died_again=True), End.DIED),
        (begun(Step.ENRICH, now_generation=2), End.MOOT),
        (begun(Step.SYNC_GHL, state=State.ERASED), End.MOOT),
        (begun(Step.SYNC_GHL, state=None), End.MOOT),
    ],
)
def test_a_letter_has_come_through_when_its_step_is_done(one: Begun, end: End | None) -> None:
    assert end_of(one) is end
