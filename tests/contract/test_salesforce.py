"""Salesforce, judged by hand for want of a contract, and tried on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from alpha_swarm.domain.effect import Again, Done, Held
from alpha_swarm.errors import QuotaExhaustedError
from alpha_swarm.ports.crm import Record
from tests.contract.crm_suite import CrmSuite, outcomes_are
from tests.contract.salesforce import edit, org, records, salesforce, seed
from tests.contract.salesforce_judge import EXTERNAL_ID, SalesforceJudge
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.domain.changes import Change
    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.ports.crm import Contact, Crm
    from tests.contract.sandbox import Sandbox


class TestSalesforce(CrmSuite):
    """The shared suite, and what is Salesforce's own."""

    service = "salesforce"
    upsert_operation = "upsertCollection"

    @pytest.fixture(autouse=True)
    def judge(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> SalesforceJudge:
        """Before every request."""
        judge = SalesforceJudge(sandbox.url)
        judge.install(monkeypatch)
        return judge

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Salesforce]:
        """The connector under test."""
        crm = salesforce(sandbox)
        yield crm
        crm.close()

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The leads."""
        return records(sandbox)

    def test_the_judge_is_awake(self, crm: Salesforce, judge: SalesforceJudge) -> None:
        """It has seen each kind of call."""
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.restore(reference, {"title": None})
        crm.check()
        crm.erase(reference)
        assert set(judge.judged) == {
            "GET /sobjects/Lead/describe",
            "GET /query",
            "GET /limits",
            "POST /composite/sobjects/Lead",
            "PATCH /composite/sobjects",
            f"PATCH /composite/sobjects/Lead/{EXTERNAL_ID}",
            f"PATCH /sobjects/Lead/{reference}",
            f"DELETE /sobjects/Lead/{reference}",
        }

    def test_a_limit_names_the_wait_and_burns_no_attempt(self, crm: Crm, sandbox: Sandbox) -> None:
        """The day's calls are used up: the target is left alone for an hour."""
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault(self.service, self.upsert_operation, "status", status=429)
        with pytest.raises(QuotaExhaustedError) as parked:
            upserted(crm, [self.contact(crm)])
        assert parked.value.seconds == 3600

    def test_a_record_is_found_by_its_phone(self, crm: Crm) -> None:
        """A lead may have no e-mail."""
        reference = self.write(crm, self.contact(crm, email=None))
        assert crm.find("nobody@works.example", "+14155550001") == reference
        assert self.write(crm, self.contact(crm, lead_id="other")) == reference

    def test_colleagues_share_a_phone_and_are_two(self, crm: Crm, sandbox: Sandbox) -> None:
        """Another e-mail, or another last name where one of them has none."""
        seed(sandbox, {"LastName": "Byron", "Company": "B", "Phone": "+14155550001"})
        seed(sandbox, {"LastName": "C", "Company": "B", "Phone": "+14155550002", "Email": "c@works.example"})
        outcomes = upserted(crm, [self.contact(crm, 1), self.contact(crm, 2)])
        assert outcomes_are(outcomes, Done)
        assert len(self.records(sandbox)) == 4

    def test_two_records_with_one_email_are_left_to_a_person(self, crm: Crm, sandbox: Sandbox) -> None:
        """Nothing is written to either; the other contacts are."""
        twice = [{"LastName": "A", "Company": "B", "Email": "p1@works.example"}] * 2
        seed(sandbox, *twice)
        outcomes = upserted(crm, [self.contact(crm, 1), self.contact(crm, 2)])
        assert isinstance(outcomes["lead-1"], Held)
        assert isinstance(outcomes["lead-2"], Done)
        assert sandbox.ledger()["salesforce"]["updates"] == 0

    def test_a_converted_lead_is_left_alone(self, crm: Crm, sandbox: Sandbox) -> None:
        """By its id and by its e-mail; a person decides what comes of it."""
        first = seed(sandbox, {**lead(1), "IsConverted": True})[0]
        for external_id in (first, None):
            contact = self.contact(crm, external_id=external_id)
            outcome = upserted(crm, [contact])[contact.lead_id]
            assert isinstance(outcome, Held)
            assert "converted" in outcome.reason
        assert sandbox.ledger()["salesforce"]["updates"] == 0

    def test_an_open_lead_stands_before_a_converted_one(self, crm: Crm, sandbox: Sandbox) -> None:
        """The person came back."""
        seed(sandbox, {**lead(1), "IsConverted": True})
        (alive,) = seed(sandbox, lead(1))
        assert self.write(crm, self.contact(crm)) == alive

    def test_a_lead_that_is_converted_meanwhile_is_held(self, crm: Crm, sandbox: Sandbox) -> None:
        """After it was read and before it is written."""
        (first,) = seed(sandbox, lead(1))

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            edit(sandbox, first, IsConverted=True)
            return everything(pairs)

        assert outcomes_are(upserted(crm, [self.contact(crm)], decide=decide), Held)

    def test_what_the_vendor_insists_on_is_made_up_for_new_records_alone(
        self, crm: Crm, sandbox: Sandbox
    ) -> None:
        """It stands for no value, and never over one."""
        nobody = self.contact(crm, last_name=None, company_name=" ")
        reference = self.write(crm, nobody)
        assert self.records(sandbox)[0]["LastName"] == "[not provided]"
        record = crm.read([nobody])[nobody.lead_id]
        assert isinstance(record, Record)
        assert not {"last_name", "company_name"} & record.fields.keys()
        self.write(crm, self.contact(crm, external_id=reference, last_name="Known"))
        self.write(crm, self.contact(crm, external_id=reference, last_name=None, title="CTO"))
        assert [self.records(sandbox)[0][name] for name in ("LastName", "Title")] == ["Known", "CTO"]

    def test_a_name_is_restored_to_what_the_vendor_takes_for_none(self, crm: Crm, sandbox: Sandbox) -> None:
        """It may not be empty."""
        reference = self.write(crm, self.contact(crm))
        crm.restore(reference, {"last_name": None, "icp_score": "40"})
        found = self.records(sandbox)[0]
        assert (found["LastName"], found["ICP_Score__c"]) == ("[not provided]", 40.0)

    def test_fields_that_nobody_made_are_left_out_and_named(self, crm: Crm, sandbox: Sandbox) -> None:
        """With the remedy, on one line."""
        org(sandbox, missing=["ICP_Score__c", "ICP_Tier__c"])
        assert "Lead lacks ICP_Score__c, ICP_Tier__c: create them" in crm.check()
        self.write(crm, self.contact(crm))
        org(sandbox, missing=[])
        assert "lacks" not in crm.check()
        self.write(crm, self.contact(crm))
        assert self.records(sandbox)[0]["ICP_Tier__c"] == "Tier 1"

    @pytest.mark.parametrize("known", [True, False])
    def test_fields_that_somebody_removes_are_noticed(
        self, crm: Crm, sandbox: Sandbox, *, known: bool
    ) -> None:
        """After one try that burns no time: found out while reading, and while writing."""
        self.write(crm, self.contact(crm, 2))
        contact = self.contact(crm, external_id=seed(sandbox, lead(1))[0] if known else None)

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            org(sandbox, missing=["ICP_Tier__c"])
            return everything(pairs)

        (outcome,) = upserted(crm, [contact], decide=decide).values()
        assert outcome == Again("the fields of salesforce have changed; looked at again", after=0)
        self.write(crm, contact)
        org(sandbox, missing=["ICP_Tier__c", "Title"])
        assert outcomes_are(self.tried(crm, [contact]), Again)
        self.write(crm, contact)

    def test_texts_are_cut_to_their_fields_and_addresses_never(self, crm: Crm, sandbox: Sandbox) -> None:
        """A part of an e-mail would be another person's; pairs of surrogates stay whole."""
        long = "a" * 80 + "@works.example"
        contact = self.contact(crm, title="🦊" * 100, company_name="x" * 10_000, email=long)
        with capture_logs() as told:
            self.write(crm, contact)
        assert [line["fields"] for line in told] == [["company_name", "email", "title"]]
        found = self.records(sandbox)[0]
        assert (found["Title"], len(found["Company"]), found["Email"]) == ("🦊" * 64, 255, None)
        with capture_logs() as told:
            (again,) = upserted(crm, [contact]).values()
        assert again == Done(found["Id"], {"action": "none"})
        assert told == [], "a field is told of once"

    @pytest.mark.parametrize("email", ["o'brien@works.example", "a\\'b@works.example"])
    def test_a_quote_in_an_email_ends_no_query(self, crm: Crm, sandbox: Sandbox, email: str) -> None:
        """It is looked for as it is."""
        upserted(crm, [self.contact(crm, email=email)])
        assert crm.find("x') OR (Email != 'x", None) is None
        assert sandbox.ledger()["salesforce"]["records"] <= 1

    @pytest.mark.parametrize("text", ["=1+1", "+cmd|'/C calc'!A0", "@SUM(1)", "-1"])
    def test_what_a_spreadsheet_would_take_for_a_formula_stays_a_text(
        self, crm: Crm, sandbox: Sandbox, text: str
    ) -> None:
        """A CRM reckons nothing; who exports escapes."""
        self.write(crm, self.contact(crm, title=text))
        assert self.records(sandbox)[0]["Title"] == text

    def test_somebody_elses_record_that_comes_meanwhile_is_adopted(self, crm: Crm, sandbox: Sandbox) -> None:
        """A duplicate's refusal names nobody, so it is looked up, and what stands there is decided upon."""
        self.racing(crm, sandbox, lead(1))

    def test_our_own_record_that_comes_meanwhile_is_adopted(self, crm: Crm, sandbox: Sandbox) -> None:
        """Another process has upserted the same lead: the unique id leads to the one record."""
        self.racing(crm, sandbox, {**lead(2), EXTERNAL_ID: "lead-1"})

    def racing(self, crm: Crm, sandbox: Sandbox, record: dict[str, Any]) -> None:
        """Somebody makes the record between reading and writing."""
        asked: list[Record | None] = []

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            if not asked:
                seed(sandbox, record)
            asked.extend(one for _, one in pairs)
            return everything(pairs)

        assert outcomes_are(upserted(crm, [self.contact(crm)], decide=decide), Done)
        assert len(self.records(sandbox)) == 1

    def test_an_update_to_anothers_email_is_left_to_a_person(self, crm: Crm, sandbox: Sandbox) -> None:
        """Two records are one person, or it is not his address."""
        mine, _ = seed(sandbox, lead(1), lead(2))
        contact = self.contact(crm, external_id=mine, email="p2@works.example")
        assert outcomes_are(upserted(crm, [contact]), Held)

    def test_ids_of_fifteen_characters_are_the_same_records(self, crm: Crm, sandbox: Sandbox) -> None:
        """People copy them from reports."""
        (first,) = seed(sandbox, lead(1))
        assert self.write(crm, self.contact(crm, external_id=first[:15], title="CTO")) == first

    @pytest.mark.parametrize("external_id", ["row_1", "0035g00000AbCdE", "00Q5g00000AbCdE", "", "'"])
    def test_an_id_that_names_no_lead_spoils_no_call(
        self, crm: Crm, sandbox: Sandbox, external_id: str
    ) -> None:
        """Of a contact, of another system, of nobody: the lead is found by its e-mail."""
        (first,) = seed(sandbox, lead(1))
        known = self.contact(crm, 2, external_id=self.write(crm, self.contact(crm, 2)))
        outcomes = upserted(crm, [self.contact(crm, external_id=external_id), known])
        assert outcomes_are(outcomes, Done)
        assert crm.find("p1@works.example", None) == first
        assert len(self.records(sandbox)) == 2

    def test_an_erased_lead_lies_in_the_recycle_bin(self, crm: Crm, sandbox: Sandbox) -> None:
        """Which is all that the API offers."""
        crm.erase(self.write(crm, self.contact(crm)))
        assert sandbox.ledger()["salesforce"]["in_recycle_bin"] == 1

    def test_collections_are_full_and_every_contact_has_its_own_record(
        self, crm: Crm, sandbox: Sandbox
    ) -> None:
        """Half of them known: the order of the results is that of the contacts."""
        ids = seed(sandbox, *(lead(number) for number in range(0, 500, 2)))
        contacts = [
            self.contact(crm, number, external_id=None if number % 2 else ids[number // 2])
            for number in range(500)
        ]
        outcomes = upserted(crm, contacts)
        assert outcomes_are(outcomes, Done)
        emails = {record["Id"]: record["Email"] for record in self.records(sandbox)}
        references = {
            name: outcome.reference for name, outcome in outcomes.items() if isinstance(outcome, Done)
        }
        assert {name: emails[str(one)] for name, one in references.items()} == {
            contact.lead_id: contact.fields["email"] for contact in contacts
        }
        calls = sandbox.ledger()["salesforce"]["calls"]
        assert (calls["updateCollection"], calls["upsertCollection"], calls["readCollection"]) == (2, 2, 1)

    def test_locked_rows_are_tried_again_and_the_others_are_done(self, crm: Crm, sandbox: Sandbox) -> None:
        """Each record for itself."""
        org(sandbox, locked=0.4)
        waiting = [self.contact(crm, number) for number in range(100)]
        for _ in range(30):
            outcomes = upserted(crm, waiting)
            waiting = [one for one in waiting if isinstance(outcomes[one.lead_id], Again)]
            if not waiting:
                break
        assert waiting == []
        assert len(self.records(sandbox)) == 100


def lead(number: int) -> dict[str, Any]:
    """The record that a person made of a contact."""
    return {"LastName": "Example", "Company": "Example Works", "Email": f"p{number}@works.example"}
