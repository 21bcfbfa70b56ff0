"""What each vendor keeps of a person who was forgotten, and what its answers do not say."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.domain.calls.effect import Refused
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.ports.crm import Contact
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.crm_rights import person, recorded
from tests.contract.hubspot import CONTACTS as HUBSPOT_CONTACTS
from tests.contract.hubspot import hubspot, typed_in, vendor
from tests.contract.offices import GhlOffice, InstantlyOffice
from tests.contract.salesforce import edit, lead, salesforce, seed
from tests.contract.salesforce import org as order_org
from tests.contract.sandbox import Sandbox
from tests.contract.test_instantly import connected
from tests.doubles import MemoryFacts, NoGate
from tests.upserting import upserted
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.connectors.instantly.crm import Instantly
    from alpha_swarm.connectors.salesforce.crm import Salesforce

NEVER = 3600.0


@pytest.fixture
def portal(sandbox: Sandbox) -> Iterator[HubSpot]:
    """HubSpot's connector."""
    crm = hubspot(sandbox)
    yield crm
    crm.close()


@pytest.fixture
def instantly(sandbox: Sandbox) -> Iterator[Instantly]:
    """Instantly's."""
    with connected(sandbox.url) as crm:
        yield crm


@pytest.fixture
def org(sandbox: Sandbox) -> Iterator[Salesforce]:
    """Salesforce's."""
    crm = salesforce(sandbox)
    yield crm
    crm.close()


@contextmanager
def location(**settings: Any) -> Iterator[tuple[Sandbox, Ghl, GhlOffice]]:
    """A sandbox of its own, with GoHighLevel's connector and somebody who works there."""
    with running(SandboxSettings(limits=False, **settings)) as url:
        sandbox = Sandbox(url)
        config = GhlConfig(keys=("pit",), location_id="location", base_url=f"{url}/ghl")
        crm = Ghl(config, NoGate(), MemoryFacts(), SystemClock())
        yield sandbox, crm, GhlOffice(url, "location")
        crm.close()
        sandbox.close()


def test_hubspot_keeps_people_from_bringing_somebody_back(portal: HubSpot, sandbox: Sandbox) -> None:
    """Not by the e-mail, nor by one that came with a merger; others are typed in as before."""
    kept = typed_in(sandbox, email="p1@works.example")
    other = typed_in(sandbox, email="second@works.example")
    vendor(sandbox, "POST", f"{HUBSPOT_CONTACTS}/merge", {"primaryObjectId": kept, "objectIdToMerge": other})
    assert portal.forget(recorded(portal, other)).removed == 1
    for email in ("P1@works.example", "second@works.example"):
        with pytest.raises(requests.HTTPError):
            typed_in(sandbox, email=email)
    typed_in(sandbox, email="p2@works.example")
    assert sandbox.ledger()["hubspot"]["barred"] == 2


def test_hubspot_is_told_of_no_address_that_it_never_had(portal: HubSpot, sandbox: Sandbox) -> None:
    """It is asked for, and not put on a list."""
    assert portal.forget(person()).removed == 0
    assert sandbox.ledger()["hubspot"]["barred"] == 0
    assert "gdprDelete" not in sandbox.ledger()["hubspot"]["calls"]


def test_what_somebody_archived_in_hubspot_is_erased_by_its_id(portal: HubSpot, sandbox: Sandbox) -> None:
    """It could be restored for 90 days, and no look-up shows it."""
    contact = typed_in(sandbox, email="p1@works.example")
    vendor(sandbox, "DELETE", f"{HUBSPOT_CONTACTS}/{contact}")
    assert portal.forget(recorded(portal, contact)).removed == 0
    assert sandbox.ledger()["hubspot"]["calls"]["gdprDelete"] == 1


def test_a_number_of_another_country_is_another_number(portal: HubSpot, sandbox: Sandbox) -> None:
    """HubSpot's search has it without the country's code."""
    typed_in(sandbox, phone="+44 4155550001")
    assert portal.forget(person()).removed == 0
    assert len(sandbox.ledger()["hubspot"]["contact_list"]) == 1


