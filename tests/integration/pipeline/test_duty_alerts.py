"""What is owed to persons and not done is told once with its remedy, and once when it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, update

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.health.duties import BURST
from alpha_swarm.domain.health.standing import HOLD_SECONDS
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ledger.schema.rights import rights_requests
from alpha_swarm.ledger.schema.tables import facts, sightings
from tests.integration.pipeline.rights_world import PROFILE, canary, with_sides
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

HOOK = "/slack/services/T1/B1/secret"
MONTH = 26 * 86_400.0


@pytest.fixture
def world(install: Callable[..., World], sandbox: str) -> World:
    """One that tells people."""
    return install(SLACK_WEBHOOK_URL=sandbox + HOOK, PRIVACY_DROP="on")


def told(world: World, word: str) -> list[str]:
    """The first lines of what Slack shows of it by now."""
    for _ in range(3):
        world.app.notify()
    found: list[dict[str, Any]] = world.sandbox_ledger()["slack"]["message_list"]
    return [one["text"].splitlines()[0].strip("*") for one in found if word in one["text"]]


def over(world: World, word: str) -> bool:
    """Whether people hear that it is over, when it has stayed away for long enough."""
    told(world, word)
    world.let_time_pass(HOLD_SECONDS)
    return told(world, word)[-1].startswith("Over: ")


def test_a_task_and_a_request_that_is_late_are_told_until_they_are_done(world: World, tmp_path: Path) -> None:
    """The task at once, the delay before the month is over."""
    sides = with_sides(world, HomeList(tmp_path))
    sides.rows.fails = [GiveUpError("no way to remove rows", "not_supported")]
    world.take([canary()], NOW)
    world.settle()
    request = world.app.rights.ask(Right.ERASURE, PROFILE)["request"]
    assert len(told(world, "in clay by hand")) == 1
    assert told(world, "the law gives a month") == []
    with world.app.ledger.begin() as tx:
        tx.session.run(update(rights_requests).values(asked_at=rights_requests.c.asked_at - MONTH))
    assert len(told(world, "in clay by hand")) == 1
    assert len(told(world, "the law gives a month")) == 1
    world.app.rights.done(request, "clay")
    assert over(world, "in clay by hand")
    assert over(world, "the law gives a month")


def test_a_burst_of_those_who_asked_not_to_come_is_told(world: World, tmp_path: Path) -> None:
    """One or two are no news."""
    with_sides(world, HomeList(tmp_path))
    world.app.rights.ask(Right.ERASURE, PROFILE)
    world.take([canary()], NOW)
    assert told(world, "brought again") == []
    for _ in range(BURST):
        world.take([canary(), person("other")], NOW)
    assert len(told(world, "brought again")) == 1
    with world.app.ledger.begin() as tx:
        tx.session.run(delete(facts).where(facts.c.name.startswith("suppressed.returned.")))
    assert over(world, "brought again")


def test_notices_that_are_overdue_are_told_where_people_are_informed_by_us(world: World) -> None:
    """Somebody was marked, so that the program knows who was not."""
    world.people(3)
    with world.app.ledger.begin() as tx:
        tx.session.run(update(sightings).values(collected_at=sightings.c.collected_at - MONTH * 2))
    world.app.tidy()
    assert told(world, "not informed in time") == []
    ids = sorted(world.leads())
    with world.app.ledger.begin() as tx:
        tx.informing.mark(ids[:1])
    world.app.tidy()
    assert len(told(world, "not informed in time")) == 1
    with world.app.ledger.begin() as tx:
        tx.informing.mark(ids)
    world.app.tidy()
    assert over(world, "not informed in time")


def test_a_list_of_drop_s_that_was_never_taken_in_is_told_until_it_is(world: World) -> None:
    assert len(told(world, "California's DROP")) == 1
    world.app.note_drop()
    assert over(world, "California's DROP")
