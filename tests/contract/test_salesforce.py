"""Salesforce, judged by hand for want of a contract, and tried on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.effect import Again, Done
from alpha_swarm.errors import QuotaExhaustedError
from tests.contract.crm_placing import CrmOwners
from tests.contract.crm_rights import recorded
from tests.contract.crm_suite import CrmSuite, outcomes_are
from tests.contract.salesforce import SalesforceScene, lead, org, seed
from tests.contract.salesforce_judge import EXTERNAL_ID, SalesforceJudge
from tests.upserting import upserted

if TYPE_CHECKING:
    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.ports.crm import Crm
    from tests.contract.sandbox import Sandbox


class TestSalesforce(SalesforceScene, CrmSuite, CrmOwners):
    """The shared suite, and what is Salesforce's own."""

    service = "salesforce"
    upsert_operation = "upsertCollection"
    removal = "deleteCollection"
    silencing = "updateCollection"
    flags = frozenset({"HasOptedOutOfEmail", "DoNotCall"})
    hourly = 100_000
    owners_operation = "query"

    def double(self, sandbox: Sandbox, number: int = 1) -> str:
        """Made by hand."""
        return seed(sandbox, lead(number) | {"Phone": "+14155550001"})[0]

    def test_the_judge_is_awake(self, crm: Salesforce, judge: SalesforceJudge) -> None:
        """It has seen each kind of call."""
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.restore(reference, {"title": None})
        crm.check()
        crm.forget(recorded(crm, reference))
        assert set(judge.judged) == {
            "GET /sobjects/Lead/describe",
            "GET /query",
            "GET /limits",
            "POST /composite/sobjects/Lead",
            "PATCH /composite/sobjects",
            f"PATCH /composite/sobjects/Lead/{EXTERNAL_ID}",
            f"PATCH /sobjects/Lead/{reference}",
            "DELETE /composite/sobjects",
        }

    def test_a_limit_names_the_wait_and_burns_no_attempt(self, crm: Crm, sandbox: Sandbox) -> None:
        """The day's calls are used up: the target is left alone for an hour."""
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault(self.service, self.upsert_operation, "status", status=429)
        with pytest.raises(QuotaExhaustedError) as parked:
            upserted(crm, [self.contact(crm)])
        assert parked.value.seconds == 3600

    def test_an_erased_lead_lies_in_the_recycle_bin(self, crm: Crm, sandbox: Sandbox) -> None:
        """Which is all that the API offers."""
        crm.forget(recorded(crm, self.write(crm, self.contact(crm))))
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
