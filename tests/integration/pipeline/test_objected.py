"""Whoever objects is silenced in every CRM; what they put right afterwards reaches every record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.privacy.rectification import read_corrections
from alpha_swarm.domain.privacy.rights import Identifiers, Right
from alpha_swarm.domain.states import State
from alpha_swarm.person_desk import PersonDesk
from tests.contract.sandbox import Sandbox
from tests.integration.pipeline.rights_world import canary, traces
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

FOUR = ("ghl", "instantly", "hubspot", "salesforce")
RIGHT = "mended@right.example"


@pytest.fixture
def world(install: Callable[..., World]) -> World:
    """An installation with four CRMs, and people in all of them."""
    world = install(SYNC_TARGETS=",".join(FOUR))
    world.people(6)
    world.settle()
    return world


@pytest.fixture
def lead(world: World) -> Lead:
    """Somebody who is in all of them, and objects."""
    lead = next(one for one in world.leads().values() if one.external_ids.keys() >= set(FOUR))
    world.app.rights.ask(Right.OBJECTION, lead.id)
    return lead


def steps(told: Mapping[str, Any]) -> dict[str, str]:
    """System → how far its step is."""
    return {one["system"]: one["state"] for one in told["steps"]}


def rectify(world: World, lead: Lead, *given: str) -> dict[str, Any]:
    """What is told of it, and what stands when it is carried out."""
    told = PersonDesk(world.app).rectify(lead.id, read_corrections(given))
    assert told is not None
    world.app.rights.go_on()
    return told


def record(world: World, lead: Lead, system: str) -> dict[str, Any]:
    """The lead's record there, flat."""
    crm = next(crm for crm in world.app.crms.values() if crm.target.value == system)
    (found,) = crm.known(Identifiers(records={system: (lead.external_ids[system],)}))
    return {**found, **found.get("properties", {})}


def test_an_objection_silences_in_every_crm_and_leaves_the_records(world: World, lead: Lead) -> None:
    """What cannot be set by a call is a task that names the record; nobody is told that nothing is sent."""
    (told,) = world.app.rights.latest(10)
    assert steps(told) == {
        "ghl": "done",
        "hubspot": "task",
        "instantly": "done",
        "ledger": "done",
        "salesforce": "done",
    }
    by_system = {one["system"]: one for one in told["steps"]}
    assert lead.external_ids["hubspot"] in by_system["hubspot"]["error"]
    assert [by_system[name]["receipt"]["removed"] for name in ("ghl", "salesforce")] == [1, 1]
    assert record(world, lead, "ghl")["dnd"] is True
    assert record(world, lead, "salesforce")["HasOptedOutOfEmail"] is True
    assert record(world, lead, "ghl")["email"] == lead.values.email
    silenced = [one for one in world.sandbox_ledger()["ghl"]["contact_list"] if one.get("dnd")]
    assert [one["id"] for one in silenced] == [lead.external_ids["ghl"]]
    world.app.rights.done(told["request"], "hubspot")
    assert world.app.rights.show(told["request"])["ended_at"]


def test_what_somebody_who_objected_puts_right_reaches_every_record(world: World, lead: Lead) -> None:
    """The lead stays where it is; the new address is silenced as the old one, and brought by nobody."""
    barred = world.sandbox_ledger()["instantly"]["blocked"]
    told = rectify(world, lead, "title=Chief Mender", f"email={RIGHT}")
    assert told["systems"] == dict.fromkeys(("clay", *FOUR), "is being told")
    shown = world.app.rights.show(told["request"])
    assert (shown["right"], shown["lead_ids"]) == ("rectification", [lead.id])
    assert steps(shown) == {
        "clay": "done",
        "ghl": "done",
        "hubspot": "task",
        "instantly": "done",
        "ledger": "done",
        "salesforce": "done",
    }
    for name in ("ghl", "hubspot", "salesforce"):
        values = record(world, lead, name).values()
        assert RIGHT in values, name
    assert "Chief Mender" in record(world, lead, "hubspot").values()
    assert record(world, lead, "ghl")["dnd"] is True
    assert record(world, lead, "salesforce")["HasOptedOutOfEmail"] is True
    (row,) = (row for row in world.rows() if row.get("lead_id") == lead.id)
    assert (row["title"], row["email_work"]) == ("Chief Mender", RIGHT)
    books = world.sandbox_ledger()["instantly"]
    assert books["blocked"] == barred + 1
    assert RIGHT not in str(books["lead_list"])
    assert world.leads()[lead.id].state is State.OBJECTED
    with world.app.ledger.read() as tx:
        assert not tx.work.of(lead.id)
    assert world.take([canary(email=RIGHT, linkedin_url="linkedin.com/in/somebody-new")], NOW) == [""]


