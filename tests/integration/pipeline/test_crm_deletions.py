"""A record that is gone is forgotten, in whatever order the news of it come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.ledger.schema.crm import crm_records, syncs
from tests.integration.pipeline.crm_sender import ADA, Sender, ghl_event, hubspot_event
from tests.integration.pipeline.rights_world import Side, traces, with_sides
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from pathlib import Path

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
    assert sender.known() == {"nmFmQEsNgz6AVpgLVUJ0": (lead_id, True)}


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


GONE = hubspot_event(8, subscriptionType="contact.deletion", minutes=2)
WISH = hubspot_event(9, subscriptionType="contact.privacyDeletion", minutes=1)


@pytest.mark.parametrize(
    "deliveries", [[[WISH]], [[WISH, GONE]], [[GONE, WISH]], [[WISH], [GONE]], [[GONE], [WISH], [WISH]]]
)
def test_whoever_asked_a_crm_to_be_forgotten_is_forgotten_everywhere(
    world: World, sender: Sender, tmp_path: Path, deliveries: list[list[dict[str, Any]]]
) -> None:
    """By the record alone; its deletion is told, too, in either order and any number of times."""
    sides = with_sides(world, HomeList(tmp_path))
    sides.crms["hubspot"] = Side(removed=0)
    sender.asked_about(System.HUBSPOT).records = {"501": ADA}
    sender.hubspot(hubspot_event())
    (lead_id,) = world.leads()
    world.settle()
    for events in deliveries:
        sender.hubspot(*events)
    (told,) = world.app.rights.latest(10)
    assert (told["right"], told["why"], told["leads"]) == ("erasure", "asked for in a CRM", 1)
    assert world.leads() == {}
    world.app.rights.go_on()
    world.let_time_pass(70)
    world.app.rights.go_on()
    assert world.app.rights.show(told["request"])["ended_at"]
    assert all(side.asked[0].emails[0] == ADA["email"] for side in sides.crms.values())
    assert sides.crms["hubspot"].asked[0].of("hubspot") == ("501",)
    assert traces(world, tmp_path, [ADA["email"]]) == {}
    assert "erasure" in world.story(lead_id)
    # The record's late news, and the person by the other doors.
    sender.hubspot(hubspot_event(20, minutes=5))
    assert world.take([person("ada", email=ADA["email"])], NOW) == [""]
    assert world.leads() == {}


def test_a_wish_of_somebody_unknown_or_forgotten_by_us_starts_nothing(world: World, sender: Sender) -> None:
    """What we erase there the CRM tells of as a wish."""
    sender.asked_about(System.HUBSPOT).records = {"501": ADA}
    sender.hubspot(WISH)
    assert world.app.rights.latest(10) == []
    sender.hubspot(hubspot_event(21, objectId=502))
    world.app.rights.ask(Right.ERASURE, "hubspot:501")
    sender.hubspot(hubspot_event(22, subscriptionType="contact.privacyDeletion", minutes=9))
    assert [one["leads"] for one in world.app.rights.latest(10)] == [0]


def test_a_wish_that_may_be_one_of_several_persons_is_for_a_person_to_decide(
    world: World, sender: Sender
) -> None:
    """Two profiles claim one record: neither is forgotten, and the log says so."""
    first, second = world.people(2)
    world.settle()
    with world.app.ledger.begin() as tx:
        shared = syncs.c.target == "ghl"
        tx.session.run(update(syncs).where(shared).values(target="hubspot", external_id="501"))
    with capture_logs() as logs:
        sender.hubspot(WISH)
    assert [one["system"] for one in logs if one["event"] == "privacy_deletion_unclear"] == ["hubspot"]
    assert set(world.leads()) == {first, second}
    assert world.app.rights.latest(10) == []


def _age(world: World, minutes: int) -> None:
    """As if the CRM had told so long ago."""
    with world.app.ledger.begin() as tx:
        tx.session.run(update(crm_records).values(changed_at=crm_records.c.changed_at + minutes * 60))
