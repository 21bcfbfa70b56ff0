"""Which record of Salesforce stands for a contact, and which nobody may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Done, Held
from tests.contract.crm_suite import outcomes_are
from tests.contract.salesforce import SalesforceScene, contact, edit, lead, seed, written
from tests.contract.salesforce_judge import EXTERNAL_ID
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change
    from alpha_swarm.ports.crm import Contact, Record
    from tests.contract.sandbox import Sandbox


class TestRecords(SalesforceScene):
    """Found by ids, e-mail and phone."""

    def test_a_record_is_found_by_its_phone(self, crm: Salesforce) -> None:
        """A lead may have no e-mail."""
        reference = written(crm, contact(crm, email=None))
        assert crm.find("nobody@works.example", "+14155550001") == reference
        assert written(crm, contact(crm, lead_id="other")) == reference

    def test_colleagues_share_a_phone_and_are_two(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """Another e-mail, or another last name where one of them has none."""
        seed(sandbox, {"LastName": "Byron", "Company": "B", "Phone": "+14155550001"})
        seed(sandbox, {"LastName": "C", "Company": "B", "Phone": "+14155550002", "Email": "c@works.example"})
        outcomes = upserted(crm, [contact(crm, 1), contact(crm, 2)])
        assert outcomes_are(outcomes, Done)
        assert len(self.records(sandbox)) == 4

    def test_two_records_with_one_email_are_left_to_a_person(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """Nothing is written to either; the other contacts are."""
        twice = [{"LastName": "A", "Company": "B", "Email": "p1@works.example"}] * 2
        seed(sandbox, *twice)
        outcomes = upserted(crm, [contact(crm, 1), contact(crm, 2)])
        assert isinstance(outcomes["lead-1"], Held)
        assert isinstance(outcomes["lead-2"], Done)
        assert sandbox.ledger()["salesforce"]["updates"] == 0

    def test_a_converted_lead_is_left_alone(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """By its id and by its e-mail; a person decides what comes of it."""
        first = seed(sandbox, {**lead(1), "IsConverted": True})[0]
        for external_id in (first, None):
            one = contact(crm, external_id=external_id)
            outcome = upserted(crm, [one])[one.lead_id]
            assert isinstance(outcome, Held)
            assert "converted" in outcome.reason
        assert sandbox.ledger()["salesforce"]["updates"] == 0

    def test_an_open_lead_stands_before_a_converted_one(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """The person came back."""
        seed(sandbox, {**lead(1), "IsConverted": True})
        (alive,) = seed(sandbox, lead(1))
        assert written(crm, contact(crm)) == alive

    def test_a_lead_that_is_converted_meanwhile_is_held(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """After it was read and before it is written."""
        (first,) = seed(sandbox, lead(1))

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            edit(sandbox, first, IsConverted=True)
            return everything(pairs)

        assert outcomes_are(upserted(crm, [contact(crm)], decide=decide), Held)

    @pytest.mark.parametrize("email", ["o'brien@works.example", "a\\'b@works.example"])
    def test_a_quote_in_an_email_ends_no_query(self, crm: Salesforce, sandbox: Sandbox, email: str) -> None:
        """It is looked for as it is."""
        upserted(crm, [contact(crm, email=email)])
        assert crm.find("x') OR (Email != 'x", None) is None
        assert sandbox.ledger()["salesforce"]["records"] <= 1

    def test_somebody_elses_record_that_comes_meanwhile_is_adopted(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """A duplicate's refusal names nobody, so it is looked up, and what stands there is decided upon."""
        self.racing(crm, sandbox, lead(1))

    def test_our_own_record_that_comes_meanwhile_is_adopted(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """Another process has upserted the same lead: the unique id leads to the one record."""
        self.racing(crm, sandbox, {**lead(2), EXTERNAL_ID: "lead-1"})

    def racing(self, crm: Salesforce, sandbox: Sandbox, record: dict[str, Any]) -> None:
        """Somebody makes the record between reading and writing."""
        asked: list[Record | None] = []

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            if not asked:
                seed(sandbox, record)
            asked.extend(one for _, one in pairs)
            return everything(pairs)

        assert outcomes_are(upserted(crm, [contact(crm)], decide=decide), Done)
        assert len(self.records(sandbox)) == 1

    def test_an_update_to_anothers_email_is_left_to_a_person(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """Two records are one person, or it is not his address."""
        mine, _ = seed(sandbox, lead(1), lead(2))
        one = contact(crm, external_id=mine, email="p2@works.example")
        assert outcomes_are(upserted(crm, [one]), Held)

    def test_ids_of_fifteen_characters_are_the_same_records(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """People copy them from reports."""
        (first,) = seed(sandbox, lead(1))
        assert written(crm, contact(crm, external_id=first[:15], title="CTO")) == first

    @pytest.mark.parametrize("external_id", ["row_1", "0035g00000AbCdE", "00Q5g00000AbCdE", "", "'"])
    def test_an_id_that_names_no_lead_spoils_no_call(
        self, crm: Salesforce, sandbox: Sandbox, external_id: str
    ) -> None:
        """Of a contact, of another system, of nobody: the lead is found by its e-mail."""
        (first,) = seed(sandbox, lead(1))
        known = contact(crm, 2, external_id=written(crm, contact(crm, 2)))
        outcomes = upserted(crm, [contact(crm, external_id=external_id), known])
        assert outcomes_are(outcomes, Done)
        assert crm.find("p1@works.example", None) == first
        assert len(self.records(sandbox)) == 2

    def test_who_takes_over_anothers_email_in_one_call_is_the_same_record(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """One after the other, whatever they are known by, each decided upon by what the last one left."""
        (first,) = seed(sandbox, lead(1))
        contacts = [
            contact(crm, 1, external_id=first, email="p9@works.example"),
            contact(crm, 2, email="P9@works.example", title="CFO"),
            contact(crm, 3, external_id=first[:15], email="p9@works.example", title="CTO"),
        ]
        outcomes = upserted(crm, contacts)
        assert {outcome.reference for outcome in outcomes.values() if isinstance(outcome, Done)} == {first}
        assert [record["Title"] for record in self.records(sandbox)] == ["CTO"]