def test_it_is_disclosed_once_and_asks_for_no_more_silence_than_is_missing(world: World, lead: Lead) -> None:
    """As any write is. HubSpot counts by address: one that was put right has to be unsubscribed anew."""
    unsubscribe(world, lead.external_ids["hubspot"])
    before = world.story(lead.id).count("disclosed")
    for _ in range(2):
        told = rectify(world, lead, "first_name=Mended")
        assert set(steps(world.app.rights.show(told["request"])).values()) == {"done"}
        assert calls(world) == {"ghl": 2, "hubspot": 1, "salesforce": 1}, "dnd, and a value each"
        assert world.story(lead.id).count("disclosed") == before + 3
    again = rectify(world, lead, f"email={RIGHT}")
    assert steps(world.app.rights.show(again["request"]))["hubspot"] == "task"


def calls(world: World) -> dict[str, int]:
    """Of those by which a single record is changed."""
    books = world.sandbox_ledger()
    names = {"ghl": "updateContact", "hubspot": "updateContact", "salesforce": "updateRecord"}
    return {system: books[system]["calls"].get(name, 0) for system, name in names.items()}


def unsubscribe(world: World, contact: str) -> None:
    """A person unsubscribes the contact in HubSpot."""
    sandbox = Sandbox(world.url)
    sandbox.order("hubspot/unsubscribed", [contact])
    sandbox.close()


def test_what_was_put_right_before_the_objection_arrives_all_the_same(world: World) -> None:
    """The objection ends whatever was owed to the person, and this besides."""
    lead = next(one for one in world.leads().values() if one.external_ids.keys() >= set(FOUR))
    assert PersonDesk(world.app).rectify(lead.id, {"first_name": "Mended"})
    world.app.rights.ask(Right.OBJECTION, lead.id)
    world.app.rights.go_on()
    assert world.settle()["balanced"]
    for name in ("ghl", "hubspot", "salesforce"):
        assert "Mended" in record(world, lead, name).values(), name


def test_what_no_call_can_change_is_a_task(world: World, lead: Lead, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that nobody can tell is named, and what else can be put right is; so where a CRM is away."""
    kind = type(world.app.enricher)
    able = replace(world.app.enricher.capabilities, update_batch=0)
    monkeypatch.setattr(kind, "capabilities", able)
    world.fault(service="ghl", fault="status", status=503)
    request = rectify(world, lead, "first_name=Mended")["request"]
    shown = world.app.rights.show(request)
    told = {one["system"]: one for one in shown["steps"]}
    assert (told["clay"]["state"], told["ghl"]["state"], told["salesforce"]["state"]) == (
        "task",
        "due",
        "done",
    )
    assert str(lead.row_id) in told["clay"]["error"]
    world.mend()
    world.let_time_pass(60)
    world.app.rights.go_on()
    assert steps(world.app.rights.done(request, "clay"))["ghl"] == "done"
    assert "Mended" in record(world, lead, "ghl").values()


def test_who_is_erased_before_it_is_carried_out_leaves_no_trace(
    world: World, lead: Lead, tmp_path: Path
) -> None:
    """Neither here nor there; what was left to a person is nobody's task any more."""
    told = PersonDesk(world.app).rectify(lead.id, {"first_name": "Quillmended"})
    assert told is not None
    world.app.rights.ask(Right.ERASURE, lead.id)
    world.app.rights.go_on()
    assert traces(world, tmp_path, ["Quillmended"]) == {}
    assert "Quillmended" not in str(world.sandbox_ledger())
    requests = {one["right"]: one for one in world.app.rights.latest(10)}
    assert all(one["ended_at"] for one in requests.values())
    notes = {one["system"]: (one["receipt"] or {}).get("note") for one in requests["objection"]["steps"]}
    assert notes["hubspot"] == "the person was erased since"
    assert notes["ghl"] is None
