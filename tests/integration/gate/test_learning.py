"""A limit that nobody told us of, and one that somebody did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import PATIENCE, RedisGate
from alpha_swarm.coordination.lessons import Lessons
from alpha_swarm.coordination.places import Places, nowhere
from alpha_swarm.coordination.scripts import PREFIX
from alpha_swarm.coordination.windows import windows
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.errors import RateLimitedError
from alpha_swarm.ports.edge import Exchange, Passage
from tests.integration.gate.provider import CONFIGURED, Callers, Phase, Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.gate.virtual import VirtualTime

CALL = Passage(target="anybody", limit="busy")
NEAR, FARTHER = (0.002, 0.006), (0.01, 0.03)
"""Seconds of the way there, and back."""


@pytest.mark.parametrize(
    ("window", "callers", "way", "low"),
    [
        (2, 8, NEAR, 4),
        (6, 5, FARTHER, 5),
        *(
            pytest.param(*others, marks=pytest.mark.long)
            for others in (
                (2, 8, NEAR, 6),
                (6, 5, FARTHER, 4),
                (6, 5, FARTHER, 8),
                (60, 8, (0.02, 0.2), 5),
            )
        ),
    ],
)
def test_a_hidden_limit_that_falls_and_rises_is_found_with_few_refused_calls(
    time: VirtualTime, window: float, callers: int, way: tuple[float, float], low: int
) -> None:
    """No headers: 85 % of what is permitted from three windows after each change, three refusals a change."""
    provider = Provider(CONFIGURED, window)
    phases = [Phase(3.3, CONFIGURED), Phase(low, 60), Phase(low, CONFIGURED)]

    before, fallen, risen = Callers(time, provider, way, seed=low).run(phases, callers)

    assert before.refused == []
    assert fallen.share >= 0.85
    assert risen.share >= 0.85
    assert 1 <= len(fallen.refused) <= 3
    assert len(risen.refused) <= 3


@pytest.mark.parametrize(
    "limit", [50, *(pytest.param(limit, marks=pytest.mark.long) for limit in (30, 70, 90))]
)
def test_any_other_limit_is_found_too(time: VirtualTime, limit: int) -> None:
    """Six windows lower, six as before: less exactly, and for more refusals, the farther it falls."""
    phases = [Phase(3.3, CONFIGURED), Phase(6, limit), Phase(6, CONFIGURED)]

    _, fallen, risen = Callers(time, Provider(CONFIGURED, 6), FARTHER, seed=limit).run(phases, 5)

    assert fallen.share >= 0.7
    assert risen.share >= 0.8
    assert len(fallen.refused) + len(risen.refused) <= 5


def test_in_steady_state_all_is_used_and_nothing_refused(time: VirtualTime) -> None:
    """A minute's window: 98 %; the rest is what calls may vary in how long they take to arrive."""
    (seen,) = Callers(time, Provider(CONFIGURED, 60), (0.02, 0.2), seed=1).run([Phase(6, CONFIGURED)], 16)
    assert seen.refused == []
    assert seen.share >= 0.98


def test_a_limit_that_is_told_is_kept_from_the_next_answer_on(time: VirtualTime) -> None:
    """Lower at once with at most the calls refused that are under way, higher at once with none."""
    provider = Provider(
        CONFIGURED,
        10,
        lambda limit: {"X-RateLimit-Max": str(limit), "X-RateLimit-Interval-Milliseconds": "10000"},
    )
    phases = [Phase(2.3, CONFIGURED), Phase(5, 60), Phase(5, CONFIGURED)]

    _, fallen, risen = Callers(time, provider, NEAR, seed=3).run(phases, 8)

    assert len(fallen.refused) <= 1
    assert risen.refused == []
    assert fallen.share >= 0.95
    assert risen.share >= 0.95


def answer(status: int, seconds: float = 0.1, headers: Mapping[str, str] | None = None) -> Exchange:
    """How a call went."""
    return Exchange(status=status, seconds=seconds, headers=headers or {})


def gate(time: VirtualTime, amount: int = CONFIGURED, seconds: float = 60) -> RedisGate:
    """A gate with one limit."""
    return RedisGate(time.redis, {"busy": (Limit(amount, seconds),)}, time)


def learned(time: VirtualTime, field: str) -> float | None:
    """What all processes know."""
    value = time.redis.hget(f"{PREFIX}busy:learned", field)
    return None if value is None else float(value)


