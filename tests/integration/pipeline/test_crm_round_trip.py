"""From a person's typing in a CRM, by its webhook, through the pipeline and back onto the same record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.states import State
from tests.integration.pipeline.crm_town import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

SYSTEMS = [System.HUBSPOT, System.GHL, System.SALESFORCE]
NUMBER = 12
_FIRST_NAME = {System.HUBSPOT: "firstname", System.GHL: "firstName", System.SALESFORCE: "FirstName"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_contact_that_is_typed_in_is_enriched_onto_its_own_record_once(
    system: System, sandbox: str, install: Callable[..., World]
) -> None:
    """Told twice and out of order; our own writes are told as well, and come to rest."""
    with town(system, sandbox, install) as one:
        typed = one.enter(NUMBER)
        one.quiet()
        leads = one.world.leads().values()
        assert len(leads) == NUMBER == one.paid()
        synced = [lead for lead in leads if lead.state is State.SYNCED and lead.enrichment]
        assert len(synced) > NUMBER // 2
        assert one.record_ids() == typed.keys() == one.office.contacts().keys()
        for key, contact in one.office.contacts().items():
            assert contact[_FIRST_NAME[system]] == typed[key]["first_name"]
        written = one.books()["updates"]
        assert len(synced) <= written <= NUMBER, "each record is written at most once"
        assert one.sender.seen() == NUMBER
        assert set(one.sender.letters()) == {"done"}
        assert len(one.sender.letters()) >= NUMBER + written, "what we wrote was told as well"
        assert one.quiet() == 1, "and it stays quiet"


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_edit_of_a_known_person_pays_nothing_and_stands(
    system: System, sandbox: str, install: Callable[..., World]
) -> None:
    """It is one more sighting, told twice; a later sync leaves what the person wrote."""
    with town(system, sandbox, install) as one:
        key = next(iter(one.enter(1)))
        one.quiet()
        (lead,) = one.world.leads().values()
        before, paid = one.sender.seen(), one.paid()
        one.office.edit(key, first_name="Edited")
        one.quiet()
        assert (set(one.world.leads()), one.paid()) == ({lead.id}, paid)
        assert one.sender.seen() == before + 1
        assert one.office.contacts()[key][_FIRST_NAME[system]] == "Edited"


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_webhook_that_never_came_is_made_up_for(
    system: System, sandbox: str, install: Callable[..., World]
) -> None:
    """By asking what was changed; asked again it is no news, and neither is our own writing."""
    with town(system, sandbox, install, lost=1.0) as one:
        one.world.app.pull()
        typed = one.enter(NUMBER)
        one.quiet()
        assert one.world.leads() == {}
        for _ in range(3):
            one.world.app.pull()
            one.quiet()
        assert one.record_ids() == typed.keys() == one.office.contacts().keys()
        assert (len(one.world.leads()), one.paid(), one.sender.seen()) == (NUMBER,) * 3


def test_three_crms_that_tell_of_each_others_contacts_come_to_rest(
    sandbox: str, install: Callable[..., World]
) -> None:
    """Each person stands once in each of them, though all three tell of what we wrote there."""
    everywhere = {"SYNC_TARGETS": ",".join(system.value for system in SYSTEMS)}
    with town(System.HUBSPOT, sandbox, install, everywhere) as one:
        for system in SYSTEMS[1:]:
            one.tell(one.door, system, doubled=1.0, reordered=0.5, reorder_seconds=0.1)
        one.world.app.pull()
        typed = one.enter(NUMBER)
        one.quiet()
        for _ in range(2):
            one.world.app.pull()
            one.quiet()
        books = one.world.sandbox_ledger()
        leads = one.world.leads().values()
        by_email = [lead for lead in leads if lead.state is State.SYNCED]
        assert (len(leads), one.paid(), one.sender.seen()) == (NUMBER,) * 3
        assert one.record_ids() == typed.keys() == one.office.contacts().keys()
        assert books["ghl"]["contacts"] == books["salesforce"]["records"] == len(by_email)
        assert books["ghl"]["duplicate_emails"] == books["salesforce"]["duplicate_emails"] == 0
        assert books["ghl"]["updates"] == books["salesforce"]["updates"] == 0, (
            "what came back was not written"
        )
        assert books["hubspot"]["human_overwritten"] == 0
