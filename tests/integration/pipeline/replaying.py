"""Leads that are given up, and replays that are taken to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.letters.dead_letters import Selection
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Death

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.integration.world import World

_OVER = {"stopped", "done"}
_ROUNDS = 2000
_LEAP_SECONDS = 60.0


def down(world: World, people: int = 7) -> list[str]:
    """A CRM fails until leads are given up, and then works again; the leads that are dead."""
    world.fault(service="ghl", operation="upsertContact", fault="status", status=503)
    world.people(people)
    settle(world)
    world.mend()
    return [key for key, lead in world.leads().items() if lead.state is State.DEAD]


def planned(world: World, **chosen: Any) -> dict[str, Any]:
    """A plan of the open letters of a selection."""
    return world.app.dead_letters.plan(Selection(**chosen))


def applied(world: World, plan: dict[str, Any]) -> str:
    """The id of a replay that was begun."""
    answer = world.app.dead_letters.apply(plan["hash"])
    assert answer["refused"] is None
    return str(answer["replay_id"])


def finished(world: World, replay_id: str) -> dict[str, Any]:
    """How it ended, with the scheduler's job and all workers going round."""
    for _ in range(_ROUNDS):
        world.app.advance()
        told = world.app.dead_letters.replay(replay_id) or {}
        if told["state"] in _OVER:
            return told
        go_round(world)
    raise AssertionError(f"not over: {world.app.dead_letters.replays()}")


def go_round(world: World) -> None:
    """One round of all workers; where nothing is due a minute passes, so that many are due together."""
    if not world.step():
        world.let_time_pass(_LEAP_SECONDS)


def settle(world: World) -> None:
    """Until nothing is on its way."""
    while not world.app.status()["settled"]:
        go_round(world)


def give_up(world: World, lead_ids: Sequence[str], step: Step) -> None:
    """As if a step had been given up for these, whatever had become of it outside."""
    deaths = [
        Death(lead_id=one, step=step, cause="attempts_exhausted", kind="transient", error="down", attempts=3)
        for one in lead_ids
    ]
    with world.app.ledger.begin() as tx:
        tx.leads.lock(lead_ids)
        tx.work.abandon(lead_ids)
        tx.leads.move(dict.fromkeys(lead_ids, State.DEAD))
        tx.dead_letters.add(deaths)


def open_letters(world: World) -> int:
    """How many there are."""
    return sum(group["letters"] for group in world.app.dead_letters.groups())
