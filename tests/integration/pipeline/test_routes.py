"""What the rules say of a lead is told, kept with its targets, and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.routing.route import Placement
from alpha_swarm.domain.routing.rules import Deal
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.schema.tables import persons
from tests.integration.world import person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

RULES = """
rules:
  - name: from the form
    when: {source_name: Form}
    then:
      targets: [ghl]
      owner: rep@sales.example
      deal: {ghl: {pipeline: p1, stage: s1, name: "{company_name} asks"}}
      stop: true
  - name: everybody else
    then: {targets: campaigns, campaign: another}
"""


@pytest.fixture
def world(install: Callable[..., World], tmp_path: Path) -> World:
    """An installation with rules of its own."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return install(ROUTING_FILE=str(path))


def routed(world: World, lead_id: str) -> list[dict[str, Any]]:
    """What the story says of the decision."""
    with world.app.ledger.read() as tx:
        return [entry["detail"] for entry in tx.views.story(lead_id) if entry["kind"] == "routed"]


def placements(world: World, target: Target) -> dict[str, Placement]:
    """What a CRM is to do, by lead."""
    with world.app.ledger.read() as tx:
        return dict(tx.syncs.placements(target, list(world.leads())))


def enriched(world: World, **given: Any) -> str:
    """The first of a few people who can be reached by e-mail."""
    world.take([person(f"person-{number}", **given) for number in range(6)], _now(world))
    world.settle()
    reached = [lead.id for lead in world.leads().values() if lead.enrichment and lead.enrichment.values.email]
    return reached[0]


def _now(world: World) -> Any:
    with world.app.ledger.read() as tx:
        return tx.views.today()


def test_the_story_names_the_rules_and_no_person(world: World) -> None:
    """Neither whom it is about, nor who owns it."""
    lead_id = enriched(world, source_name="Form")
    assert routed(world, lead_id) == [
        {"targets": ["ghl"], "rules": ["from the form"], "owned_in": ["ghl"], "deals_in": ["ghl"]}
    ]


def test_what_a_crm_is_to_do_stands_with_lead_and_target(world: World) -> None:
    lead_id = enriched(world, source_name="Form")
    deal = Deal(pipeline="p1", stage="s1", name="{company_name} asks")
    assert placements(world, Target.GHL)[lead_id] == Placement(owner="rep@sales.example", deal=deal)
    assert placements(world, Target.INSTANTLY) == {}


def test_a_campaign_is_kept_and_who_has_no_e_mail_is_left_out(world: World) -> None:
    lead_id = enriched(world)
    assert placements(world, Target.INSTANTLY)[lead_id] == Placement(campaign="another")
    assert routed(world, lead_id) == [
        {"targets": ["instantly"], "rules": ["everybody else"], "campaign": "another"}
    ]


def test_what_was_said_outlives_a_replay(world: World) -> None:
    """A sync that is opened again by hand or by replay keeps what the rules said."""
    lead_id = enriched(world)
    with world.app.ledger.begin() as tx:
        tx.syncs.open({lead_id: [Target.INSTANTLY]})
    assert placements(world, Target.INSTANTLY)[lead_id] == Placement(campaign="another")


def test_nothing_of_the_person_is_kept_with_the_target(world: World) -> None:
    """The name of a deal is kept as it stands in the file."""
    lead_id = enriched(world, source_name="Form")
    with world.app.ledger.read() as tx:
        known = tx.session.rows(select(persons.c.enrichment).where(persons.c.lead_id == lead_id))[0][0]
    kept = repr(placements(world, Target.GHL)[lead_id])
    assert all(str(value) not in kept for name, value in known["values"].items() if name.startswith("email"))
