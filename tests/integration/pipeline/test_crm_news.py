"""What CRMs tell becomes leads, sightings or nothing; our own writing goes round no second time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.crm import syncs
from tests.integration.pipeline.crm_sender import ADA, Sender, ghl_event, hubspot_event, moment
from tests.integration.together import in_threads
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


@pytest.fixture
def sender(world: World) -> Sender:
    """A CRM that tells the installation."""
    return Sender(world.app)


def test_a_new_contact_becomes_a_lead_that_knows_its_record(world: World, sender: Sender) -> None:
    """By the rules of the CRMs' door, at the event's time, and it is owed its enrichment."""
    sender.ghl(ghl_event())
    (lead,) = world.leads().values()
    assert (lead.input.source_type.value, lead.input.source_name) == ("crm", "ghl")
    assert lead.input.scraped_at == moment()
    assert (lead.input.email, lead.input.company_domain) == ("ada@works.example", "works.example")
    assert lead.external_ids == {"ghl": "nmFmQEsNgz6AVpgLVUJ0"}
    assert world.story(lead.id) == ["received", "seen_in_crm"]
    assert sender.taken_in() == (1, 0, 0)
    assert (sender.letters(), world.app.status()["balanced"]) == (["done"], True)


def test_the_lead_goes_its_whole_way_and_its_own_record_is_updated(world: World, sender: Sender) -> None:
    """By its id: the CRM that told of twelve contacts has twelve afterwards."""
    contacts = {sender.contact(world.url, f"p{number}@works.example"): number for number in range(12)}
    told = [
        ghl_event(id=key, email=f"p{number}@works.example", website=None, webhookId=f"w-{number}")
        for key, number in contacts.items()
    ]
    sender.ghl(*told)
    world.settle()
    synced = [lead for lead in world.leads().values() if lead.state is State.SYNCED]
    assert synced
    assert {lead.external_ids["ghl"] for lead in synced} <= contacts.keys()
    assert world.sandbox_ledger()["ghl"]["contacts"] == 12


def test_several_events_of_one_contact_are_one_look_and_one_lead(world: World, sender: Sender) -> None:
    records = sender.asked_about(System.HUBSPOT)
    records.records = {"501": ADA, "502": {"email": "ben@works.example"}}
    sender.hubspot(*(hubspot_event(number) for number in range(30)), hubspot_event(99, objectId=502))
    assert records.asked == [{"501", "502"}]
    assert sorted(lead.input.email or "" for lead in world.leads().values()) == [
        "ada@works.example",
        "ben@works.example",
    ]
    assert sender.letters() == ["done"] * 31


def test_an_unsigned_message_is_a_hint_and_the_record_the_truth(world: World, sender: Sender) -> None:
    """What it says of fields is not believed; a record that is not there says nothing."""
    records = sender.asked_about(System.SALESFORCE)
    records.records = {f"003{1:015}": ADA}
    sender.salesforce(1, 2)
    assert [lead.input.email for lead in world.leads().values()] == ["ada@works.example"]
    assert sender.letters() == ["done", "done"]


def test_a_contact_without_anything_to_go_by_is_counted_as_rejected(world: World, sender: Sender) -> None:
    """And is looked at again once something was added to it."""
    nobody: dict[str, Any] = {"email": None, "website": None}
    sender.ghl(ghl_event(**nobody), ghl_event(**nobody, id="other", webhookId="w-2"))
    assert (world.leads(), sender.taken_in(), sender.letters()) == ({}, (0, 0, 2), ["done", "done"])
    sender.ghl(ghl_event(type="ContactUpdate", webhookId="w-3", minutes=30))
    assert sender.taken_in() == (1, 0, 2)


def test_a_contact_that_is_a_lead_already_is_seen_and_gets_its_record(world: World, sender: Sender) -> None:
    """By profile or by e-mail, in any case of letters; nothing is enriched again."""
    by_profile, by_email = world.take(
        [
            {**_scraped(), "linkedin_url": "https://www.linkedin.com/in/ada-example"},
            {**_scraped(), "email": "ben@works.example"},
        ],
        NOW,
    )
    records = sender.asked_about(System.HUBSPOT)
    records.records = {
        "501": {"linkedin_url": "linkedin.com/in/Ada-Example/", "email": "new@works.example"},
        "502": {"email": "Ben@Works.example"},
    }
    sender.hubspot(hubspot_event(), hubspot_event(2, objectId=502))
    assert set(world.leads()) == {by_profile, by_email}
    assert sender.external_ids() == {(by_profile, "hubspot"): "501", (by_email, "hubspot"): "502"}
    assert [one.source_name for one in world.leads()[by_email].also_seen] == ["hubspot"]
    assert sender.taken_in() == (0, 2, 0)


def test_what_we_wrote_comes_back_as_no_news(world: World, sender: Sender) -> None:
    """A synced lead's own e-mail was found by enrichment: no door ever saw it, and still it is known."""
    (lead_id,) = world.people(1)
    world.settle()
    lead = world.leads()[lead_id]
    assert lead.state.value == "synced"
    assert lead.enrichment is not None
    before, calls = sender.seen(), world.sandbox_ledger()["clay"]
    echo = ghl_event(
        id=lead.external_ids["ghl"],
        email=(lead.enrichment.values.email_work or lead.enrichment.values.email_personal or "").upper(),
        firstName=lead.input.first_name,
        lastName=lead.input.last_name,
        companyName=lead.input.company_name,
        website=None,
    )
    sender.ghl(echo)
    sender.ghl({**echo, "type": "ContactUpdate", "webhookId": "w-2", "timestamp": moment(30).isoformat()})
    assert (sender.seen(), sender.taken_in()) == (before, (0, 0, 0))
    assert (set(world.leads()), world.step()) == ({lead_id}, False)
    assert world.sandbox_ledger()["clay"] == calls