def test_hubspot_s_search_may_be_behind() -> None:
    """Whoever it still shows is gone all the same."""
    with running(SandboxSettings(limits=False, hubspot_index_lag_seconds=0.5)) as url:
        sandbox = Sandbox(url)
        crm = hubspot(sandbox)
        typed_in(sandbox, phone="+14155550001")
        wait_until(lambda: crm.find(None, "+14155550001") is not None)
        assert crm.forget(person()).removed == 1
        assert crm.forget(person()).removed == 0
        crm.close()
        sandbox.close()


@pytest.mark.parametrize("search", ["honour", "refuse", "ignore"])
@pytest.mark.parametrize("lag", [0.0, NEVER])
def test_ghl_s_duplicates_are_found_whatever_its_search_is_worth(search: str, lag: float) -> None:
    """And nobody else goes with them."""
    with location(ghl_search=search, ghl_index_lag_seconds=lag) as (_, crm, office):
        ids = office.enter([{"first_name": "Ada"} for _ in range(5)])
        for one in ids[:4]:
            office.edit(one, email="p1@works.example")
        office.edit(ids[4], email="p2@works.example", phone="+14155550001")
        receipt = crm.forget(person())
        assert receipt.removed == 4
        assert office.contacts().keys() == {ids[4]}
        assert ids[4] in (receipt.note or "")
        assert "60 days" in (receipt.note or "")


def test_instantly_takes_nobody_who_was_forgotten(instantly: Instantly, sandbox: Sandbox) -> None:
    """Not from us and not from a list of people's; the block list has the e-mail before the lead is gone."""
    office = InstantlyOffice(sandbox.url, str(uuid4()))
    office.enter([{"email": "p1@works.example"}])
    receipt = instantly.forget(person())
    assert (receipt.removed, sandbox.ledger()["instantly"]["blocked"]) == (1, 1)
    assert "block list" in (receipt.note or "")
    assert office.enter([{"email": "P1@works.example"}]) == []
    contact = Contact(lead_id="l", fields={"email": "p1@works.example"}, priority=Priority.NORMAL)
    assert isinstance(upserted(instantly, [contact])["l"], Refused)


def test_instantly_bars_nobody_whose_time_is_over(instantly: Instantly, sandbox: Sandbox) -> None:
    """The end of a retention is no objection."""
    office = InstantlyOffice(sandbox.url, str(uuid4()))
    office.enter([{"email": "p1@works.example"}])
    assert instantly.forget(person(), barred=False).note is None
    assert sandbox.ledger()["instantly"]["blocked"] == 0
    assert len(office.enter([{"email": "p1@works.example"}])) == 1


def test_instantly_bars_whom_it_does_not_know_yet(instantly: Instantly, sandbox: Sandbox) -> None:
    """Campaigns are filled from lists that we never see."""
    assert instantly.forget(person()).removed == 0
    assert sandbox.ledger()["instantly"]["blocked"] == 1


def test_the_email_of_a_known_lead_is_the_person_s(instantly: Instantly, sandbox: Sandbox) -> None:
    """Its duplicates in other campaigns go, too."""
    first, second = (InstantlyOffice(sandbox.url, str(uuid4())) for _ in range(2))
    known = first.enter([{"email": "p1@works.example"}])[0]
    second.enter([{"email": "p1@works.example"}])
    assert instantly.forget(recorded(instantly, known)).removed == 2
    assert sandbox.ledger()["instantly"]["lead_list"] == []


def test_silence_takes_leads_out_of_campaigns(instantly: Instantly, sandbox: Sandbox) -> None:
    """Who stands in a list stays to be shown, and is on the block list; again is no error."""
    InstantlyOffice(sandbox.url, str(uuid4())).enter([{"email": "p1@works.example"}])
    desk = InstantlyOffice(sandbox.url, "")
    listed = {"list_id": str(uuid4()), "leads": [{"email": "p1@works.example"}]}
    desk.call("POST", "/instantly/api/v2/leads/add", listed)
    assert [instantly.silence(person()).removed for _ in range(2)] == [1, 0]
    assert [one["list_id"] for one in instantly.known(person())] == [listed["list_id"]]
    assert sandbox.ledger()["instantly"]["blocked"] == 1


