"""What the rules say of campaigns, owners and deals is done once; whom a person chose stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.crm.deals import Terms
from alpha_swarm.domain.routing.route import Route
from alpha_swarm.domain.routing.rules import Deal
from alpha_swarm.domain.states import Target
from tests.integration.pipeline.crm_by_hand import edit, learn, sync_again
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

REP, OTHER = "user0000000000000041", "user0000000000000042"
RULES = """
rules:
  - name: everybody
    then:
      targets: [ghl, instantly]
      campaign: 5b0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c22
      owner: {owner}
      deal: {{ghl: {{pipeline: {pipeline}, stage: New, name: "{{company_name}} asks"}}}}
"""


@pytest.fixture
def routed(install: Callable[..., World], tmp_path: Path) -> Callable[..., World]:
    """Installations with rules of their own, one after the other on the same ledger."""

    def start(owner: str = "rep.one@portal.example", pipeline: str = "Inbound") -> World:
        path = tmp_path / "rules.yaml"
        path.write_text(RULES.format(owner=owner, pipeline=pipeline), encoding="utf-8")
        return install(ROUTING_FILE=str(path))

    return start


def ghl(world: World) -> dict[str, Any]:
    """What GoHighLevel counted."""
    found: dict[str, Any] = world.sandbox_ledger()["ghl"]
    return found


def owners(world: World) -> set[str | None]:
    """Of all contacts."""
    return {one.get("assignedTo") for one in ghl(world)["contact_list"]}


def taken(world: World) -> World:
    """Twelve leads, through."""
    world.take([person(f"person-{number}") for number in range(12)], NOW)
    world.settle()
    return world


def place(world: World, **said: Any) -> None:
    """The rules say something else of everybody in GoHighLevel."""
    route = Route(targets=(Target.GHL,), **said)
    with world.app.ledger.begin() as tx:
        placed = tx.syncs.placements(Target.GHL, list(world.leads()))
        tx.syncs.open({key: [Target.GHL] for key in placed}, dict.fromkeys(placed, route))


def told(world: World, kind: str) -> list[str]:
    """The leads in whose story it stands."""
    return [lead_id for lead_id in world.leads() if kind in world.story(lead_id)]


def test_every_contact_has_its_owner_and_one_deal(routed: Callable[..., World]) -> None:
    """With the name of the company, where the rule says; the leads stand in the campaign of the rule."""
    world = taken(routed())
    books = ghl(world)
    assert owners(world) == {REP}
    assert (books["deals"], books["doubled_deals"]) == (books["contacts"], 0)
    assert {one["assignedTo"] for one in books["deal_list"]} == {REP}
    assert all(one["name"].endswith(" asks") for one in books["deal_list"])
    campaigns = {one["campaign"] for one in world.sandbox_ledger()["instantly"]["lead_list"]}
    assert campaigns == {"5b0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c22"}
    assert len(told(world, "deal_opened")) == books["deals"]


def test_a_second_sync_opens_no_second_deal(routed: Callable[..., World]) -> None:
    """And asks nobody about it, whether anything is news or not."""
    world = taken(routed())
    asked = ghl(world)["calls"]["searchOpportunities"]
    learn(world, company_size=4711)
    sync_again(world)
    books = ghl(world)
    assert (books["deals"], books["calls"]["searchOpportunities"]) == (books["contacts"], asked)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_reply_opens_no_second_deal(routed: Callable[..., World], when: str) -> None:
    """It is looked up before it is sent again."""
    world = routed()
    world.fault(service="ghl", operation="createOpportunity", fault="reset", when=when, times=5)
    books = ghl(taken(world))
    assert (books["deals"], books["doubled_deals"]) == (books["contacts"], 0)


def test_what_was_planned_stands_whatever_the_rules_say_by_then(routed: Callable[..., World]) -> None:
    """So that a deal whose reply was lost is found where it is."""
    world = taken(routed())
    with world.app.ledger.begin() as tx:
        planned = tx.syncs.deals(Target.GHL, list(world.leads()))
        tx.syncs.plan_deals(Target.GHL, dict.fromkeys(planned, Terms(name="another")))
        assert tx.syncs.deals(Target.GHL, list(planned)) == planned
    assert {one.terms.stage for one in planned.values()} == {"New"}
    assert {one.id for one in planned.values()} == {one["id"] for one in ghl(world)["deal_list"]}


def test_an_owner_whom_nobody_knows_is_told_and_the_rest_is_synced(routed: Callable[..., World]) -> None:
    world = taken(routed(owner="nobody@sales.example"))
    books = ghl(world)
    assert books["contacts"] == books["deals"] > 0
    assert owners(world) == {None}
    assert len(told(world, "owner_left_out")) == books["contacts"]
    assert "nobody@" not in repr([world.story(lead_id) for lead_id in world.leads()])


def test_a_deal_that_has_no_place_is_told_and_is_opened_once_it_has(routed: Callable[..., World]) -> None:
    """Its contact is there all the same."""
    world = taken(routed(pipeline="Nowhere"))
    books = ghl(world)
    assert (books["deals"], len(told(world, "deal_left_out"))) == (0, books["contacts"])
    place(world, deals={Target.GHL: Deal(pipeline="Inbound", stage="New")})
    sync_again(world)
    assert ghl(world)["deals"] == books["contacts"]


def test_whom_a_person_chose_stays_and_whom_we_chose_is_replaced(routed: Callable[..., World]) -> None:
    world = taken(routed())
    first, *others = [one["id"] for one in ghl(world)["contact_list"]]
    edit(world, first, assignedTo="user0000000000000046")
    place(world, owners={Target.GHL: "rep.two@portal.example"})
    sync_again(world)
    standing = {one["id"]: one["assignedTo"] for one in ghl(world)["contact_list"]}
    assert standing == {first: "user0000000000000046"} | dict.fromkeys(others, OTHER)


def test_an_owner_is_foretold_and_can_be_taken_back(routed: Callable[..., World]) -> None:
    """As any field is; the deal stays."""
    world = taken(routed())
    place(world, owners={Target.GHL: "rep.two@portal.example"})
    desk = world.app.crm_desk
    previews = [one for one in desk.previews(Target.GHL, desk.chosen(None, 100)) if one.record_id]
    assert {one.fields["owner"] for one in previews} == {(REP, OTHER)}
    sync_again(world)
    assert owners(world) == {OTHER}
    (run,) = {lead.batch for lead in world.leads().values()}
    assert run
    told = desk.undo(run, Target.GHL)
    assert (owners(world), told.changes) == ({REP}, len(previews))
    assert ghl(world)["deals"] == len(previews)
