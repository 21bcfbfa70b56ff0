"""Letters of the CRMs wait, are put aside or are read, and keep back no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.errors import GiveUpError
from tests.integration.pipeline.crm_sender import ADA, Sender, ghl_event, hubspot_event

if TYPE_CHECKING:
    from tests.integration.world import World


@pytest.fixture
def sender(world: World) -> Sender:
    """A CRM that tells the installation."""
    return Sender(world.app)


@pytest.mark.parametrize("refused", [False, True])
def test_what_cannot_be_verified_is_put_aside_for_a_person(
    world: World, sender: Sender, *, refused: bool
) -> None:
    """Where no connector can be asked, or it says never; sent again later, it is read after all."""
    if refused:
        sender.asked_about(System.SALESFORCE).trouble = GiveUpError("unknown ids")
    sender.salesforce(1)
    sender.hubspot(hubspot_event())
    assert (world.leads(), sender.letters()) == ({}, ["unverified", "unverified"])
    records = sender.asked_about(System.SALESFORCE)
    records.trouble = None
    records.records = {f"003{1:015}": ADA}
    sender.salesforce(1)
    assert len(world.leads()) == 1


def test_letters_wait_while_the_crm_cannot_be_asked(world: World, sender: Sender) -> None:
    """Nothing is lost, nobody asks on end, and those of others are read meanwhile."""
    records = sender.asked_about(System.HUBSPOT)
    records.records = {"501": ADA}
    records.away()
    sender.hubspot(hubspot_event())
    sender.ghl(ghl_event(email="ben@works.example"))
    assert len(records.asked) == 1
    assert sender.letters() == ["done", "waiting"]
    records.trouble = None
    world.app.read_inbox()
    assert len(records.asked) == 1, "not before its time"
    world.let_time_pass(120)
    world.app.read_inbox()
    assert (len(world.leads()), sender.letters()) == (2, ["done", "done"])


def test_a_reader_that_was_overtaken_while_it_asked_changes_nothing(world: World, sender: Sender) -> None:
    """Its letter was read by another one when its time had run out."""
    records = sender.asked_about(System.HUBSPOT)
    records.records = {"501": ADA}

    def overtake() -> None:
        world.let_time_pass(300)
        world.app.read_inbox()

    records.meanwhile = overtake
    sender.hubspot(hubspot_event())
    assert (len(world.leads()), sender.taken_in(), sender.letters()) == (1, (1, 0, 0), ["done"])


def test_a_letter_that_our_own_code_fails_over_keeps_back_no_other(
    world: World, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put aside, and the next ones are read."""
    takes = world.app.news._inbox._news
    take = takes.take

    def failing(tx: Any, system: System, told: Any) -> Any:
        if any(one.record_id == "poison" for one in told):
            raise KeyError("poison")
        return take(tx, system, told)

    monkeypatch.setattr(takes, "take", failing)
    sender.ghl(ghl_event(id="poison"), ghl_event(webhookId="w-2"), ghl_event(webhookId="w-3", type="x"))
    assert (len(world.leads()), sender.letters()) == (1, ["done", "done", "unreadable"])
