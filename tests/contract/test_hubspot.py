"""HubSpot, judged by its rules and tried on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Held, Refused
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.ports.crm import Record
from tests.contract.crm_placing import CrmDeals
from tests.contract.crm_rights import recorded
from tests.contract.crm_suite import CrmSuite, outcomes_are
from tests.contract.hubspot import CONTACTS, UnsubscribedByHand, hubspot, record_fault, typed_in, vendor
from tests.contract.hubspot_rules import MOST_INPUTS, Rules
from tests.doubles import MemoryFacts
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Contact
    from tests.contract.sandbox import Sandbox


class TestHubSpot(UnsubscribedByHand, CrmSuite, CrmDeals):
    """The shared suite, and what is HubSpot's own."""

    service = "hubspot"
    upsert_operation = "batchCreate"
    removal = "gdprDelete"
    hourly = 68_400
    owners_operation = "listOwners"
    deal_operation = "batchCreateDeals"
    pipeline = ("Partners", "signed")

    @pytest.fixture
    def rules(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Rules:
        """Before every request of the connector."""
        rules = Rules(f"{sandbox.url}/hubspot")
        rules.install(monkeypatch)
        return rules

    @pytest.fixture
    def crm(self, sandbox: Sandbox, rules: Rules) -> Iterator[HubSpot]:
        """The connector under test."""
        del rules
        crm = hubspot(sandbox)
        yield crm
        crm.close()

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The contacts."""
        contacts: list[dict[str, Any]] = sandbox.ledger()["hubspot"]["contact_list"]
        return contacts

    def double(self, sandbox: Sandbox, number: int = 1) -> str:
        """Two contacts cannot have one e-mail; a contact without any has the phone."""
        own = {"email": "p2@works.example"} if number == 2 else {}
        return typed_in(sandbox, phone="(415) 555-0001", firstname="Ada", **own)

    def amount(self, deal: Mapping[str, Any]) -> Any:
        """As text."""
        return deal["properties"].get("amount")

    def test_the_judge_is_awake(self, crm: HubSpot, rules: Rules) -> None:
        """It has seen each kind of call."""
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.check()
        crm.find(None, "+14155550001")
        crm.restore(reference, {"title": None})
        crm.forget(recorded(crm, reference))
        acts = {call.rpartition("/")[2] for call in rules.judged}
        assert {"read", "create", "update", "search", "details", "contacts", "gdpr-delete"} <= acts

    def test_both_versions_are_spoken(self, sandbox: Sandbox) -> None:
        """The paths have the date of the settings."""
        crm = hubspot(sandbox, version="2026-09")
        self.write(crm, self.contact(crm))
        crm.close()

    def test_a_batch_holds_a_hundred(self, crm: HubSpot, rules: Rules, sandbox: Sandbox) -> None:
        """And 250 people take three."""
        people = [self.contact(crm, number) for number in range(250)]
        assert outcomes_are(upserted(crm, people), Done)
        assert rules.largest == MOST_INPUTS
        assert sandbox.ledger()["hubspot"]["calls"]["batchCreate"] == 3

    def test_batches_go_side_by_side(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """As many as are allowed, and no more."""
        upserted(crm, [self.contact(crm, 999)])
        sandbox.fault("hubspot", "batchCreate", "slow", seconds=0.05)
        upserted(crm, [self.contact(crm, number) for number in range(500)], at_once=3)
        assert sandbox.ledger()["in_flight_max"]["hubspot"] == 3

    @pytest.mark.parametrize("value", ['=HYPERLINK("http://x.example","y")', "+1+1", "-2", "@SUM(A1)"])
    def test_a_formula_is_a_text_like_any_other(self, crm: HubSpot, sandbox: Sandbox, value: str) -> None:
        """What leaves HubSpot as a table is its own affair; a changed name would be ours."""
        self.write(crm, self.contact(crm, first_name=value))
        assert self.records(sandbox)[0]["properties"]["firstname"] == value

    def test_own_properties_are_made_once(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Another process with the same facts asks nothing, one without finds them."""
        known = MemoryFacts()
        for facts in (known, known, MemoryFacts()):
            other = hubspot(sandbox, facts)
            self.write(other, self.contact(crm))
            other.close()
        calls = sandbox.ledger()["hubspot"]["calls"]
        assert (calls["listProperties"], calls["createProperty"], calls["createGroup"]) == (2, 15, 1)

    def test_a_property_that_somebody_removed_is_made_anew(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """After one try that fails, in one call for all."""
        self.write(crm, self.contact(crm))
        sandbox.reset()
        people = [self.contact(crm, number) for number in range(20)]
        assert outcomes_are(upserted(crm, people), Again)
        assert outcomes_are(upserted(crm, people), Done)

    def test_a_property_that_is_another_is_left_alone(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Nothing is written into it, the rest is, and the gap is named."""
        own = {"name": "icp_tier", "label": "Tier", "type": "number", "fieldType": "number"}
        path = "/crm/properties/2026-03/contacts"
        vendor(sandbox, "POST", path, own | {"groupName": "contactinformation"})
        self.write(crm, self.contact(crm))
        (record,) = self.records(sandbox)
        assert "icp_tier" not in record["properties"]
        assert record["properties"]["icp_score"] == "95"
        gap = crm.gap()
        assert gap is not None
        assert gap.detail.endswith("icp_tier")
        sandbox.reset()
        assert crm.gap() is None
        assert "icp_tier" in str(vendor(sandbox, "GET", path)), "what was left out is made anew"

    def test_who_has_a_phone_alone_is_one_record(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Also where the answer to the first try was lost and the search has not seen it."""
        contact = self.contact(crm, email=None)
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault("hubspot", "batchCreate", "reset", when="after", times=1)
        assert outcomes_are(upserted(crm, [contact]), Again)
        self.write(crm, contact)
        assert len(self.records(sandbox)) == 2

    def test_a_person_is_found_by_phone_however_it_was_typed(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Unless he has another e-mail, or another country's number."""
        known = typed_in(sandbox, phone="(415) 555-0001", firstname="Ada")
        typed_in(sandbox, phone="+1 415 555 0002", email="another@works.example")
        typed_in(sandbox, phone="+44 4155550003")
        assert self.write(crm, self.contact(crm, 1)) == known
        assert self.write(crm, self.contact(crm, 2)) != known
        self.write(crm, self.contact(crm, 3))
        assert len(self.records(sandbox)) == 5

    def test_two_records_with_a_phone_are_a_persons_affair(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Nothing is written."""
        for _ in range(2):
            typed_in(sandbox, phone="+14155550001")
        assert outcomes_are(upserted(crm, [self.contact(crm)]), Held)
        assert isinstance(crm.read([self.contact(crm)])["lead-1"], Held)
        assert len(self.records(sandbox)) == 2

    def test_an_email_and_a_lead_id_in_two_records_are_held(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Found so by reading, and where the id is known by the refusal."""
        reference = self.write(crm, self.contact(crm, email=None))
        typed_in(sandbox, email="p1@works.example")
        assert isinstance(crm.read([self.contact(crm)])["lead-1"], Held)
        assert outcomes_are(upserted(crm, [self.contact(crm)]), Held)
        assert "batchUpdate" not in sandbox.ledger()["hubspot"]["calls"]
        assert outcomes_are(upserted(crm, [self.contact(crm, external_id=reference)]), Held)
        assert sandbox.ledger()["hubspot"]["calls"]["batchUpdate"] == 1

    def test_a_merged_record_is_the_one_it_was_merged_into(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Found by the id that it had, and by the e-mail that is an additional one now."""
        reference = self.write(crm, self.contact(crm))
        kept = typed_in(sandbox, email="other@works.example")
        merged = {"primaryObjectId": kept, "objectIdToMerge": reference}
        vendor(sandbox, "POST", f"{CONTACTS}/merge", merged)
        email = {"email": "p1@works.example"}
        assert crm.find(email["email"], None) == kept

        def leave_the_email(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            return {contact.lead_id: Change(before={}, after={"title": "CTO"}) for contact, _ in pairs}

        for external_id in (reference, None):
            contact = self.contact(crm, external_id=external_id)
            (outcome,) = upserted(crm, [contact], decide=leave_the_email).values()
            assert outcome == Done(kept, {"action": "update_contact"})

    def test_a_merged_record_is_known_by_its_old_id(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Where nothing else leads to it."""
        reference = self.write(crm, self.contact(crm, email=None))
        kept = typed_in(sandbox, email="other@works.example")
        merged = {"primaryObjectId": kept, "objectIdToMerge": reference}
        vendor(sandbox, "POST", f"{CONTACTS}/merge", merged)
        record = crm.read([self.contact(crm, 9, external_id=reference, email=None, phone=None)])["lead-9"]
        assert isinstance(record, Record)
        assert record.id == kept

    def test_two_leads_that_come_to_one_record_take_turns(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """One knows its id, the other its e-mail: no batch names it twice, and the later one stands."""
        reference = self.write(crm, self.contact(crm))
        people = [
            self.contact(crm, 2, email=None, phone=None, external_id=reference, title="First"),
            self.contact(crm, 3, email="p1@works.example", title="Second"),
        ]
        outcomes = upserted(crm, people)
        assert {one.reference for one in outcomes.values() if isinstance(one, Done)} == {reference}
        assert sandbox.ledger()["hubspot"]["calls"]["batchUpdate"] == 2
        assert self.records(sandbox)[0]["properties"]["jobtitle"] == "Second"

    def test_who_appears_meanwhile_is_looked_at_again(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """What was decided for nobody is not written over somebody."""
        asked: list[Record | None] = []

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            ((_, record),) = pairs
            asked.append(record)
            if record is None:
                typed_in(sandbox, email="p1@works.example", jobtitle="Typed in")
                return everything(pairs)
            return {"lead-1": Change(before={}, after={"company_name": "Works"})}

        (outcome,) = upserted(crm, [self.contact(crm)], decide=decide).values()
        assert isinstance(outcome, Done)
        assert [record is None for record in asked] == [True, False]
        assert self.records(sandbox)[0]["properties"]["jobtitle"] == "Typed in"

    def test_who_disappears_meanwhile_is_made_anew(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """Between the look and the write."""
        reference = self.write(crm, self.contact(crm))

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            if pairs[0][1] is not None:
                vendor(sandbox, "DELETE", f"{CONTACTS}/{reference}")
            return everything(pairs)

        contact = self.contact(crm, external_id=reference, title="CTO")
        (outcome,) = upserted(crm, [contact], decide=decide).values()
        assert isinstance(outcome, Done)
        assert outcome.detail["action"] == "create_contact"

    @pytest.mark.parametrize("external", [True, False])
    def test_one_bad_record_holds_up_no_other(
        self, crm: HubSpot, sandbox: Sandbox, *, external: bool
    ) -> None:
        """Whether it is new or not; the reason says what was wrong, and nothing of the person."""
        if external:
            upserted(crm, [self.contact(crm, number) for number in range(3)])
        people = [self.contact(crm, number, title="New") for number in range(3)]
        bad = self.contact(crm, 1, title="New", icp_tier="Secret tier")
        outcomes = upserted(crm, [people[0], bad, people[2]])
        assert [type(outcomes[f"lead-{number}"]) for number in range(3)] == [Done, Refused, Done]
        refused = outcomes["lead-1"]
        assert isinstance(refused, Refused)
        assert refused.reason == "hubspot refused it: VALIDATION_ERROR, INVALID_OPTION, icp_tier"
        assert len(self.records(sandbox)) == 2 + external

    @pytest.mark.parametrize(
        ("fault", "kind", "written"),
        [
            ("refused", Refused, 0),
            ("failed", Again, 0),
            ("unnamed", Again, 1),
            ("dropped", Again, 0),
            ("untraced", Done, 1),
            ("contradicted", Again, 1),
            ("miscounted", Done, 1),
        ],
    )
    def test_nothing_is_assumed_of_a_record(
        self, crm: HubSpot, sandbox: Sandbox, fault: str, kind: type, written: int
    ) -> None:
        """What the answer does not say, or says twice, is looked up again."""
        record_fault(sandbox, fault, times=1)
        assert outcomes_are(upserted(crm, [self.contact(crm)]), kind)
        assert len(self.records(sandbox)) == written
        self.write(crm, self.contact(crm))
        assert len(self.records(sandbox)) == 1

    def test_no_blank_and_no_edit_was_ever_written_over(self, crm: HubSpot, sandbox: Sandbox) -> None:
        """The sandbox counts both."""
        reference = self.write(crm, self.contact(crm))
        typed_in(sandbox, reference, jobtitle="Typed in")

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            return {contact.lead_id: Change(before={}, after={"company_name": "New"}) for contact, _ in pairs}

        upserted(crm, [self.contact(crm, title="CTO", last_name="")], decide=decide)
        ledger = sandbox.ledger()["hubspot"]
        assert (ledger["blanks_written"], ledger["human_overwritten"]) == (0, 0)
