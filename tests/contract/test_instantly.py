"""Instantly, judged by its contract and tried on the sandbox."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.contracts import INSTANTLY, Judge, contract
from tests.contract.crm_rights import recorded
from tests.contract.crm_suite import CrmSuite
from tests.contract.offices import InstantlyOffice
from tests.doubles import NoGate
from tests.upserting import everything, upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change
    from alpha_swarm.ports.crm import Contact, Record
    from tests.contract.sandbox import Sandbox

CAMPAIGN = "019ffad2-9c4e-7be6-8364-ed444afb02d5"
OTHER = "019ffad2-9c4e-7be6-8364-ed444afb02d6"


@contextmanager
def connected(url: str, *, moves: bool = False) -> Iterator[Instantly]:
    """The connector to a sandbox."""
    base_url = f"{url}/instantly"
    config = InstantlyConfig(keys=("key",), campaign_id=CAMPAIGN, base_url=base_url, moves=moves)
    crm = Instantly(config, NoGate(), SystemClock())
    yield crm
    crm.close()


class TestInstantly(CrmSuite):
    """The shared suite, and what is Instantly's own."""

    service = "instantly"
    upsert_operation = "addLeads"
    removal = "deleteLead"
    silencing = "deleteLead"
    flags = frozenset()
    hourly = 360_000
    finds_phones = False

    @pytest.fixture(autouse=True)
    def judge(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Judge:
        """Before every request."""
        judge = Judge(INSTANTLY, "https://api.instantly.ai", f"{sandbox.url}/instantly")
        judge.install(monkeypatch)
        return judge

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Instantly]:
        """The connector under test."""
        with connected(sandbox.url) as crm:
            yield crm

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The leads."""
        leads: list[dict[str, Any]] = sandbox.ledger()["instantly"]["lead_list"]
        return leads

    def double(self, sandbox: Sandbox, number: int = 1) -> str:
        """In a campaign of its own."""
        office = InstantlyOffice(sandbox.url, str(uuid4()))
        return office.enter([{"email": f"p{number}@works.example", "first_name": "Ada"}])[0]

    def test_the_judge_is_awake(self, crm: Instantly, judge: Judge) -> None:
        """It has seen each kind of call."""
        contract(INSTANTLY)
        reference = self.write(crm, self.contact(crm))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        crm.check()
        crm.forget(recorded(crm, reference))
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

    def test_who_is_told_of_by_no_counter_is_told_apart_by_what_stands_there(self) -> None:
        """Whoever bears our id and all that was sent is ours; whoever stood there before is decided anew."""
        with running(SandboxSettings(limits=False, instantly_miscounts=True)) as url, connected(url) as crm:
            person, ours = self.contact(crm, 1), self.contact(crm, 2)
            typed_in = {name: value for name, value in person.fields.items() if name != "lead_id"}
            upserted(crm, [replace(person, fields=typed_in)])
            asked: list[tuple[str, str | None]] = []

            def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
                asked.extend((one.lead_id, record.id if record else None) for one, record in pairs)
                return everything(pairs)

            outcomes = upserted(crm, [person, ours], decide=decide)
            standing = {one: crm.find(f"p{one}@works.example", None) for one in (1, 2)}
        assert asked == [("lead-1", None), ("lead-2", None), ("lead-1", standing[1])]
        assert outcomes["lead-2"] == Done(standing[2], {"action": "add_to_campaign"})

    def test_leads_go_to_the_campaign_that_is_named(self, crm: Instantly, sandbox: Sandbox) -> None:
        """One call for each campaign."""
        contacts = [self.contact(crm, number) for number in range(6)]
        routed = [replace(one, campaign=OTHER) for one in contacts[:3]]
        assert all(isinstance(one, Done) for one in upserted(crm, [*routed, *contacts[3:]]).values())
        campaigns = [record["campaign"] for record in self.records(sandbox)]
        assert sorted(campaigns) == sorted([CAMPAIGN] * 3 + [OTHER] * 3)
        assert sandbox.ledger()["instantly"]["calls"]["addLeads"] == 2

    def test_a_lead_stays_in_its_campaign_and_is_kept_up_there(
        self, crm: Instantly, sandbox: Sandbox
    ) -> None:
        """Wherever the rules would send it by now, which is told; a stranger's lead there is left alone."""
        known, stranger = self.contact(crm, 1), self.contact(crm, 2)
        reference = self.write(crm, known)
        self.write(crm, stranger)
        moved = replace(self.contact(crm, 1, external_id=reference, title="CTO"), campaign=OTHER)
        other = replace(self.contact(crm, 2, title="CTO"), campaign=OTHER)
        outcomes = upserted(crm, [moved, other])
        assert outcomes["lead-1"] == Done(reference, {"action": "update_contact", "stays_in": CAMPAIGN})
        assert isinstance(outcomes["lead-2"], Done)
        assert outcomes["lead-2"].detail == {"action": "none", "stays_in": CAMPAIGN}
        titles = {record["campaign"]: record["job_title"] for record in self.records(sandbox)}
        assert titles.keys() == {CAMPAIGN}
        assert [one["job_title"] for one in self.records(sandbox)].count("CTO") == 1
        assert crm.read([moved]).keys() == {"lead-1"}

    def test_a_lead_goes_along_where_that_is_asked_for(self, sandbox: Sandbox) -> None:
        """It is one lead all the time; it is done once it stands there, and a stranger's lead stays."""
        with connected(sandbox.url, moves=True) as crm:
            reference, _ = self.write(crm, self.contact(crm, 1)), self.write(crm, self.contact(crm, 2))
            known = replace(self.contact(crm, 1, external_id=reference, title="CTO"), campaign=OTHER)
            stranger = replace(self.contact(crm, 2, title="CTO"), campaign=OTHER)
            first = upserted(crm, [known, stranger])
            second = upserted(crm, [known, stranger])
        assert isinstance(first["lead-1"], Again)
        assert second["lead-1"] == Done(reference, {"action": "none"})
        assert first["lead-2"] == second["lead-2"]
        assert {(one["campaign"], one["job_title"]) for one in self.records(sandbox)} == {
            (OTHER, "CTO"),
            (CAMPAIGN, self.contact(crm, 2).fields["title"]),
        }
        assert sandbox.ledger()["instantly"]["moves"] == 1

    def test_a_move_that_does_not_come_is_asked_for_again(self) -> None:
        """And the lead is told of as done in no campaign in which it is not."""
        settings = SandboxSettings(limits=False, instantly_move_seconds=3600.0)
        with running(settings) as url, connected(url, moves=True) as crm:
            reference = self.write(crm, self.contact(crm))
            known = replace(self.contact(crm, external_id=reference), campaign=OTHER)
            assert [type(upserted(crm, [known])["lead-1"]) for _ in range(3)] == [Again] * 3

    def test_whoever_may_not_be_updated_is_not_moved(self, sandbox: Sandbox) -> None:
        """By the rule that records are not updated."""

        def leave(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            left = {"action": "none", "reason": "records are not updated"}
            return {one.lead_id: Done(record.id if record else None, left) for one, record in pairs}

        with connected(sandbox.url, moves=True) as crm:
            reference = self.write(crm, self.contact(crm))
            known = replace(self.contact(crm, external_id=reference), campaign=OTHER)
            assert isinstance(upserted(crm, [known], decide=leave)["lead-1"], Done)
        assert sandbox.ledger()["instantly"]["moves"] == 0

    def test_a_move_to_nowhere_is_refused(self, sandbox: Sandbox) -> None:
        """And harms no other."""
        with connected(sandbox.url, moves=True) as crm:
            reference = self.write(crm, self.contact(crm))
            sandbox.fault("instantly", "moveLeads", "status", status=404, times=1)
            known = replace(self.contact(crm, external_id=reference), campaign=OTHER)
            outcomes = upserted(crm, [known, self.contact(crm, 2)])
        assert isinstance(outcomes["lead-2"], Done)
        refused = outcomes["lead-1"]
        assert isinstance(refused, Refused)
        assert refused.cause == "no_such_campaign"

    def test_a_campaign_that_is_not_there_is_told_and_harms_no_other(
        self, crm: Instantly, sandbox: Sandbox
    ) -> None:
        """In one call, whoever is sent there."""
        sandbox.fault("instantly", "addLeads", "status", status=404, times=1)
        wrong = [replace(self.contact(crm, number), campaign=OTHER) for number in range(4)]
        outcomes = upserted(crm, [*wrong, self.contact(crm, 9)])
        assert isinstance(outcomes["lead-9"], Done)
        refused = [outcomes[one.lead_id] for one in wrong]
        assert {one.cause for one in refused if isinstance(one, Refused)} == {"no_such_campaign"}
        assert sandbox.ledger()["instantly"]["calls"]["addLeads"] == 2
