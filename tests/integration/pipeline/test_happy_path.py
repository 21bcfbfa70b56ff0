"""The whole way, checked against the other side's own books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import State
from tests.integration.pipeline import books
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from tests.integration.world import World

_STORY = ["received", "submitted", "enriching", "enriched", "scored"]


def test_every_lead_is_enriched_once_scored_synced_and_written_back(world: World) -> None:
    world.people(80)
    status = world.settle()
    books.check(world)
    assert status["total"] == 80
    assert status["health"] == "healthy"
    kinds = {books.status(row) for row in world.rows()}
    assert kinds >= {"completed", "partial", "unenrichable"}  # the sample holds every way


def test_a_story_tells_the_whole_way(world: World) -> None:
    lead_ids = world.people(6)
    world.settle()
    synced = next(lead for lead in world.leads().values() if lead.state is State.SYNCED)
    story = world.story(synced.id)
    assert story[:5] == _STORY
    assert story[-2:] == ["synced", "written_back"]
    assert story.count("disclosed") == len(synced.external_ids)
    assert synced.id in lead_ids


def test_a_second_arrival_is_seen_and_never_sent_again(world: World) -> None:
    lead_ids = world.people(5)
    world.settle()
    before = world.sandbox_ledger()
    again = world.take([person(f"person-{index}", source_name="Fair") for index in range(5)], NOW)
    status = world.settle()
    assert again == lead_ids
    assert world.sandbox_ledger() == before
    assert status["total"] == 5
    assert {seen.source_name for lead in world.leads().values() for seen in lead.also_seen} == {"Fair"}


def test_a_lead_without_a_profile_goes_by_its_address(world: World) -> None:
    lead = person("x", linkedin_url="", email="ada@works.example")
    world.take([lead], NOW)
    world.settle()
    books.check(world)


def test_what_is_tidied_up_is_not_missed(world: World) -> None:
    world.people(3)
    world.step()
    world.app.tidy()
    world.settle()
    world.app.tidy()
    books.check(world)
