"""Mixed dead letters: what the plan said is what the other side's log then shows."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.letters.dead_letters import Selection
from alpha_swarm.domain.states import Step
from alpha_swarm.sandbox.server import running
from tests.acceptance import mixed_letters
from tests.integration.pipeline.replaying import applied, finished, open_letters, planned, settle
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.world import World


def try_it(home: Path, people: int) -> float:
    """Made, planned, replayed to the end, and compared; how far the credits that were expected lay off."""
    database = f"sqlite:///{home / 'ledger.db'}"
    with running(replace(QUIET, seed=11)) as url, installed(home / "home", url, database) as world:
        made = mixed_letters.make(world, people)
        before, standing = world.sandbox_ledger(), world.leads()
        failed = mixed_letters.letters(world, Step.ENRICH, "enrichment_failed")
        letters = open_letters(world)
        plan = planned(world)
        assert_planned(plan, made, letters)
        told = finished(world, applied(world, plan))
        settle(world)
        after = world.sandbox_ledger()
        assert_done(told, plan, made)
        off = assert_paid(plan, before["clay"], after["clay"])
        assert_once(world, made, set(failed.values()))
        for reason, chosen in made.moot.items():
            assert_untouched(world, reason, chosen, {key: standing[key] for key in chosen.values()})
        return off


def assert_planned(plan: dict[str, Any], made: mixed_letters.Made, letters: int) -> None:
    """Each letter in its place."""
    assert plan["moot"] == {reason: len(chosen) for reason, chosen in made.moot.items()}
    assert plan["left"] == {reason: len(chosen) for reason, chosen in made.left.items()}
    assert plan["letters"] == letters
    assert plan["runs"] == letters - sum(plan["moot"].values()) - sum(plan["left"].values())


def assert_done(told: dict[str, Any], plan: dict[str, Any], made: mixed_letters.Made) -> None:
    """All of it ran, and nearly all came through."""
    assert (told["state"], told["begun"], told["moot"]) == ("done", plan["runs"], 0)
    assert told["done"] + told["died_again"] == plan["runs"]
    assert told["done"] > 0.95 * plan["runs"]
    assert made.started


def assert_paid(plan: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> float:
    """What Clay took lies between the ends; how near to the middle is said."""
    credits_ = plan["credits"]
    taken = after["credits"] - before["credits"]
    off = float(credits_["expected"] / taken - 1)
    sys.stderr.write(
        f"{plan['letters']} letters, {plan['paid']} paid: {credits_}, taken {taken}: {off:+.2%}\n"
    )
    assert credits_["low"] <= taken <= credits_["high"]
    counts = [Counter(row["enrich_count"] for row in one["row_list"]) for one in (before, after)]
    started = sum(number * times for number, times in counts[1].items())
    assert started - sum(number * times for number, times in counts[0].items()) == plan["paid"]
    return off


def assert_once(world: World, made: mixed_letters.Made, failed: set[str]) -> None:
    """Rows are paid for once, or twice where the plan said so; books and bill agree; nobody stands twice."""
    books = world.sandbox_ledger()
    times = {row["lead_id"]: row["enrich_count"] for row in books["clay"]["row_list"]}
    assert {key for key, number in times.items() if number > 1} == failed
    assert set(times.values()) <= {1, 2}
    assert {times[key] for key in made.started.values()} == {1}
    assert len(times) == len(books["clay"]["row_list"])
    assert books["ghl"]["duplicate_emails"] == books["instantly"]["duplicate_emails"] == 0
    credits_ = world.app.status()["credits"]["month"]
    assert credits_["spent"] == pytest.approx(books["clay"]["credits"])
    assert credits_["reserved"] == 0


def assert_untouched(world: World, reason: str, chosen: dict[str, str], before: dict[str, Any]) -> None:
    """Closed for its reason, and nothing else."""
    now = world.leads()
    for letter_id, lead_id in chosen.items():
        letter = world.app.dead_letters.show(letter_id)
        assert letter is not None
        assert (letter["resolution"], now[lead_id].state) == ("moot", before[lead_id].state), reason
        assert "replayed" not in world.story(lead_id)
    assert world.app.dead_letters.list(Selection(ids=tuple(chosen))) == []


@pytest.mark.acceptance
@pytest.mark.timeout(120)
def test_two_hundred_letters(tmp_path: Path) -> None:
    """All kinds."""
    try_it(tmp_path, 200)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_four_thousand_letters(tmp_path: Path) -> None:
    """All kinds; of so many the credits are foretold within 1 %."""
    assert abs(try_it(tmp_path, 4500)) < 0.01
