"""What GoHighLevel refuses or drops: the ledger remembers no more than what stands there by us."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import requests
from sqlalchemy import update

from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ports.records import Owed
from alpha_swarm.sandbox.server import running
from tests.integration.pipeline.crm_by_hand import learn, sync_again
from tests.integration.pipeline.test_records import contacts
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

NEVER = 3600.0


def replaced_by_hand(world: World, contact_id: str) -> tuple[str, str]:
    """A person removes a contact and makes it anew, the first name as it was; its id and that name."""
    old = contacts(world)[contact_id]
    fields = {
        "locationId": "loc",
        "email": old["email"],
        "firstName": old["firstName"],
        "lastName": "Typed-In",
    }
    with requests.Session() as session:
        session.headers.update({"Authorization": "Bearer person", "Version": "2021-07-28"})
        session.delete(f"{world.url}/ghl/contacts/{contact_id}", timeout=60).raise_for_status()
        answer = session.post(f"{world.url}/ghl/contacts/", json=fields, timeout=60)
        answer.raise_for_status()
    return answer.json()["contact"]["id"], old["firstName"]


def sync_as_new(world: World, lead: Lead) -> None:
    """As a lead of whom we know no record."""
    with world.app.ledger.begin() as tx:
        tx.session.run(update(syncs).where(syncs.c.lead_id == lead.id).values(external_id=None))
        tx.syncs.open({lead.id: [Target.GHL]})
        tx.leads.move({lead.id: State.SYNCING})
        tx.work.owe([Owed(lead_id=lead.id, step=Step.sync(Target.GHL), turn=lead.turn)])
    world.settle()


def test_a_phone_that_is_dropped_is_told_and_not_sent_for_ever(database_url: str, tmp_path: Path) -> None:
    """Once in the story, by the field's name alone; counted; the next sync leaves it."""
    with (
        running(replace(QUIET, ghl_phone_drop=1.0)) as url,
        installed(tmp_path, url, database_url, GHL_READ_BACK="all") as world,
    ):
        world.people(8)
        world.settle()
        learn(world, phone="+14155559999")
        sync_again(world)
        told = [lead_id for lead_id in world.leads() if "not_kept" in world.story(lead_id)]
        status = world.app.status()
        by_target = {row["target"]: row["not_kept"] for row in world.app.targets()}
        with world.app.ledger.read() as tx:
            details = [
                one["detail"] for key in told for one in tx.views.story(key) if one["kind"] == "not_kept"
            ]
        learn(world, title="Chief Tester")
        sync_again(world)
        assert {len([kind for kind in world.story(key) if kind == "not_kept"]) for key in told} <= {1, 2}
        assert all("phone" not in one for one in contacts(world).values())
    assert told
    assert status["not_kept"] == len(details) > 0
    assert by_target == {"clay": 0, "ghl": len(details), "instantly": 0}
    assert all(one == {"target": "ghl", "fields": ["phone"]} for one in details)


def test_what_was_refused_does_not_count_as_ours(database_url: str, tmp_path: Path) -> None:
    """A person typed in by chance what we had; the index had not seen it. It stays theirs."""
    with (
        running(replace(QUIET, ghl_index_lag_seconds=NEVER)) as url,
        installed(tmp_path, url, database_url) as world,
    ):
        world.people(8)
        world.settle()
        world.app.ledger.facts.put("ghl.search:loc", "proven")
        leads = [lead for lead in world.leads().values() if "ghl" in lead.external_ids]
        chosen = next(one for one in leads if "email" in contacts(world)[one.external_ids["ghl"]])
        record, first_name = replaced_by_hand(world, chosen.external_ids["ghl"])
        learn(world, title="Chief Tester")
        sync_as_new(world, chosen)
        standing = contacts(world)[record]
        calls = world.sandbox_ledger()["ghl"]["calls"]
        with world.app.ledger.read() as tx:
            ours = tx.changes.written(Target.GHL, {chosen.id: record})[chosen.id]
    assert calls["createContact"] == 1 + 1, "the person's, and ours, which was refused"
    assert (standing["firstName"], standing["lastName"]) == (first_name, "Typed-In")
    assert "Chief Tester" in str(standing["customFields"])
    assert "title" in ours
    assert not {"first_name", "email"} & ours.keys()