def test_calls_that_were_under_way_when_the_limit_fell_lower_the_ceiling_once(time: VirtualTime) -> None:
    door = gate(time)
    for _ in range(40):
        door.enter(CALL)
    time.sleep(0.3)
    for _ in range(5):
        door.leave(CALL, answer(429, seconds=0.2))
        time.sleep(0.01)
    assert learned(time, "ceiling") == 22


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "Sun, 09 Sep 2001 01:47:10 GMT"}, 30),
        ({"Retry-After": "86400"}, 3600),
        ({"X-RateLimit-Reset": "30"}, 30),
        ({"RateLimit-Reset": "1000000500"}, 60),
    ],
)
def test_nothing_goes_before_the_time_that_is_named(
    time: VirtualTime, headers: dict[str, str], seconds: float
) -> None:
    """In seconds or as a date, at most an hour; a window's end is never farther than the window is long."""
    door, other = gate(time), gate(time)
    door.leave(CALL, answer(429, 0, headers))
    with pytest.raises(RateLimitedError) as caught:
        other.enter(CALL)
    assert caught.value.after == pytest.approx(seconds - PATIENCE, abs=0.001)
    time.sleep(seconds - PATIENCE)
    other.enter(CALL)
    assert time.monotonic() == pytest.approx(1e9 + seconds, rel=0, abs=0.001)


@pytest.mark.parametrize(("seconds", "ceiling"), [(6, 36), (30, 22), (90, 22)])
def test_the_time_that_is_named_tells_how_far_the_limit_fell(
    time: VirtualTime, seconds: int, ceiling: int
) -> None:
    """What is left in the window by then fits; a refusal for a moment costs no half of everything."""
    door = gate(time)
    for _ in range(40):
        door.enter(CALL)
        time.sleep(1.5)
    door.leave(CALL, answer(429, headers={"Retry-After": str(seconds)}))
    assert learned(time, "ceiling") == ceiling


def test_whoever_waits_for_a_place_asks_anew_when_a_call_was_refused(time: VirtualTime) -> None:
    """The place that was granted is gone, so the call does not run into the same wall."""
    limits = windows("busy", "", (Limit(1, 1),))
    places, lessons = Places(time.redis, time), Lessons(time.redis, time)
    assert places.ask(limits, 1, nowhere(limits).takings, PATIENCE).is_now
    place = places.ask(limits, 1, nowhere(limits).takings, PATIENCE)
    assert place.granted
    assert place.wait > 1

    lessons.hear(limits, answer(429, 0.1, {"Retry-After": "20"}))
    time.sleep(place.wait)

    assert not places.ask(limits, 1, place.takings, PATIENCE).granted


def test_a_place_that_is_used_too_late_is_given_back(time: VirtualTime) -> None:
    """A process that stood still must not run into the window of the others."""
    limits = windows("busy", "", (Limit(2, 1),))
    places = Places(time.redis, time)
    places.ask(limits, 1, nowhere(limits).takings, PATIENCE)
    place = places.ask(limits, 1, nowhere(limits).takings, PATIENCE)
    time.sleep(place.wait + limits[0].lateness + 0.001)
    later = places.ask(limits, 1, place.takings, PATIENCE)
    assert later.is_now
    assert later.takings != place.takings


@pytest.mark.parametrize("most", [200, 100])
def test_the_setting_stays_the_upper_bound(time: VirtualTime, most: int) -> None:
    """Whatever the other side allows."""
    door = gate(time, amount=5)
    door.enter(CALL)
    door.leave(CALL, answer(200, headers={"X-RateLimit-Limit": str(most)}))
    for _ in range(4):
        door.enter(CALL)
    with pytest.raises(RateLimitedError):
        door.enter(CALL)


def test_a_refusal_at_hardly_any_use_leaves_a_tenth_and_only_the_next_one_goes_below(
    time: VirtualTime,
) -> None:
    """Out of the blue it may have had other reasons than the limit."""
    door = gate(time)
    door.enter(CALL)
    door.leave(CALL, answer(429))
    assert learned(time, "ceiling") == 10
    time.sleep(200)
    for _ in range(4):
        door.enter(CALL)
    time.sleep(1)
    door.leave(CALL, answer(429))
    assert learned(time, "ceiling") == 2


def test_a_refusal_that_a_new_bound_explains_lowers_no_ceiling(time: VirtualTime) -> None:
    """With the bound known there is nothing to search for."""
    door = gate(time)
    for _ in range(40):
        door.enter(CALL)
    door.leave(CALL, answer(429, headers={"X-RateLimit-Limit": "30"}))
    assert learned(time, "bound") == 30
    assert learned(time, "ceiling") is None


def test_answers_that_show_nothing_new_cost_no_round_trip(time: VirtualTime) -> None:
    """The script is not called for a plain success, nor for the same word twice in a window."""
    door = gate(time)
    said = {"X-RateLimit-Limit": "90"}
    for exchange in (answer(200), answer(200, headers=said), answer(200, headers=said), answer(500)):
        door.enter(CALL)
        door.leave(CALL, exchange)
    assert learned(time, "bound") == 90
    time.redis.delete(f"{PREFIX}busy:learned")
    door.leave(CALL, answer(200, headers=said))
    assert learned(time, "bound") is None
    time.sleep(60)
    door.leave(CALL, answer(200, headers=said))
    assert learned(time, "bound") == 90


def test_without_redis_a_lesson_is_lost_and_nothing_else() -> None:
    door = RedisGate(connect("unix:///nowhere"), {"busy": (Limit(1, 1),)}, SystemClock())
    door.leave(CALL, answer(429))
    door.leave(CALL, Exchange(status=None, seconds=1, headers={}))
