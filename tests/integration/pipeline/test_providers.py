"""The hours of the providers behind Clay: misses are booked, and enrichments wait if they are told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from alpha_swarm.domain.providers import uses
from alpha_swarm.ledger.schema.providers import provider_uses
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from tests.integration.world import World

LIMIT = 3


def shown(world: World) -> dict[str, Any]:
    """Provider → its hour."""
    found: dict[str, Any] = world.app.status()["providers"]
    return found


@pytest.mark.parametrize("operation", ["enrichRows", "searchRows"])
def test_a_provider_that_is_named_in_a_504_is_booked_as_missed_once_a_call(
    world: World, operation: str
) -> None:
    """However many leads the call had."""
    world.fault(service="clay", operation=operation, fault="status", status=504, times=1)
    world.people(8)
    world.settle()
    assert shown(world)["apollo"]["missed"] == 1
    books.check(world)


def some_minutes(world: World) -> None:
    """Work, with the minute between in which whoever found no room asks again."""
    for _ in range(6):
        world.work()
        world.let_time_pass(61.0)


def busiest_hour(world: World, provider: str) -> int:
    """Its uses in the hour that had the most of them."""
    query = select(func.max(provider_uses.c.uses)).where(provider_uses.c.provider == provider)
    with world.app.ledger.read() as tx:
        return int(tx.session.run(query).scalar_one())


def next_hour(world: World) -> None:
    """As if the hour had ended."""
    with world.app.ledger.begin() as tx:
        tx.session.run(update(provider_uses).values(hour=provider_uses.c.hour - 1))


def test_enrichments_keep_the_hours_of_the_providers_where_they_are_told_to(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more are begun than the tightest hour has room for; in the next hours the others follow."""
    monkeypatch.setitem(uses.HOURLY, "apollo", LIMIT)
    clay = world.app.settings.clay.model_copy(update={"provider_limits": True})
    world.app.settings = world.app.settings.model_copy(update={"clay": clay})
    world.people(3 * LIMIT)
    waiting = []
    for _ in range(3):
        some_minutes(world)
        assert 0 < busiest_hour(world, "apollo") <= LIMIT
        waiting.append(world.app.status()["leads"]["submitted"])
        next_hour(world)
    assert waiting[0] > waiting[1] > waiting[2] == 0


def test_they_are_not_kept_otherwise(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(uses.HOURLY, "apollo", LIMIT)
    world.people(3 * LIMIT)
    world.settle()
    assert world.sandbox_ledger()["clay"]["enrichments"] == 3 * LIMIT
    assert shown(world)["apollo"]["used"] > LIMIT