def test_hubspot_names_whom_a_person_has_to_unsubscribe(portal: HubSpot, sandbox: Sandbox) -> None:
    """Nothing is written; who was unsubscribed under another address is named again."""
    contact = typed_in(sandbox, email="p1@works.example")
    for _ in range(2):
        with pytest.raises(GiveUpError, match=f"privacy done: contact {contact}$") as told:
            portal.silence(recorded(portal, contact))
        assert told.value.cause == "not_supported"
        sandbox.order("hubspot/unsubscribed", [contact])
        assert portal.silence(recorded(portal, contact)).removed == 0
        portal.restore(contact, {"email": "right@works.example"})
    assert set(sandbox.ledger()["hubspot"]["calls"]) == {"batchRead", "updateContact"}


def test_where_salesforce_hides_a_field_a_person_sets_it(sandbox: Sandbox) -> None:
    """Of records that are there; what can be set is set, and the rest is named."""
    order_org(sandbox, missing=["HasOptedOutOfEmail"])
    crm = salesforce(sandbox)
    assert crm.silence(person()) == Receipt(removed=0)
    first, converted = seed(sandbox, lead(1), lead(1))
    edit(sandbox, converted, IsConverted=True)
    with pytest.raises(GiveUpError, match="privacy done") as told:
        crm.silence(person())
    assert "set HasOptedOutOfEmail of" in str(told.value)
    assert f"the contacts that came of {converted}" in str(told.value)
    assert len(str(told.value)) < 300
    standing = {one["Id"]: one["DoNotCall"] for one in sandbox.ledger()["salesforce"]["record_list"]}
    assert standing == {first: True, converted: False}
    crm.close()


def test_a_field_that_salesforce_shows_later_is_used_then(org: Salesforce, sandbox: Sandbox) -> None:
    """And one that somebody takes away is noticed in the next try."""
    (record,) = seed(sandbox, lead(1))
    assert org.silence(recorded(org)).removed == 0
    order_org(sandbox, missing=["DoNotCall"])
    with pytest.raises(RetryLaterError):
        org.silence(person())
    with pytest.raises(GiveUpError, match=f"set DoNotCall of {record}"):
        org.silence(person())


def test_salesforce_says_what_stays(org: Salesforce, sandbox: Sandbox) -> None:
    """A bin for 15 days, and the contact that a lead was converted into."""
    first, converted = seed(sandbox, lead(1), lead(1))
    edit(sandbox, converted, IsConverted=True)
    receipt = org.forget(person())
    assert receipt.removed == 2
    assert "15 days" in (receipt.note or "")
    assert converted in (receipt.note or "")
    assert first not in (receipt.note or "")
    assert sandbox.ledger()["salesforce"]["in_recycle_bin"] == 2


def test_a_lead_without_handles_is_known_by_ours(org: Salesforce, sandbox: Sandbox) -> None:
    """A person has emptied the e-mail; the external id is still the lead's."""
    record = seed(sandbox, {"LastName": "Example", "Company": "Works", "Alpha_Swarm_Id__c": "lead-1"})
    assert [one["Id"] for one in org.known(Identifiers(lead_ids=("lead-1",)))] == record
    assert org.forget(Identifiers(lead_ids=("lead-1",))).removed == 1


def test_locked_rows_are_deleted_in_the_end(org: Salesforce, sandbox: Sandbox) -> None:
    """Those that were free are gone at once, the others are tried again."""
    order_org(sandbox, locked=0.5)
    seed(sandbox, *(lead(1) for _ in range(20)))
    left = [20]
    while left[-1]:
        with suppress(RetryLaterError):
            org.forget(person())
        left.append(sandbox.ledger()["salesforce"]["records"])
        assert left[-1] <= left[-2]
    assert len(left) > 2


def test_more_records_than_a_call_deletes_are_deleted(org: Salesforce, sandbox: Sandbox) -> None:
    """In collections of two hundred."""
    seed(sandbox, *(lead(1) for _ in range(450)))
    assert org.forget(person()).removed == 450
    assert sandbox.ledger()["salesforce"]["calls"]["deleteCollection"] == 3
