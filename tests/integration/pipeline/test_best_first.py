"""Where the budget is short, the leads that are paid for are the best of all that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.prospects import rank
from alpha_swarm.domain.states import State, Step
from alpha_swarm.proof import rounds
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

_KINDS = ["group_member", "post_liker", "event_attendee", "competitor_follower", "post_commenter"]
#: More than one batch of the paid step holds.
_MANY = 300


def crowd(world: World, number: int) -> None:
    """So many, the worst and the best in turns."""
    world.take([person(f"person-{one}", source_type=_KINDS[one % len(_KINDS)]) for one in range(number)], NOW)
    while world.app.status()["leads"]["received"]:
        world.app.follow(Step.INGEST, [])


def order(world: World) -> dict[str, tuple[int, float]]:
    """Lead id → where it stands among all."""
    return {key: (rank(lead.input, lead.priority), lead.turn) for key, lead in world.leads().items()}


def paid(world: World) -> list[str]:
    """Those whose enrichment was begun, as the other side has it."""
    return [row["lead_id"] for row in world.sandbox_ledger()["clay"]["row_list"] if row["enrich_count"]]


def work_off(world: World) -> list[set[str]]:
    """Until nobody more is paid for; who was, one batch after the other."""
    batches: list[set[str]] = []
    idle = 0
    while idle < 3:
        before = set(paid(world))
        world.app.follow(Step.ENRICH, [])
        batches.append(set(paid(world)) - before)
        world.let_time_pass(5.0)
        world.app.follow(Step.COLLECT, [])
        idle = 0 if batches[-1] else idle + 1
    return [batch for batch in batches if batch]


def test_batch_after_batch_takes_the_best_that_are_left(install: Callable[..., World]) -> None:
    """Also those who were held meanwhile: what a result gives back goes to the best of them."""
    world = install(CLAY_CREDITS_PER_DAY="150")
    crowd(world, 60)
    standing = order(world)
    batches = work_off(world)
    in_order = sorted(standing, key=lambda key: standing[key])
    taken = 0
    for batch in batches:
        assert batch == set(in_order[taken : taken + len(batch)])
        taken += len(batch)
    assert len(batches) > 3
    assert 150 - world.app.reservation.credits < world.sandbox_ledger()["clay"]["credits"] <= 150
    states = {key: lead.state for key, lead in world.leads().items()}
    assert {states[key] for key in in_order[taken:]} == {State.HELD}


def test_where_there_is_room_for_all_nobody_is_overtaken(install: Callable[..., World]) -> None:
    """However good those are who come later: so the worst wait no longer than without a cap."""
    world = install(CLAY_CREDITS_PER_DAY="100000")
    early = [person(f"early-{one}") for one in range(_MANY)]
    late = [person(f"late-{one}", company_name="Brightforge") for one in range(20)]
    ids = world.take([*early, *late], NOW)
    while world.app.status()["leads"]["received"]:
        world.app.follow(Step.INGEST, [])
    world.app.follow(Step.ENRICH, [])
    first = set(paid(world))
    assert first == set(ids[: len(first)])
    assert 20 < len(first) < _MANY


def test_who_waited_before_there_was_a_cap_is_among_the_best(install: Callable[..., World]) -> None:
    world = install()
    crowd(world, 30)
    world.close()
    capped = install(CLAY_CREDITS_PER_DAY="40")
    standing = order(capped)
    capped.app.follow(Step.ENRICH, [])
    first = set(paid(capped))
    assert first == set(sorted(standing, key=lambda key: standing[key])[:2])


def test_the_sweep_names_those_who_wait_for_room_once_there_is_some(install: Callable[..., World]) -> None:
    world = install(CLAY_CREDITS_PER_DAY="20")
    crowd(world, 4)
    world.app.follow(Step.ENRICH, [])
    world.app.follow(Step.ENRICH, [])
    assert world.app.status()["leads"]["held"] == 3
    assert not rounds_see(world, Step.ENRICH)
    world.let_time_pass(5.0)
    world.app.follow(Step.COLLECT, [])
    spent = world.sandbox_ledger()["clay"]["credits"]
    assert rounds_see(world, Step.ENRICH) == (20 - spent >= world.app.reservation.credits)


def rounds_see(world: World, step: Step) -> bool:
    """Whether a sweep would send a hint of the step."""
    with world.app.ledger.read() as tx:
        room = tx.calls.room(world.app.reservation).returned
        return step in tx.work.due([step], 10, room=room)


def test_a_round_of_the_program_goes_on_until_the_cap_is_used_up(install: Callable[..., World]) -> None:
    """Nobody waits ten minutes for what a settlement gives back."""
    world = install(CLAY_CREDITS_PER_DAY="100")
    crowd(world, 40)
    for _ in range(30):
        rounds.follow_once(world.app)
        world.let_time_pass(5.0)
    assert 100 - world.app.reservation.credits < world.sandbox_ledger()["clay"]["credits"] <= 100
