"""Values and the fields that they go into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from alpha_swarm.domain.calls.effect import Again, Done
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.crm import Contact, Record
from tests.contract.salesforce import SalesforceScene, contact, lead, org, seed, written
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change
    from tests.contract.sandbox import Sandbox


class TestFields(SalesforceScene):
    """As the org has them."""

    def test_what_the_vendor_insists_on_is_made_up_for_new_records_alone(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """It stands for no value, and never over one."""
        nobody = contact(crm, last_name=None, company_name=" ")
        reference = written(crm, nobody)
        assert self.records(sandbox)[0]["LastName"] == "[not provided]"
        record = crm.read([nobody])[nobody.lead_id]
        assert isinstance(record, Record)
        assert not {"last_name", "company_name"} & record.fields.keys()
        written(crm, contact(crm, external_id=reference, last_name="Known"))
        written(crm, contact(crm, external_id=reference, last_name=None, title="CTO"))
        assert [self.records(sandbox)[0][name] for name in ("LastName", "Title")] == ["Known", "CTO"]

    def test_a_name_is_restored_to_what_the_vendor_takes_for_none(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """It may not be empty."""
        reference = written(crm, contact(crm))
        crm.restore(reference, {"last_name": None, "icp_score": "40"})
        found = self.records(sandbox)[0]
        assert (found["LastName"], found["ICP_Score__c"]) == ("[not provided]", 40.0)

    def test_fields_that_nobody_made_are_left_out_and_named(self, crm: Salesforce, sandbox: Sandbox) -> None:
        """With the remedy, on one line."""
        org(sandbox, missing=["ICP_Score__c", "ICP_Tier__c"])
        gap = crm.gap()
        assert gap is not None
        assert gap.detail.startswith("Lead lacks ICP_Score__c, ICP_Tier__c")
        assert gap.remedy.startswith("create them")
        written(crm, contact(crm))
        org(sandbox, missing=[])
        assert crm.gap() is None
        written(crm, contact(crm))
        assert self.records(sandbox)[0]["ICP_Tier__c"] == "Tier 1"

    @pytest.mark.parametrize("known", [True, False])
    def test_fields_that_somebody_removes_are_noticed(
        self, crm: Salesforce, sandbox: Sandbox, *, known: bool
    ) -> None:
        """After one try that burns no time: found out while reading, and while writing."""
        written(crm, contact(crm, 2))
        one = contact(crm, external_id=seed(sandbox, lead(1))[0] if known else None)

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            org(sandbox, missing=["ICP_Tier__c"])
            return everything(pairs)

        (outcome,) = upserted(crm, [one], decide=decide).values()
        assert outcome == Again("the fields of salesforce have changed; looked at again", after=0)
        written(crm, one)
        org(sandbox, missing=["ICP_Tier__c", "Title"])
        with pytest.raises(RetryLaterError):
            upserted(crm, [one])
        written(crm, one)

    def test_texts_are_cut_to_their_fields_and_addresses_never(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """A part of an e-mail would be another person's; pairs of surrogates stay whole."""
        long = "a" * 80 + "@works.example"
        one = contact(crm, title="🦊" * 100, company_name="x" * 10_000, email=long)
        with capture_logs() as told:
            written(crm, one)
        assert [line["fields"] for line in told] == [["company_name", "email", "title"]]
        found = self.records(sandbox)[0]
        assert (found["Title"], len(found["Company"]), found["Email"]) == ("🦊" * 64, 255, None)
        with capture_logs() as told:
            (again,) = upserted(crm, [one]).values()
        assert again == Done(found["Id"], {"action": "none"})
        assert told == [], "a field is told of once"

    @pytest.mark.parametrize("text", ["=1+1", "+cmd|'/C calc'!A0", "@SUM(1)", "-1"])
    def test_what_a_spreadsheet_would_take_for_a_formula_stays_a_text(
        self, crm: Salesforce, sandbox: Sandbox, text: str
    ) -> None:
        """A CRM reckons nothing; who exports escapes."""
        written(crm, contact(crm, title=text))
        assert self.records(sandbox)[0]["Title"] == text

    def test_a_value_that_does_not_fit_is_not_restored_as_a_blank(
        self, crm: Salesforce, sandbox: Sandbox
    ) -> None:
        """A number's field takes no words; what stands there stays."""
        reference = written(crm, contact(crm))
        crm.restore(reference, {"icp_score": "many", "title": "Earlier"})
        found = self.records(sandbox)[0]
        assert (found["ICP_Score__c"], found["Title"]) == (95.0, "Earlier")
