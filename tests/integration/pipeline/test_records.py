"""A sync improves what stands in a CRM, overwrites nobody's edits, can be foretold and can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Target
from alpha_swarm.ports.changes import Planned
from tests.integration.pipeline.crm_by_hand import edit, learn, sync_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


@pytest.fixture
def synced(world: World) -> World:
    """Twelve leads whose records stand."""
    world.people(12)
    world.settle()
    return world


def contacts(world: World) -> dict[str, dict[str, Any]]:
    """GoHighLevel's contacts by id."""
    return {one["id"]: one for one in world.sandbox_ledger()["ghl"]["contact_list"]}


def calls(world: World) -> int:
    """How many GoHighLevel was asked."""
    return sum(world.sandbox_ledger()["ghl"]["calls"].values())


def test_what_has_not_changed_is_not_sent(synced: World) -> None:
    """Nor is anybody asked about it."""
    before = calls(synced)
    sync_again(synced)
    assert calls(synced) == before
    assert "left_as_it_is" in str([synced.story(lead_id) for lead_id in synced.leads()])


def test_only_what_changed_is_sent(synced: World) -> None:
    """A title that is known better now."""
    learn(synced, title="Chief Tester")
    before = contacts(synced)
    sync_again(synced)
    titles = [one for one in contacts(synced).values() if "Chief Tester" in str(one["customFields"])]
    assert len(titles) == len(before)
    assert synced.sandbox_ledger()["ghl"]["blanks_written"] == 0


def test_what_somebody_typed_in_stays(synced: World) -> None:
    """Also where we know something else by now."""
    chosen = next(iter(contacts(synced)))
    edit(synced, chosen, lastName="Typed-In")
    learn(synced, title="Chief Tester", phone="+14155559999")
    edit(synced, chosen, phone="+14155550000")
    sync_again(synced)
    edited = contacts(synced)[chosen]
    assert (edited["lastName"], edited["phone"]) == ("Typed-In", "+14155550000")
    assert "Chief Tester" in str(edited["customFields"])


def test_a_preview_says_what_a_sync_then_does(synced: World) -> None:
    """And writes nothing itself."""
    learn(synced, title="Chief Tester")
    chosen = next(iter(contacts(synced)))
    edit(synced, chosen, lastName="Typed-In")
    before = contacts(synced)
    desk = synced.app.crm_desk
    previews = list(desk.previews(Target.GHL, desk.chosen(None, 100)))
    assert contacts(synced) == before
    foretold = {
        one.record_id: one.fields["title"][1] for one in previews if one.action == "update" and one.record_id
    }
    assert foretold == dict.fromkeys(before, "Chief Tester")
    sync_again(synced)
    assert all("Chief Tester" in str(one["customFields"]) for one in contacts(synced).values())
    assert {one.action for one in desk.previews(Target.GHL, desk.chosen(None, 100))} == {"none"}


def test_a_preview_creates_nobody_whom_no_rule_sends_there(synced: World) -> None:
    """A campaign takes the best; of the others it is said why they stay out."""
    desk = synced.app.crm_desk
    previews = list(desk.previews(Target.INSTANTLY, desk.chosen(None, 100)))
    assert {one.action for one in previews} == {"none"}
    stay_out = [one for one in previews if one.record_id is None]
    assert {one.kept["*"] for one in stay_out} == {"no rule sends it there"}
    assert 0 < len(stay_out) < len(previews)


def test_undo_restores_what_nobody_touched(synced: World) -> None:
    """A field that was empty is empty again, one that was edited since stays, and twice is like once."""
    before = contacts(synced)
    chosen = next(key for key, one in before.items() if "phone" not in one)
    learn(synced, title="Chief Tester", phone="+14155559999")
    sync_again(synced)
    changed = contacts(synced)
    assert changed != before
    edit(synced, chosen, phone="+14155550000")
    (run,) = {lead.batch for lead in synced.leads().values()}
    assert run is not None
    told = synced.app.crm_desk.undo(run, Target.GHL)
    after = contacts(synced)
    assert after[chosen]["phone"] == "+14155550000"
    assert {key: _fields(one) for key, one in after.items() if key != chosen} == {
        key: _fields(one) for key, one in before.items() if key != chosen
    }
    assert (told.changes, told.edited, told.gone) == (len(before), 1, 0)
    assert synced.app.crm_desk.undo(run, Target.GHL).changes == 0


