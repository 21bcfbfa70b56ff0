"""Whoever has the phone of somebody who asked is somebody else, as colleagues on one switchboard are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.doors.intake import Door, read_lead
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.states import Priority, State
from tests.integration.pipeline.rights_world import canary, carry_on, erase
from tests.integration.world import NOW

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.enrichment import Values
    from tests.integration.pipeline.rights_world import Sides
    from tests.integration.world import World

SWITCHBOARD, OWN = "+14155550199", "+14155550142"
_NOTHING = dict.fromkeys(("email_work", "email_personal", "phone"))


def result(world: World, lead_id: str, **values: Any) -> None:
    """What Clay tells of a lead; of addresses and numbers these alone."""
    while not (found := [row for row in world.rows() if row["lead_id"] == lead_id]):
        world.step()
    told = {"enrichment_status": "completed", "credits_used": 3.0, "providers_used": [], **_NOTHING}
    told["enriched_at"] = datetime.now(UTC).isoformat()
    world.app.receive_webhook([world.webhook({**found[-1], **told, **values})])
    world.app.read_inbox()


def held(world: World, lead_id: str) -> Values:
    """Of a lead that is there."""
    return world.leads()[lead_id].values


def withheld(world: World) -> dict[Any, int]:
    """What was kept out so far, by field."""
    with world.app.ledger.read() as tx:
        return {(one["place"], one["field"]): one["count"] for one in tx.withheld.totals()}


def alice_is_forgotten(world: World) -> None:
    """The number was hers alone, as far as anybody knew."""
    (alice,) = world.take([canary()], NOW)
    result(world, alice, email_work="alice@works.example", phone=SWITCHBOARD)
    world.settle()
    assert erase(world)["lead_ids"] == [alice]


def test_a_colleague_whose_result_brings_the_number_goes_on_without_it(world: World, sides: Sides) -> None:
    """Counted like whatever is withheld; nobody else is asked to forget them."""
    alice_is_forgotten(world)
    (bob,) = world.people(1, "bob")
    result(world, bob, email_work="bob@works.example", phone=SWITCHBOARD)
    carry_on(world)
    assert world.settle()["balanced"]
    assert (held(world, bob).email_work, held(world, bob).phone) == ("bob@works.example", None)
    assert world.leads()[bob].state is State.SYNCED
    assert withheld(world) == {("clay", "phone"): 1}
    assert len(world.app.rights.latest(10)) == 1
    assert {len(side.asked) for side in sides.crms.values()} == {1}


def test_of_some_colleagues_the_one_who_asks_is_forgotten_alone(world: World, sides: Sides) -> None:
    """All were synced; the others are enriched again, and each result brings the company's number."""
    alice_is_forgotten(world)
    colleagues = world.people(3, "colleague")
    for lead_id in colleagues:
        result(world, lead_id, email_work=f"{lead_id.lower()}@works.example")
    world.settle()
    assert world.app.refresh.run({State.SYNCED: -1.0}) == len(colleagues)
    for lead_id in colleagues:
        result(world, lead_id, email_work=f"{lead_id.lower()}@works.example", phone=SWITCHBOARD)
    world.settle()
    carry_on(world)
    assert {held(world, lead_id).phone for lead_id in colleagues} == {None}
    assert withheld(world) == {("clay", "phone"): 3}
    assert {len(side.asked) for side in sides.crms.values()} == {1}


@pytest.mark.usefixtures("sides")
def test_whoever_is_known_by_nothing_but_the_number_is_the_person(world: World) -> None:
    """As a company that a CRM told of is, of which nothing else is found."""
    alice_is_forgotten(world)
    told = {"company_domain": "works.example", "source_name": "hubspot", "scraped_at": NOW.isoformat()}
    company = read_lead(told, now=NOW, door=Door.CRM)
    (taken,) = world.app.receive.take([company], priority=Priority.NORMAL, door="crm")
    result(world, taken.lead_id, phone=SWITCHBOARD)
    assert taken.lead_id not in world.leads()


@pytest.mark.usefixtures("sides")
def test_whoever_turns_out_to_be_the_person_takes_no_number_onto_the_list(world: World) -> None:
    """But the profile: who asked not to be here is not paid for again."""
    (bob,) = world.people(1, "bob")
    result(world, bob, email_work="bob@works.example", phone=OWN)
    world.settle()
    world.app.rights.suppress([Who(email="robert@home.example")])
    world.app.refresh.run({State.SYNCED: -1.0})
    result(world, bob, email_work="bob@works.example", email_personal="robert@home.example", phone=OWN)
    assert bob not in world.leads()
    assert world.people(1, "bob") == [""]
    (carol,) = world.people(1, "carol")
    result(world, carol, email_work="carol@works.example", phone=OWN)
    assert held(world, carol).phone == OWN
