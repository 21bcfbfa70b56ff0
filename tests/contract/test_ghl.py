"""GoHighLevel, judged by its contract and tried on the sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.domain.calls.effect import Again, Done
from alpha_swarm.domain.crm.deals import Terms
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.contracts import GHL, Judge, contract
from tests.contract.crm_placing import CrmDeals, opened
from tests.contract.crm_rights import recorded
from tests.contract.crm_suite import CrmSuite, outcomes_are
from tests.contract.offices import GhlOffice
from tests.contract.sandbox import Sandbox
from tests.doubles import MemoryFacts, NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def ghl(sandbox: Sandbox, facts: MemoryFacts | None = None, *, tags: bool = False) -> Ghl:
    """The connector to the sandbox."""
    config = GhlConfig(
        keys=("pit-test",),
        location_id="location",
        base_url=f"{sandbox.url}/ghl",
        tags=tags,
    )
    return Ghl(config, NoGate(), facts or MemoryFacts(), SystemClock())


class TestGhl(CrmSuite, CrmDeals):
    """The shared suite, and what is GoHighLevel's own."""

    service = "ghl"
    upsert_operation = "createContact"
    removal = "deleteContact"
    silencing = "updateContact"
    flags = frozenset({"dnd"})
    hourly = 36_000
    owners_operation = "listUsers"
    deal_operation = "createOpportunity"
    pipeline = ("inbound", "contacted")

    @pytest.fixture(autouse=True)
    def judge(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Judge:
        """Before every request."""
        judge = Judge(GHL, "https://services.leadconnectorhq.com", f"{sandbox.url}/ghl")
        judge.install(monkeypatch)
        return judge

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Ghl]:
        """The connector under test."""
        crm = ghl(sandbox)
        yield crm
        crm.close()

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The contacts."""
        contacts: list[dict[str, Any]] = sandbox.ledger()["ghl"]["contact_list"]
        return contacts

    def double(self, sandbox: Sandbox, number: int = 1) -> str:
        """Duplicates are refused where they are made, and not where they come about."""
        office = GhlOffice(sandbox.url, "location")
        made = office.enter([{"first_name": "Ada"}])[0]
        office.edit(made, email=f"p{number}@works.example", phone="+14155550001")
        return made

    def amount(self, deal: Mapping[str, Any]) -> Any:
        """As a number."""
        return deal.get("monetaryValue")

    def test_the_judge_is_awake(self, crm: Ghl, judge: Judge) -> None:
        """It has seen each kind of call."""
        contract(GHL)
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.find("p1@works.example", "+14155550001")
        crm.forget(recorded(crm, reference))
        assert {call.split("/")[0].strip() for call in judge.judged} == {"POST", "PUT", "GET", "DELETE"}

    def test_a_record_is_found_by_its_phone(self, crm: Ghl) -> None:
        """A lead may have no e-mail."""
        reference = self.write(crm, self.contact(crm, email=None))
        assert crm.find("nobody@works.example", "+14155550001") == reference

    def test_no_blank_was_ever_written(self, crm: Ghl, sandbox: Sandbox) -> None:
        """The sandbox counts them."""
        self.write(crm, self.contact(crm, last_name="", title=None, tech_stack=["", " "]))
        assert sandbox.ledger()["ghl"]["blanks_written"] == 0

    def test_custom_fields_are_made_once(self, crm: Ghl, sandbox: Sandbox) -> None:
        """Another process with the same facts asks nothing, one without finds them."""
        facts = MemoryFacts()
        for known in (facts, facts, MemoryFacts()):
            other = ghl(sandbox, known)
            self.write(other, self.contact(crm))
            other.close()
        calls = sandbox.ledger()["ghl"]["calls"]
        assert (calls["listCustomFields"], calls["createCustomField"]) == (2, 16)

    def test_a_custom_field_that_somebody_removed_is_made_anew(self, crm: Ghl, sandbox: Sandbox) -> None:
        """After one try that fails."""
        self.write(crm, self.contact(crm))
        sandbox.reset()
        contact = self.contact(crm)
        assert not outcomes_are(upserted(crm, [contact]), Done)
        self.write(crm, contact)

    def test_the_tier_becomes_a_tag_and_others_stay(self, sandbox: Sandbox) -> None:
        """Tags are added, never replaced."""
        crm = ghl(sandbox, tags=True)
        self.write(crm, self.contact(crm, icp_tier="Tier 2"))
        self.write(crm, self.contact(crm, icp_tier="Tier 1"))
        crm.close()
        assert sorted(self.records(sandbox)[0]["tags"]) == ["tier 1", "tier 2"] or sorted(
            self.records(sandbox)[0]["tags"]
        ) == ["Tier 1", "Tier 2"]

    def test_no_more_calls_are_in_flight_than_the_priority_allows(self, crm: Ghl, sandbox: Sandbox) -> None:
        """Five for a batch of normal leads."""
        upserted(crm, [self.contact(crm, number) for number in range(30)])
        assert sandbox.ledger()["in_flight_max"]["ghl"] <= 5

    def test_a_deal_is_looked_up_where_a_second_one_would_be_taken(self) -> None:
        """A location may allow several of one contact."""
        with running(SandboxSettings(limits=False, ghl_allow_duplicates=True)) as url:
            sandbox = Sandbox(url)
            crm = ghl(sandbox)
            opening = self.opening(crm)
            sandbox.fault("ghl", "createOpportunity", "reset", when="after", times=1)
            assert isinstance(opened(crm, [opening])["lead-1"], Again)
            assert isinstance(opened(crm, [opening])["lead-1"], Done)
            assert (sandbox.ledger()["ghl"]["deals"], sandbox.ledger()["ghl"]["doubled_deals"]) == (1, 0)
            crm.close()
            sandbox.close()

    def test_a_deal_that_people_opened_is_taken_for_ours(self, crm: Ghl, sandbox: Sandbox) -> None:
        """And left as it is; one in another pipeline is another one."""
        opening = self.opening(crm)
        first = opened(crm, [opening])
        other = replace(opening, lead_id="lead-2", terms=Terms(name="Other"))
        assert opened(crm, [other])["lead-2"] == first["lead-1"]
        elsewhere = replace(other, terms=Terms(name="Other", pipeline="Outbound"))
        assert opened(crm, [elsewhere])["lead-2"] != first["lead-1"]
        assert sandbox.ledger()["ghl"]["deals"] == 2


@pytest.mark.long
class TestGhlWithoutTheLocation(TestGhl):
    """The same where the token may not see the location: each is searched for alone and upserted."""

    upsert_operation = "upsertContact"

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Ghl]:
        """The connector under test."""
        sandbox.fault("ghl", "getLocation", "status", status=403)
        crm = ghl(sandbox)
        yield crm
        crm.close()