def test_a_crm_that_was_added_gets_whom_it_lacks(
    install: Callable[..., World],
) -> None:
    """And nobody goes anywhere twice unless it is asked for."""
    before = install(SYNC_TARGETS="instantly")
    before.people(12)
    before.settle()
    assert contacts(before) == {}
    after = install(SYNC_TARGETS="ghl,instantly")
    told = after.app.resync.run(list(Target), again=False)
    after.settle()
    assert told == {Target.GHL: len(contacts(after))}
    assert len(contacts(after)) > 0
    assert after.app.resync.run(list(Target), again=False) == {}


def _fields(contact: dict[str, Any]) -> dict[str, Any]:
    custom = {one["id"]: one["value"] for one in contact["customFields"] if one["value"]}
    return {**contact, "customFields": custom, "dateUpdated": None}


def test_undo_leaves_another_record_of_the_person_alone(synced: World) -> None:
    """Ours was removed, and somebody typed the person in anew, with the very values that we had written."""
    learn(synced, title="Chief Tester")
    sync_again(synced)
    (key, ours), *_ = [(key, one) for key, one in contacts(synced).items() if "email" in one]
    headers = {"Authorization": "Bearer pit", "Version": "2021-07-28"}
    with requests.Session() as session:
        session.headers.update(headers)
        session.delete(f"{synced.url}/ghl/contacts/{key}", timeout=60).raise_for_status()
        custom = [{"id": one["id"], "field_value": one["value"]} for one in ours["customFields"]]
        body = {"locationId": "loc", "email": ours["email"], "customFields": custom}
        session.post(f"{synced.url}/ghl/contacts/", json=body, timeout=60).raise_for_status()
    before = next(one for one in contacts(synced).values() if one.get("email") == ours["email"])
    (run,) = {lead.batch for lead in synced.leads().values()}
    assert run is not None
    assert synced.app.crm_desk.undo(run, Target.GHL).gone == 1
    assert contacts(synced)[before["id"]] == before


def test_undo_passes_over_a_crm_that_is_configured_no_more(synced: World) -> None:
    """However much of the run's latest changes was its."""
    learn(synced, title="Chief Tester")
    sync_again(synced)
    leads = synced.leads()
    (run,) = {lead.batch for lead in leads.values()}
    theirs = Planned(
        lead_id=next(iter(leads)),
        target=Target.HUBSPOT,
        batch=run,
        external_id="101",
        change=Change(before={}, after={"title": "Chief Tester"}),
    )
    with synced.app.ledger.begin() as tx:
        tx.changes.plan([theirs] * 150)
    assert run is not None
    assert synced.app.crm_desk.undo(run, None).changes == len(contacts(synced))


def test_what_was_undone_is_not_written_anew(synced: World) -> None:
    """An old value that was put back counts as a person's, also against what is better known later."""
    before = contacts(synced)
    learn(synced, title="Chief Tester")
    sync_again(synced)
    (run,) = {lead.batch for lead in synced.leads().values()}
    assert run is not None
    synced.app.crm_desk.undo(run, Target.GHL)
    learn(synced, title="Later Tester")
    sync_again(synced)
    assert {key: _fields(one) for key, one in contacts(synced).items()} == {
        key: _fields(one) for key, one in before.items()
    }


def test_a_crm_that_refuses_us_keeps_back_no_other(synced: World) -> None:
    """What it is not through with is told, and goes on with the same again."""
    before = contacts(synced)
    learn(synced, title="Chief Tester")
    sync_again(synced)
    (run,) = {lead.batch for lead in synced.leads().values()}
    assert run is not None
    change = Change(before={}, after={"title": "CEO"})
    plans = [
        Planned(lead_id=one, target=Target.INSTANTLY, batch=run, external_id="1", change=change)
        for one in synced.leads()
    ]
    with synced.app.ledger.begin() as tx:
        tx.changes.plan(plans)
    synced.fault(service="instantly", fault="status", status=401)
    told = synced.app.crm_desk.undo(run, None)
    assert told.stopped.keys() == {"instantly"}
    assert told.changes == len(before)
    assert {key: _fields(one) for key, one in contacts(synced).items()} == {
        key: _fields(one) for key, one in before.items()
    }
