"""Whoever has the phone of somebody who asked is somebody else, as colleagues on one switchboard are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.doors.deletion_lists import digest_of
from alpha_swarm.domain.doors.intake import Door, read_lead
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import Priority, State
from alpha_swarm.errors import UserError
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
    told: dict[str, Any] = {
        "enrichment_status": "completed",
        "credits_used": 3.0,
        "providers_used": [],
        **_NOTHING,
    }
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


@pytest.mark.usefixtures("sides")
def test_a_list_ends_nobody_by_a_number_that_several_people_have(world: World) -> None:
    """Whoever is also named by an e-mail goes; the others stay, now and later, and are told of."""
    lead_ids = world.people(3, "colleague")
    for number, lead_id in enumerate(lead_ids):
        result(world, lead_id, email_work=f"c{number}@works.example", phone=SWITCHBOARD)
    listed = [
        Who(phone=SWITCHBOARD),
        Who(email="c0@works.example"),
        Who(digest=digest_of(f"phone:{SWITCHBOARD}")),
    ]
    told = world.app.rights.suppress(listed)
    assert (told["leads"], told["left"]) == (1, sorted(lead_ids[1:]))
    world.app.rights.ask(Right.ERASURE, lead_ids[1])
    told = world.app.rights.suppress(listed)
    assert (told["new"], told["leads"], told["left"]) == (0, 0, [lead_ids[2]])
    world.app.rights.screen()
    carry_on(world)
    world.app.rights.lay_over()
    assert set(world.leads()) == {lead_ids[2]}


@pytest.mark.parametrize("hashed", [False, True])
@pytest.mark.usefixtures("sides")
def test_a_list_ends_whoever_alone_has_the_number(world: World, *, hashed: bool) -> None:
    """With all leads of theirs."""
    first, second = world.take([canary(), {**canary(linkedin_url="", email="alice@home.example")}], NOW)
    result(world, first, email_work="alice@works.example", phone=OWN)
    result(world, second, email_work="alice@works.example")
    world.people(1)
    listed = Who(digest=digest_of(f"phone:{OWN}")) if hashed else Who(phone=OWN)
    told = world.app.rights.suppress([listed])
    assert (told["leads"], told["left"]) == (2, [])
    assert len(world.leads()) == 1


@pytest.mark.usefixtures("sides")
def test_people_without_profiles_are_not_one_by_their_number(world: World) -> None:
    """Whoever asks for one of them by it has to say which."""
    ids = world.take([canary(linkedin_url="", email=f"{name}@home.example") for name in ("a", "b")], NOW)
    for lead_id in ids:
        result(world, lead_id, phone=SWITCHBOARD)
    with pytest.raises(UserError, match="2 leads of several people are known by that"):
        world.app.rights.ask(Right.ERASURE, SWITCHBOARD)
    assert world.app.rights.suppress([Who(phone=SWITCHBOARD)])["left"] == sorted(ids)
    assert set(world.leads()) == set(ids)
