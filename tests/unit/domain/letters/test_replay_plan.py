"""A plan puts each letter into exactly one place, whatever the letters and their leads are."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.letters.causes import CAUSES, ENRICHMENT_FAILED, Way
from alpha_swarm.domain.letters.dead_letters import Case, Kind, Letter
from alpha_swarm.domain.letters.replay_plan import Left, Moot, ReplayPlan, ReplayRules, judge, plan
from alpha_swarm.domain.states import State, Step, Target

RULES = ReplayRules(
    targets=frozenset({Target.GHL, Target.INSTANTLY}), starts=True, tells_rows=True, looks_up=True
)
LETTER = Letter(
    id="letter",
    lead_id="lead",
    generation=1,
    step=Step.SYNC_GHL,
    cause="attempts_exhausted",
    kind=Kind.TRANSIENT,
    error="down",
    attempts=3,
    replays=0,
    first_at=1.0,
    died_at=1.0,
    replay_at=None,
)
CASE = Case(letter=LETTER, state=State.DEAD, generation=1, sync="dead")

_CASES = st.builds(
    Case,
    letter=st.builds(
        Letter,
        id=st.uuids().map(str),
        lead_id=st.sampled_from([f"lead-{number}" for number in range(6)]),
        generation=st.sampled_from([1, 1, 1, 2]),
        step=st.sampled_from(Step),
        cause=st.sampled_from([*CAUSES, "unheard_of"]),
        kind=st.sampled_from(Kind),
        error=st.just("down"),
        attempts=st.just(3),
        replays=st.integers(0, 5),
        first_at=st.just(1.0),
        died_at=st.integers(1, 5).map(float),
        replay_at=st.none(),
    ),
    state=st.sampled_from([State.DEAD, State.DEAD, State.DEAD, *State, None]),
    generation=st.sampled_from([1, 1, 1, 2]),
    expired=st.sampled_from([False, False, False, True]),
    sync=st.sampled_from(["dead", "dead", "open", "done", None]),
    owed=st.booleans(),
    written_back=st.booleans(),
    engaged=st.sampled_from([False, False, True]),
)
_MANY = st.lists(_CASES, max_size=40, unique_by=lambda case: case.letter.id)
_ROOMS = st.just(math.inf) | st.integers(-1, 20).map(float)


def ids(found: ReplayPlan) -> list[str]:
    """Every letter that the plan names, wherever it does."""
    return [*(one.letter.id for one in found.runs), *found.moot, *found.left]


@given(_MANY, _ROOMS, st.sets(st.sampled_from([f"lead-{number}" for number in range(6)])))
def test_every_letter_is_in_exactly_one_place(cases: list[Case], room: float, started: set[str]) -> None:
    found = plan(cases, RULES, started=started, room=room)
    assert Counter(ids(found)) == Counter(case.letter.id for case in cases)
    assert found.letters == len(cases)


@given(_MANY, _ROOMS)
def test_nothing_is_done_or_paid_for_twice(cases: list[Case], room: float) -> None:
    """A lead goes the whole way once and then does nothing else, and one step of it runs once."""
    runs = plan(cases, RULES, room=room).runs
    whole = [one.letter.lead_id for one in runs if one.whole]
    assert len(whole) == len(set(whole))
    assert [one for one in runs if not one.whole and one.letter.lead_id in whole] == []
    assert sum(one.paid for one in runs) <= max(room, 0)


@given(_MANY)
def test_nothing_moot_forbidden_or_taken_runs(cases: list[Case]) -> None:
    runs = {one.letter.id for one in plan(cases, RULES).runs}
    for case in cases:
        if case.letter.id in runs:
            assert case.letter.kind not in (Kind.POISON, Kind.PRIVACY)
            assert case.state not in (None, State.ERASED)
            assert case.letter.generation == case.generation
            assert [case.expired, case.engaged] == [False, False]
            assert case.letter.step.target in (None, *RULES.targets)


@given(_MANY, st.randoms())
def test_the_hash_is_of_what_runs_and_of_nothing_else(cases: list[Case], chance: st.DataObject) -> None:
    """The order in which the letters come says nothing, and neither do those that do not run."""
    found = plan(cases, RULES)
    chance.shuffle(cases)  # type: ignore[attr-defined]
    assert plan(cases, RULES).hash == found.hash
    running = {one.letter.id for one in found.runs}
    only = plan([case for case in cases if case.letter.id in running], RULES)
    assert (only.hash, only.moot, only.left) == (found.hash, {}, {})
    for gone in sorted(running)[:1]:
        assert plan([case for case in cases if case.letter.id != gone], RULES).hash != found.hash


@given(_MANY)
def test_every_beginning_is_a_sample_of_the_whole(cases: list[Case]) -> None:
    """Of each group as many as its share, one more or less."""
    runs = plan(cases, RULES).runs
    groups = Counter(one.group for one in runs)
    for end in range(1, len(runs) + 1):
        begun = Counter(one.group for one in runs[:end])
        shares = {name: number * end / len(runs) for name, number in groups.items()}
        assert all(abs(begun[name] - share) <= len(groups) for name, share in shares.items())


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (replace(CASE, state=State.ERASED), Moot.ERASED),
        (replace(CASE, state=None), Moot.ERASED),
        (replace(CASE, expired=True), Moot.EXPIRED),
        (replace(CASE, generation=2), Moot.NEWER_GENERATION),
        (replace(CASE, sync="done"), Moot.DONE),
        (replace(CASE, sync="open"), Moot.ON_ITS_WAY),
        (replace(CASE, letter=replace(LETTER, step=Step.SYNC_HUBSPOT)), Moot.NOT_CONFIGURED),
        (replace(CASE, letter=replace(LETTER, step=Step.WRITE_BACK), written_back=True), Moot.DONE),
        (replace(CASE, letter=replace(LETTER, step=Step.WRITE_BACK), owed=True), Moot.ON_ITS_WAY),
        (replace(CASE, letter=replace(LETTER, step=Step.COLLECT), state=State.SYNCED), Moot.DONE),
        (replace(CASE, letter=replace(LETTER, step=Step.ENRICH), state=State.HELD), Moot.ON_ITS_WAY),
        (replace(CASE, letter=replace(LETTER, kind=Kind.POISON)), Left.POISON),
        (replace(CASE, letter=replace(LETTER, kind=Kind.PRIVACY)), Left.PRIVACY),
        (replace(CASE, engaged=True), Left.IN_REPLAY),
    ],
)
def test_what_does_not_run_has_its_reason(case: Case, why: Moot | Left) -> None:
    assert judge(case, RULES) is why


def test_a_row_is_not_told_where_the_transport_cannot() -> None:
    silent = replace(RULES, tells_rows=False)
    assert judge(replace(CASE, letter=replace(LETTER, step=Step.WRITE_BACK)), silent) is Moot.NOT_TOLD


@pytest.mark.parametrize(
    ("step", "cause", "way", "paid"),
    [
        (Step.SYNC_GHL, "attempts_exhausted", Way.AGAIN, False),
        (Step.WRITE_BACK, "attempts_exhausted", Way.AGAIN, False),
        (Step.COLLECT, "result_timeout", Way.AGAIN, False),
        (Step.INGEST, "attempts_exhausted", Way.AGAIN, True),
        (Step.ENRICH, "attempts_exhausted", Way.AGAIN, True),
        (Step.ENRICH, ENRICHMENT_FAILED, Way.ANEW, True),
        (Step.COLLECT, "callback_timeout", Way.ANEW, True),
        (Step.COLLECT, "result_gone", Way.ANEW, True),
        (Step.SYNC_GHL, "unheard_of", Way.AGAIN, False),
    ],
)
def test_what_costs_again_is_known_by_its_cause(step: Step, cause: str, way: Way, paid: bool) -> None:  # noqa: FBT001 - a fact
    (run,) = plan([replace(CASE, letter=replace(LETTER, step=step, cause=cause))], RULES).runs
    assert (run.way, run.paid, run.generation) == (way, paid, 2 if way is Way.ANEW else 1)


def test_what_took_effect_after_all_costs_nothing() -> None:
    case = replace(CASE, letter=replace(LETTER, step=Step.ENRICH))
    (run,) = plan([case], RULES, started={"lead"}, room=0.0).runs
    assert not run.paid


def test_the_oldest_have_the_room_that_is_left() -> None:
    cases = [
        replace(
            CASE,
            letter=replace(LETTER, id=f"{age}", lead_id=f"lead-{age}", step=Step.ENRICH, died_at=float(age)),
        )
        for age in (3, 1, 2)
    ]
    found = plan(cases, RULES, room=2.0)
    assert sorted(one.letter.id for one in found.runs) == ["1", "2"]
    assert found.left == {"3": Left.BUDGET}


def test_causes_say_what_is_needed() -> None:
    """In words of their own, without a blank."""
    assert all(cause.says.strip() and cause.needed.strip() for cause in CAUSES.values())