def test_what_we_wrote_is_no_news_before_our_own_call_is_over_either(world: World, sender: Sender) -> None:
    """The webhook of a creation may overtake the answer that names the record."""
    (lead_id,) = world.people(1)
    world.settle()
    lead = world.leads()[lead_id]
    _forget_answer(world, lead_id)
    assert lead.enrichment is not None
    email = lead.enrichment.values.email_work or lead.enrichment.values.email_personal
    before = sender.seen()
    echo = ghl_event(id="a-new-record", email=email, website=None, companyName=None)
    sender.ghl({**echo, "firstName": lead.input.first_name, "lastName": lead.input.last_name})
    assert (set(world.leads()), sender.seen()) == ({lead_id}, before)
    assert sender.external_ids()[lead_id, "ghl"] == "a-new-record"


def test_a_change_by_a_person_is_a_sighting_of_the_same_lead_and_no_other(
    world: World, sender: Sender
) -> None:
    """Also when the very e-mail was changed; and it is told once, however often the record is touched."""
    (lead_id,) = world.people(1)
    world.settle()
    record = world.leads()[lead_id].external_ids["ghl"]
    before = sender.seen()
    edited = ghl_event(id=record, email="other@home.example", type="ContactUpdate")
    sender.ghl(edited)
    sender.ghl({**edited, "tags": ["touched"], "webhookId": "w-2", "timestamp": moment(30).isoformat()})
    assert (set(world.leads()), sender.seen()) == ({lead_id}, before + 1)
    assert world.step() is False


def test_of_two_records_of_one_person_the_first_stays_the_leads_own(world: World, sender: Sender) -> None:
    """Which of them is right a person must say; the other is known, and makes no second lead."""
    sender.ghl(ghl_event(id="r-1"))
    sender.ghl(ghl_event(id="r-2", webhookId="w-2", minutes=1))
    (lead,) = world.leads().values()
    assert lead.external_ids == {"ghl": "r-1"}
    assert sender.known() == {"r-1": (lead.id, False), "r-2": (lead.id, False)}


def test_a_shared_mailbox_is_not_taken_for_a_person(world: World, sender: Sender) -> None:
    """One of those who share it is seen, nothing is paid, and neither gets what may be the other's record."""
    shared = {**_scraped(), "email": "info@works.example"}
    profiles = [f"https://www.linkedin.com/in/person-{number}" for number in range(2)]
    leads = world.take([{**shared, "linkedin_url": profile} for profile in profiles], NOW)
    sender.ghl(ghl_event(email="info@works.example", website=None))
    assert (set(world.leads()), sender.external_ids()) == (set(leads), {})
    third = "https://www.linkedin.com/in/person-3"
    sender.ghl(ghl_event(email="info@works.example", website=third, id="r-3", webhookId="w-3", minutes=30))
    assert len(world.leads()) == 3, "somebody else by profile"


def test_a_flood_of_doubled_and_reordered_deliveries_gives_one_lead_each(
    install: Callable[..., World],
) -> None:
    """Four readers at once; the books balance."""
    worlds = [install() for _ in range(4)]
    senders = [Sender(world.app) for world in worlds]
    contacts = [
        ghl_event(
            id=f"r-{number}", email=f"p{number}@works.example", webhookId=f"w-{number}-{kind}", type=kind
        )
        for number in range(60)
        for kind in ("ContactCreate", "ContactUpdate")
    ]
    orders = [random.Random(number).sample(contacts, len(contacts)) for number in range(4)]
    for sender, order in zip(senders, orders, strict=True):
        sender.ghl(*order, read=False)
    in_threads(lambda world: world.app.read_inbox(), [(world,) for world in worlds])
    worlds[0].let_time_pass(600)
    worlds[0].app.read_inbox()
    leads = worlds[0].leads()
    assert sorted(lead.external_ids["ghl"] for lead in leads.values()) == sorted(
        f"r-{number}" for number in range(60)
    )
    assert sender.letters() == ["done"] * 120
    assert worlds[0].app.status()["balanced"]


def _scraped() -> dict[str, str]:
    return {"source_type": "post_liker", "source_name": "Rival", "scraped_at": "2026-01-15T10:00:00Z"}


def _forget_answer(world: World, lead_id: str) -> None:
    """As if the sync's answer had not come yet."""
    with world.app.ledger.begin() as tx:
        mine = (syncs.c.lead_id == lead_id) & (syncs.c.target == "ghl")
        tx.session.run(update(syncs).where(mine).values(state="open", external_id=None))
