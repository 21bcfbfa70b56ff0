"""Each reason has its fault, its level and its remedy; the worst decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.health.flow import Progress
from alpha_swarm.domain.health.health import (
    LITTLE_SPACE,
    MANY_DEAD_LETTERS,
    MANY_MISSED,
    NO_PROGRESS_SECONDS,
    NO_SPACE,
    OLD_DEAD_LETTER_SECONDS,
    Signs,
    health,
)

WELL = Signs()


def progress(oldest: float, idle: float | None) -> Signs:
    """Of the step ``ingest``."""
    one = Progress(oldest_seconds=oldest, idle_seconds=idle, last_success_at=None)
    return Signs(progress={"ingest": one})


FAULTS = {
    "books": (Signs(balanced=False), "unhealthy"),
    "ledger": (Signs(writable=False), "unhealthy"),
    "progress:ingest": (progress(NO_PROGRESS_SECONDS + 1, None), "unhealthy"),
    "away:clay": (Signs(away={"clay": "replace the key"}), "unhealthy"),
    "away:ghl": (Signs(away={"ghl": "the quota is used up"}), "degraded"),
    "redis": (Signs(redis=False), "degraded"),
    "dead-letters": (Signs(dead_letters=MANY_DEAD_LETTERS + 1), "degraded"),
    "deadlines": (Signs(missed=MANY_MISSED + 1), "degraded"),
    "lanes:lane one is exhausted": (Signs(lanes=["lane one is exhausted: all of it"]), "degraded"),
    "following:ghl": (Signs(unfollowed={"ghl": "the cursor was refused"}), "degraded"),
    "old-dead-letters": (
        Signs(dead_letters=1, oldest_dead_letter_seconds=OLD_DEAD_LETTER_SECONDS + 1),
        "healthy",
    ),
    "cap:day:credits": (Signs(held=3, caps=["day credits"]), "healthy"),
}


def test_without_any_fault_it_is_healthy() -> None:
    found = health(WELL)
    assert (found.level, found.reasons) == ("healthy", [])


@pytest.mark.parametrize("key", FAULTS)
def test_each_fault_has_its_reason_with_a_remedy(key: str) -> None:
    signs, level = FAULTS[key]
    found = health(signs)
    (reason,) = found.reasons
    assert (reason.key, found.level) == (key, level)
    assert reason.remedy
    assert reason.line == f"{reason.text}; {reason.remedy}"


@pytest.mark.parametrize(
    ("free", "level"),
    [(NO_SPACE - 1, "unhealthy"), (NO_SPACE, "degraded"), (LITTLE_SPACE - 1, "degraded")],
)
def test_a_disk_fills_up_in_two_stages(free: int, level: str) -> None:
    found = health(Signs(space=free))
    assert ([reason.key for reason in found.reasons], found.level) == (["disk"], level)


@pytest.mark.parametrize("free", [LITTLE_SPACE, None])
def test_enough_space_or_a_disk_that_nobody_can_ask_is_no_reason(free: int | None) -> None:
    assert health(Signs(space=free)).level == "healthy"


@pytest.mark.parametrize(
    ("oldest", "idle"),
    [
        (NO_PROGRESS_SECONDS, None),
        (NO_PROGRESS_SECONDS, 1000.0),
        (100_000.0, NO_PROGRESS_SECONDS),
        (0.0, 100_000.0),
    ],
)
def test_who_waits_for_a_turn_in_a_long_backlog_is_not_stuck(oldest: float, idle: float | None) -> None:
    """Nor is a step of which nothing is due."""
    assert health(progress(oldest, idle)).level == "healthy"


def test_a_limit_that_is_met_and_not_passed_is_no_reason() -> None:
    signs = Signs(
        missed=MANY_MISSED,
        dead_letters=MANY_DEAD_LETTERS,
        oldest_dead_letter_seconds=OLD_DEAD_LETTER_SECONDS,
        caps=["day credits"],
    )
    assert health(signs).reasons == []


@given(st.lists(st.sampled_from(sorted(FAULTS)), unique=True))
def test_the_worst_decides_and_comes_first(keys: list[str]) -> None:
    """Whatever comes together."""
    signs = WELL
    for key in keys:
        fault = FAULTS[key][0]
        changes = {
            name: getattr(fault, name)
            for name in Signs.__dataclass_fields__
            if getattr(fault, name) != getattr(WELL, name)
        }
        if "away" in changes:
            changes["away"] = {**signs.away, **changes["away"]}
        if "dead_letters" in changes:
            changes["dead_letters"] = max(signs.dead_letters, changes["dead_letters"])
        signs = replace(signs, **changes)
    found = health(signs)
    assert set(keys) <= {reason.key for reason in found.reasons}
    levels = [reason.level.value for reason in found.reasons]
    assert levels == sorted(levels, key=["unhealthy", "degraded", "note"].index)
    worst = levels[0] if levels and levels[0] != "note" else "healthy"
    assert found.level == worst
