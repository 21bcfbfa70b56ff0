"""What a person puts right is so everywhere, and stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.privacy.rectification import read_corrections
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.person_desk import PersonDesk
from alpha_swarm.pipeline.refresh import RENEWABLE
from tests.integration.pipeline.crm_by_hand import edit
from tests.integration.pipeline.crm_town import town
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.crm import Contact, Decide
    from tests.integration.world import World

GIVEN = ("title=Chief Mender", "email=mended@right.example", "first_name=Mended")


def whole(world: World) -> Lead:
    """A lead that is in both CRMs."""
    return next(lead for lead in world.leads().values() if {"ghl", "instantly"} <= lead.external_ids.keys())


def rectify(world: World, who: str, *given: str) -> dict[str, Any]:
    """What is told of it."""
    told = PersonDesk(world.app).rectify(who, read_corrections(given or GIVEN))
    assert told is not None
    return told


def test_a_correction_reaches_both_crms_and_the_row_and_outlives_a_refresh(
    install: Callable[..., World],
) -> None:
    world = install()
    world.people(6)
    world.settle()
    lead = whole(world)
    told = rectify(world, str(lead.input.linkedin_url))
    assert told["systems"] == dict.fromkeys(("clay", "ghl", "instantly"), "is being told")
    world.settle()
    is_right_everywhere(world, lead)
    world.app.refresh.run(dict.fromkeys(RENEWABLE, 0.0))
    world.settle()
    assert world.leads()[lead.id].generation == 2
    is_right_everywhere(world, lead)


def is_right_everywhere(world: World, lead: Lead) -> None:
    """Here, in both CRMs and in the row; the wrong address is nowhere but in what is known of before."""
    ours = world.leads()[lead.id]
    assert ours.state is State.SYNCED
    assert (ours.values.title, ours.values.email, ours.input.first_name) == (
        "Chief Mender",
        "mended@right.example",
        "Mended",
    )
    (row,) = (row for row in world.rows() if row.get("lead_id") == lead.id)
    assert (row["title"], row["email_work"], row["first_name"]) == (
        "Chief Mender",
        "mended@right.example",
        "Mended",
    )
    for crm in world.app.crms.values():
        assert crm.find(lead.values.email, None) is None
        record_id = crm.find("mended@right.example", None)
        assert record_id == ours.external_ids[crm.target.value]


@pytest.mark.parametrize("system", [System.HUBSPOT, System.GHL, System.SALESFORCE])
def test_what_somebody_edited_is_put_right_and_nothing_else_with_it(
    system: System, sandbox: str, install: Callable[..., World]
) -> None:
    """Whatever the rules say, in a record that was written and in one that only became known."""
    with town(system, sandbox, install) as one:
        one.enter(14)
        one.quiet()
        resting = {lead.state: lead for lead in one.world.leads().values()}
        for state in (State.SYNCED, State.UNENRICHABLE):
            lead = resting[state]
            one.office.edit(lead.external_ids[system.value], first_name="Edited", last_name="Edited")
            one.quiet()
            before = contact(one.world, system, lead)
            rectify(one.world, lead.id, "first_name=Mended")
            one.quiet()
            after = contact(one.world, system, lead)
            gone = {name for name, value in before.items() if value == "Edited"} - {"first_name"}
            assert "Mended" in after.values()
            assert "Edited" in after.values(), "the last name was not asked for"
            assert len(gone) > 1
            assert state is one.world.leads()[lead.id].state
            if state is State.UNENRICHABLE:
                assert after.keys() == before.keys(), "nothing was filled that we know besides"


def contact(world: World, system: System, lead: Lead) -> dict[str, Any]:
    """The one record of the lead, flat."""
    crm = next(crm for crm in world.app.crms.values() if crm.target.value == system.value)
    (record,) = crm.known(Identifiers(records={system.value: (lead.external_ids[system.value],)}))
    return {**record, **record.get("properties", {})}


def test_a_lead_that_is_on_its_way_again_is_put_right_at_once_and_goes_on(world: World) -> None:
    """Its CRMs do not wait for the result, which then changes nothing of it."""
    world.people(6)
    world.settle()
    lead = whole(world)
    world.app.refresh.run(dict.fromkeys(RENEWABLE, 0.0))
    assert world.leads()[lead.id].state is State.SUBMITTED
    rectify(world, lead.id, "first_name=Mended")
    for target in ("ghl", "instantly"):
        world.app.run(Step(f"sync-{target}"), [lead.id])
    assert world.leads()[lead.id].state is State.SUBMITTED
    assert "Mended" in contact(world, System.GHL, lead).values()
    world.settle()
    assert world.leads()[lead.id].state is State.SYNCED
    assert world.leads()[lead.id].input.first_name == "Mended"


def test_a_correction_that_waits_outlives_a_result_that_comes_meanwhile(
    sandbox: str, install: Callable[..., World]
) -> None:
    """A result puts an end to whatever is owed to a lead, but not to this, though no rule sends it there."""
    with town(System.HUBSPOT, sandbox, install) as one:
        one.enter(14)
        one.quiet()
        world = one.world
        lead = next(lead for lead in world.leads().values() if lead.state is State.UNENRICHABLE)
        world.app.refresh.run(dict.fromkeys(RENEWABLE, 0.0))
        world.app.pause("hubspot", 3600.0)
        rectify(world, lead.id, "first_name=Mended")
        wait_until(lambda: world.work() and world.leads()[lead.id].state is State.UNENRICHABLE)
        with world.app.ledger.read() as tx:
            assert Step("sync-hubspot") in tx.work.of(lead.id)
        world.app.resume("hubspot")
        one.quiet()
        assert "Mended" in contact(world, System.HUBSPOT, lead).values()


def test_what_a_worker_has_in_hand_is_overtaken(world: World) -> None:
    """It began with the wrong value; what it writes is not the last word."""
    world.people(6)
    world.settle()
    lead = whole(world)
    edit(world, lead.external_ids["ghl"], firstName="Edited")
    rectify(world, lead.id, "first_name=First")
    with world.app.ledger.begin() as tx:
        batch = tx.work.claim(Step("sync-ghl"), [lead.id], 60.0)
    assert batch is not None
    rectify(world, lead.id, "first_name=Mended")
    with world.app.ledger.begin() as tx:
        assert tx.work.held(batch) == set()
    world.settle()
    assert "Mended" in contact(world, System.GHL, lead).values()


def test_a_write_that_lands_late_is_not_the_last_word(
    install: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was overtaken has the record looked at once more when the call is over."""
    world, other = install(), install(HOLDER="other")
    world.people(6)
    world.settle()
    lead = whole(world)
    crm = world.app.crms[Target.GHL]
    upsert = crm.upsert

    def slow(contacts: Sequence[Contact], decide: Decide, at_once: int = 1) -> Any:
        monkeypatch.setattr(crm, "upsert", upsert)

        def decided(pairs: Any) -> Any:
            told = decide(pairs)
            rectify(other, lead.id, "first_name=Mended")
            other.app.run(Step.SYNC_GHL, [lead.id])
            assert "Mended" in contact(world, System.GHL, lead).values()
            return told

        return upsert(contacts, decided, at_once)

    monkeypatch.setattr(crm, "upsert", slow)
    rectify(world, lead.id, "first_name=Wrong")
    world.app.run(Step.SYNC_GHL, [lead.id])
    assert "Wrong" in contact(world, System.GHL, lead).values()
    world.settle()
    assert "Mended" in contact(world, System.GHL, lead).values()
