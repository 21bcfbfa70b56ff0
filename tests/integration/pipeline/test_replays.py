"""Dead letters are tried again by plan: what was shown is what is done, a few first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.letters.replay_ramp import stages
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.schema.letters import dead_letters
from tests.integration.pipeline import books
from tests.integration.pipeline.replaying import (
    applied,
    down,
    finished,
    give_up,
    open_letters,
    planned,
)
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


def test_a_plan_says_what_would_run_cost_and_change_and_does_nothing(world: World) -> None:
    dead = down(world)
    before = world.sandbox_ledger()
    plan = planned(world)
    after = world.sandbox_ledger()
    assert (plan["letters"], plan["runs"], plan["moot"], plan["left"]) == (len(dead), len(dead), {}, {})
    assert plan["credits"] == {"low": 0, "expected": 0, "high": 0}
    assert plan["fields"]["ghl"]["email"] > 0
    assert plan["looked_at"]["ghl"]["create"] == len(dead)
    assert after["ghl"]["contacts"] == before["ghl"]["contacts"]
    assert after["clay"] == before["clay"]
    assert {lead.state for lead in world.leads().values() if lead.id in dead} == {State.DEAD}


def test_a_replay_begins_with_one_in_twenty_and_goes_on_when_they_came_through(world: World) -> None:
    dead = down(world, 24)
    plan = planned(world)
    replay_id = applied(world, plan)
    world.app.advance()
    first, *_ = stages(len(dead))
    told = world.app.dead_letters.replay(replay_id)
    assert told is not None
    assert (told["state"], told["begun"], told["planned"]) == ("canary", first, len(dead))
    told = finished(world, replay_id)
    assert (told["state"], told["done"], told["died_again"]) == ("done", len(dead), 0)
    world.settle()
    books.check(world)
    assert open_letters(world) == 0


def test_a_replay_whose_first_letters_die_again_stops_and_spares_the_others(
    install: Callable[..., World], sandbox: str
) -> None:
    world = install(SLACK_WEBHOOK_URL=f"{sandbox}/slack/services/T1/B1/secret")
    dead = down(world)
    world.fault(service="ghl", operation="upsertContact", fault="status", status=503)
    told = finished(world, applied(world, planned(world)))
    assert told["state"] == "stopped"
    assert told["begun"] == stages(len(dead))[0]
    assert told["died_again"] > 0
    world.settle()
    world.app.advance()
    assert world.app.dead_letters.replays()[0]["died_again"] == told["begun"]
    assert "died again" in told["why"]
    untouched = [key for key in dead if "replayed" not in world.story(key)]
    assert len(untouched) == len(dead) - told["begun"]
    world.app.notify()
    said = [one["text"] for one in world.sandbox_ledger()["slack"]["message_list"]]
    assert any("did not come through" in one for one in said)


def test_a_plan_is_refused_when_the_world_has_moved(world: World) -> None:
    """By the replay of the scheduler, which took the letters that were due."""
    give_up(world, world.people(6), Step.INGEST)
    plan = planned(world)
    world.let_time_pass(301.0)
    world.app.replay()
    answer = world.app.dead_letters.apply(plan["hash"])
    assert (answer["replay_id"], "the world has moved" in answer["refused"]) == (None, True)
    assert world.app.dead_letters.replays() == []


def test_a_plan_is_good_for_a_day_and_for_once(world: World) -> None:
    give_up(world, world.people(6), Step.INGEST)
    assert "no plan" in world.app.dead_letters.apply("0" * 64)["refused"]
    late = planned(world)
    world.let_time_pass(86_401.0)
    assert "a day old" in world.app.dead_letters.apply(late["hash"])["refused"]
    with world.app.ledger.begin() as tx:
        tx.tidy()
    assert "no plan" in world.app.dead_letters.apply(late["hash"])["refused"]
    plan = planned(world)
    replay_id = applied(world, plan)
    assert replay_id in world.app.dead_letters.apply(plan["hash"])["refused"]


def test_another_process_goes_on_with_a_replay(install: Callable[..., World]) -> None:
    """All that is known of it stands in the ledger."""
    world = install()
    dead = world.people(24)
    give_up(world, dead, Step.INGEST)
    replay_id = applied(world, planned(world))
    world.app.advance()
    world.close()
    other = install(HOLDER="other")
    assert finished(other, replay_id)["done"] == len(dead)
    other.settle()
    books.check(other)


def test_two_who_apply_at_once_begin_one_replay_and_each_letter_once(install: Callable[..., World]) -> None:
    one, two = install(), install(HOLDER="other")
    dead = one.people(24)
    give_up(one, dead, Step.INGEST)
    plan = planned(one)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda each: each.app.dead_letters.apply(plan["hash"]), (one, two)))
        (replay_id,) = [answer["replay_id"] for answer in answers if answer["replay_id"]]
        list(threads.map(lambda each: each.app.advance(), (one, two)))
    assert finished(two, replay_id)["done"] == len(dead)
    assert {one.story(key).count("replayed") for key in dead} == {1}


def test_letters_of_a_replay_wait_for_their_turn_in_it(world: World) -> None:
    """Neither the scheduler nor another plan takes them."""
    dead = world.people(24)
    give_up(world, dead, Step.INGEST)
    replay_id = applied(world, planned(world))
    world.app.advance()
    begun = stages(len(dead))[0]
    world.let_time_pass(10_000.0)
    world.app.replay()
    assert planned(world)["left"] == {"in_another_replay": len(dead) - begun}
    assert world.app.dead_letters.stop(replay_id)
    assert not world.app.dead_letters.stop(replay_id)
    assert planned(world)["runs"] == len(dead) - begun


def test_what_is_moot_is_closed_by_apply_and_never_run(install: Callable[..., World]) -> None:
    world = install()
    dead = down(world)
    world.close()
    other = install(SYNC_TARGETS="instantly")
    contacts = other.sandbox_ledger()["ghl"]["contacts"]
    plan = planned(other)
    assert (plan["runs"], plan["moot"]) == (0, {"target_not_configured": len(dead)})
    assert finished(other, applied(other, plan))["state"] == "done"
    assert open_letters(other) == 0
    assert other.story(dead[0])[-1] == "letter_closed"
    assert other.sandbox_ledger()["ghl"]["contacts"] == contacts


def test_an_enrichment_that_failed_is_charged_again_only_by_plan(world: World) -> None:
    """The sandbox fails it once more and takes as much as before, which the plan has said."""
    world.take([person("person-283")], NOW)
    world.settle()
    before = world.sandbox_ledger()["clay"]["credits"]
    plan = planned(world)
    assert (plan["paid"], plan["credits"]["expected"]) == (1, before)
    told = finished(world, applied(world, plan))
    assert (told["state"], told["died_again"]) == ("done", 1)
    assert world.sandbox_ledger()["clay"]["credits"] == 2 * before
    (lead,) = world.leads().values()
    assert (lead.generation, lead.state) == (2, State.DEAD)
    (letter,) = world.app.dead_letters.list(Selection())
    assert (letter["replays"], letter["next_replay_at"]) == (1, None)


def test_what_a_look_up_finds_done_is_neither_charged_nor_done_again(world: World) -> None:
    lead_ids = world.people(3)
    while world.app.status()["leads"]["received"]:
        world.step()
    rows = [lead.row_id or "" for lead in world.leads().values()]
    world.app.enricher.start(rows, "by hand")
    give_up(world, lead_ids, Step.ENRICH)
    plan = planned(world)
    assert (plan["runs"], plan["paid"], plan["credits"]["high"]) == (3, 0, 0)
    assert finished(world, applied(world, plan))["done"] == 3
    assert {row["enrich_count"] for row in world.sandbox_ledger()["clay"]["row_list"]} == {1}


def test_what_was_never_paid_for_is_paid_for_once(world: World) -> None:
    world.people(3)
    while world.app.status()["leads"]["received"]:
        world.step()
    give_up(world, list(world.leads()), Step.ENRICH)
    plan = planned(world)
    assert (plan["paid"], plan["known"]) == (3, False)
    assert finished(world, applied(world, plan))["done"] == 3
    world.settle()
    books.check(world)
    spent = world.sandbox_ledger()["clay"]["credits"]
    assert plan["credits"]["low"] <= spent <= plan["credits"]["high"]


def test_letters_beyond_the_caps_are_left_out(install: Callable[..., World]) -> None:
    world = install(CLAY_CREDITS_PER_DAY="20", CLAY_CREDITS_PER_LEAD="6")
    world.people(8)
    while world.app.status()["leads"]["received"]:
        world.step()
    give_up(world, list(world.leads()), Step.ENRICH)
    plan = planned(world)
    assert (plan["runs"], plan["left"]) == (3, {"budget": 5})


def test_poison_and_privacy_are_never_run(world: World) -> None:
    lead_ids = world.people(2)
    give_up(world, lead_ids, Step.INGEST)
    with world.app.ledger.begin() as tx:
        for lead_id, kind in zip(lead_ids, (Kind.POISON, Kind.PRIVACY), strict=True):
            mine = dead_letters.c.lead_id == lead_id
            tx.session.run(update(dead_letters).where(mine).values(kind=kind.value))
    plan = planned(world)
    assert (plan["runs"], plan["left"]) == (0, {"poison": 1, "privacy": 1})
    assert planned(world, kind=Kind.POISON)["letters"] == 1


def test_a_write_back_is_replayed_without_its_lead(world: World) -> None:
    world.fault(service="clay", operation="updateRows", fault="status", status=503)
    world.people(5)
    world.settle()
    world.mend()
    told = finished(world, applied(world, planned(world)))
    assert (told["state"], told["done"]) == ("done", 5)
    assert world.sandbox_ledger()["clay"]["updates"] == 5


def test_a_crm_that_cannot_be_asked_is_named_and_keeps_nobody_from_planning(world: World) -> None:
    dead = down(world)
    world.fault(service="ghl", operation="*", fault="status", status=401)
    plan = planned(world)
    assert plan["runs"] == len(dead)
    assert any(note.startswith("ghl could not be asked") for note in plan["notes"])


def test_what_is_discarded_is_closed_with_its_reason(world: World) -> None:
    dead = world.people(6)
    give_up(world, dead, Step.INGEST)
    groups = world.app.dead_letters.groups()
    assert [(one["step"], one["letters"]) for one in groups] == [("ingest", len(dead))]
    assert world.app.dead_letters.discard(Selection(step=Step.INGEST), "they asked ada@works.example") == len(
        dead
    )
    assert open_letters(world) == 0
    with world.app.ledger.read() as tx:
        told = tx.views.story(dead[0])[-1]
    assert (told["kind"], told["detail"]["reason"]) == ("discarded", "they asked [email]")
    world.let_time_pass(10_000.0)
    world.app.replay()
    assert world.leads()[dead[0]].state is State.DEAD


@pytest.mark.parametrize("letters", [0, 1])
def test_a_plan_of_next_to_nothing_comes_to_its_end(world: World, letters: int) -> None:
    give_up(world, world.people(letters), Step.INGEST)
    told = finished(world, applied(world, planned(world)))
    assert (told["state"], told["planned"], told["died_again"]) == ("done", letters, 0)
