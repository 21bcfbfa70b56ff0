"""Instantly, judged by its contract and tried on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.domain.effect import Done, Refused
from tests.contract.contracts import INSTANTLY, Judge, contract
from tests.contract.crm_suite import CrmSuite
from tests.doubles import NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.sandbox import Sandbox

CAMPAIGN = "019ffad2-9c4e-7be6-8364-ed444afb02d5"


class TestInstantly(CrmSuite):
    """The shared suite, and what is Instantly's own."""

    service = "instantly"
    upsert_operation = "addLeads"

    @pytest.fixture(autouse=True)
    def judge(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Judge:
        """Before every request."""
        judge = Judge(INSTANTLY, "https://api.instantly.ai", f"{sandbox.url}/instantly")
        judge.install(monkeypatch)
        return judge

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Instantly]:
        """The connector under test."""
        config = InstantlyConfig(keys=("key",), campaign_id=CAMPAIGN, base_url=f"{sandbox.url}/instantly")
        crm = Instantly(config, NoGate(), SystemClock())
        yield crm
        crm.close()

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The leads."""
        leads: list[dict[str, Any]] = sandbox.ledger()["instantly"]["lead_list"]
        return leads

    def test_the_judge_is_awake(self, crm: Instantly, judge: Judge) -> None:
        """It has seen each kind of call."""
        contract(INSTANTLY)
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.check()
        crm.erase(reference)
        assert {call.split("/")[0].strip() for call in judge.judged} == {"POST", "PATCH", "GET", "DELETE"}

    def test_a_lead_without_email_cannot_be_in_a_campaign(self, crm: Instantly, sandbox: Sandbox) -> None:
        """It is refused without a call."""
        contact = self.contact(crm, email=None)
        assert isinstance(upserted(crm, [contact])[contact.lead_id], Refused)
        assert sandbox.ledger()["instantly"]["calls"] == {}

    def test_one_bad_lead_holds_up_no_other(self, crm: Instantly) -> None:
        """An address that Instantly takes for none is refused, the others are in."""
        bad = self.contact(crm, 1, email="none@nowhere")
        outcomes = upserted(crm, [bad, self.contact(crm, 2), self.contact(crm, 3)])
        assert [type(outcomes[f"lead-{number}"]) for number in (1, 2, 3)] == [Refused, Done, Done]
        refused = outcomes["lead-1"]
        assert isinstance(refused, Refused)
        assert refused.cause == "not_taken"
        assert "none@nowhere" not in refused.reason

    def test_a_record_that_says_the_same_is_left_alone(self, crm: Instantly, sandbox: Sandbox) -> None:
        """Repeating a whole upload writes nothing."""
        batch = [self.contact(crm, number) for number in range(20)]
        first, again = upserted(crm, batch), upserted(crm, batch)
        assert [done.reference for done in first.values() if isinstance(done, Done)] == [
            done.reference for done in again.values() if isinstance(done, Done)
        ]
        ledger = sandbox.ledger()["instantly"]
        assert (ledger["leads"], ledger["updates"]) == (20, 0)
