"""A record that is gone is forgotten, in whatever order the news of it come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alpha_swarm.domain.crm_news import System
from alpha_swarm.ledger.crm_tables import crm_records
from tests.integration.pipeline.crm_sender import ADA, Sender, ghl_event, hubspot_event

if TYPE_CHECKING:
    from tests.integration.world import World


@pytest.fixture
def sender(world: World) -> Sender:
    """A CRM that tells the installation."""
    return Sender(world.app)


def test_a_deleted_record_is_forgotten_and_late_news_do_not_bring_it_back(
    world: World, sender: Sender
) -> None:
    sender.ghl(ghl_event())
    (lead_id,) = world.leads()
    sender.ghl(ghl_event(type="ContactDelete", webhookId="w-2", minutes=30))
    assert sender.external_ids() == {(lead_id, "ghl"): None}
    assert world.story(lead_id)[-1] == "record_deleted"
    sender.ghl(ghl_event(type="ContactUpdate", firstName="Late", webhookId="w-3"))
    assert sender.external_ids() == {(lead_id, "ghl"): None}
    assert sender.known() == {"nmFmQEsNgz6AVpgLVUJ0": (None, True)}


def test_the_mark_of_a_deleted_record_goes_when_nothing_late_can_come_any_more(
    world: World, sender: Sender
) -> None:
    """And the record of a lead that is there stays."""
    sender.ghl(ghl_event(), ghl_event(id="gone", type="ContactDelete", webhookId="w-2"))
    for minutes, left in ((0, 2), (-40 * 24 * 60, 1)):
        _age(world, minutes)
        world.app.tidy()
        assert len(sender.known()) == left


def test_a_deletion_that_comes_after_the_restoration_changes_nothing(world: World, sender: Sender) -> None:
    sender.ghl(ghl_event(minutes=30))
    (lead_id,) = world.leads()
    sender.ghl(ghl_event(type="ContactDelete", webhookId="w-2", minutes=-30))
    assert sender.external_ids() == {(lead_id, "ghl"): "nmFmQEsNgz6AVpgLVUJ0"}


def test_a_wish_to_be_forgotten_is_told_to_a_person(world: World, sender: Sender) -> None:
    """Its deletion follows, in either order; the wish stands in the story."""
    sender.asked_about(System.HUBSPOT).records = {"501": ADA}
    sender.hubspot(hubspot_event())
    (lead_id,) = world.leads()
    gone = hubspot_event(8, subscriptionType="contact.deletion", minutes=2)
    wish = hubspot_event(9, subscriptionType="contact.privacyDeletion", minutes=1)
    sender.hubspot(gone, wish)
    assert world.story(lead_id).count("record_privacy_deleted") == 1
    assert sender.external_ids() == {(lead_id, "hubspot"): None}


def _age(world: World, minutes: int) -> None:
    """As if the CRM had told so long ago."""
    with world.app.ledger.begin() as tx:
        tx.session.run(update(crm_records).values(changed_at=crm_records.c.changed_at + minutes * 60))
