"""What a CRM still has of somebody who was kept no longer begins nothing anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.ledger.schema.tables import leads
from tests.integration.pipeline.rights_world import EMAIL, canary
from tests.integration.world import NOW

if TYPE_CHECKING:
    from tests.integration.world import World

pytestmark = pytest.mark.usefixtures("sides")


def edited(world: World, title: str, **changed: Any) -> None:
    """Somebody edits the person's contact in the CRM, which tells of it."""
    data = {"id": "record-1", "email": EMAIL, "first_name": "Ada", "job_title": title, **changed}
    letter = json.dumps({"type": "contact.updated", "data": data}).encode()
    world.app.news.store([(System.GENERIC, {f"message {title}": letter})])
    world.app.read_inbox()


def is_over(world: World) -> None:
    """Everybody's time, and what is to be done then."""
    with world.app.ledger.engine.begin() as connection:
        connection.execute(update(leads).values(retention_until=1.0))
    world.app.run_schedule("retention")
    world.app.rights.go_on()
    for one in world.app.rights.latest(10):
        for step in one["steps"]:
            if step["state"] == "task":
                world.app.rights.done(one["request"], step["system"])


def test_an_edit_of_the_record_that_was_left_brings_nobody_back(world: World) -> None:
    """Or their time would begin anew with each edit, whatever else stands there by now."""
    world.take([canary()], NOW)
    world.settle()
    edited(world, "Engineer")
    is_over(world)
    edited(world, "Head of Engineering")
    edited(world, "Director", email="other@elsewhere.example")
    assert world.leads() == {}


def test_whoever_is_collected_anew_by_another_way_is_known_in_the_crm_again(world: World) -> None:
    world.take([canary()], NOW)
    edited(world, "Engineer")
    is_over(world)
    (lead_id,) = world.take([canary()], NOW)
    assert lead_id
    edited(world, "Head of Engineering")
    assert "seen_in_crm" in world.story(lead_id)
    assert set(world.leads()) == {lead_id}


def test_whoever_was_kept_no_longer_and_asks_then_is_kept_out_for_good(world: World) -> None:
    """An erasure takes over what retention had entered: the record is nobody's afterwards."""
    world.take([canary()], NOW)
    edited(world, "Engineer")
    is_over(world)
    world.take([canary()], NOW)
    edited(world, "Head of Engineering")
    world.app.rights.ask(Right.ERASURE, EMAIL)
    edited(world, "Director", email="other@elsewhere.example")
    assert world.leads() == {}
    with world.app.ledger.read() as tx:
        assert tx.suppressions.records("generic", ["record-1"]) == {"record-1"}
        assert tx.suppressions.retired("generic", ["record-1"]) == set()
