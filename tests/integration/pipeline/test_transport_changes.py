"""Leads that were under way when the transport was changed are neither paid for twice nor forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Owed
from tests.integration.pipeline.postbox import Postbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

SOFT, HARD = 900.0, 86_400.0
_CALLS = {"add_rows": FREE, "enrich_rows": Cost(6.0, 1.0)}


@pytest.fixture
def world(install: Callable[..., World]) -> World:
    """Leads go into a postbox, and had rows before."""
    world = install(CLAY_TRANSPORT="webhook")
    world.app.enricher = Postbox()
    return world


def awaited(world: World, state: State, step: Step) -> None:
    """Two leads whose rows were added and started by the other transport."""
    generations = dict.fromkeys(world.people(2), 1)
    with world.app.ledger.begin() as tx:
        for operation, cost in _CALLS.items():
            tx.calls.plan(
                operation=operation, target="clay", key="key", lease=0, generations=generations, cost=cost
            )
            tx.calls.settle(operation, dict.fromkeys(generations, "done"))
        tx.leads.submitted({key: f"r_{key}" for key in generations})
        tx.leads.move(dict.fromkeys(generations, state))
        tx.work.finish(Step.INGEST, list(generations))
        tx.work.owe(Owed(lead_id=key, step=step, turn=0.0) for key in generations)


def test_what_another_transport_started_is_awaited_and_not_sent_again(world: World) -> None:
    awaited(world, State.ENRICHING, Step.COLLECT)
    for seconds in (SOFT + 1, HARD):
        assert {lead.state for lead in world.leads().values()} == {State.ENRICHING}
        world.let_time_pass(seconds)
        world.work()
    assert world.app.enricher.received == {}  # type: ignore[attr-defined]
    causes = {death["cause"] for key in world.leads() for death in world.deaths(key)}
    assert causes == {"callback_timeout"}


def test_a_row_that_cannot_be_told_any_more_is_let_go(world: World) -> None:
    """Nothing that is owed stands in the way of what has settled."""
    awaited(world, State.SYNCED, Step.WRITE_BACK)
    world.work()
    assert world.app.status()["settled"]
    assert {lead.state for lead in world.leads().values()} == {State.SYNCED}
