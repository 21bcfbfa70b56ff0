"""What every CRM connector must do, whoever the vendor is.

A connector's test class inherits :class:`CrmSuite` and says how its sandbox is looked into.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import (
    CredentialsRefusedError,
    HaltError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
)
from alpha_swarm.ports.crm import Contact, Crm
from tests.contract.crm_records import CrmRecords
from tests.contract.crm_rights import CrmRights, recorded
from tests.contract.crm_silence import CrmSilence
from tests.contract.people import HOSTILE, PAYLOAD
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from tests.contract.sandbox import Sandbox

BATCH = 100


def outcomes_are(outcomes: Mapping[str, Outcome], kind: type) -> bool:
    """Whether all are of that kind, and there are some."""
    return bool(outcomes) and all(isinstance(outcome, kind) for outcome in outcomes.values())


class CrmSuite(CrmRecords, CrmRights, CrmSilence):
    """The suite; ``sandbox`` is empty at the start of each test."""

    service: ClassVar[str]
    """The service's name at the sandbox."""
    upsert_operation: ClassVar[str]

    @pytest.fixture
    @abstractmethod
    def crm(self) -> Crm:
        """The connector under test, its requests judged by the vendor's contract."""

    @abstractmethod
    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """What the CRM holds."""

    def contact(self, crm: Crm, number: int = 1, external_id: str | None = None, **payload: Any) -> Contact:
        """A contact of a person of its own."""
        own = {
            "lead_id": f"lead-{number}",
            "email": f"p{number}@works.example",
            "phone": f"+1415555{number:04}",
        }
        fields = crm.fields(PAYLOAD | own | payload)
        return Contact(
            lead_id=f"lead-{number}", fields=fields, external_id=external_id, priority=Priority.NORMAL
        )

    def write(self, crm: Crm, contact: Contact) -> str:
        """Upsert one contact; its record's id."""
        outcome = upserted(crm, [contact])[contact.lead_id]
        assert isinstance(outcome, Done), outcome
        assert outcome.reference
        return outcome.reference

    def test_it_can_be_asked_for_something_harmless(self, crm: Crm, sandbox: Sandbox) -> None:
        """The check writes no record, and its answer is one line."""
        assert "\n" not in crm.check()
        assert self.records(sandbox) == []

    def test_an_upsert_twice_is_one_record(self, crm: Crm, sandbox: Sandbox) -> None:
        """Without the id and with it."""
        first = self.write(crm, self.contact(crm))
        assert self.write(crm, self.contact(crm)) == first
        assert self.write(crm, self.contact(crm, external_id=first)) == first
        assert len(self.records(sandbox)) == 1

    def test_an_upsert_writes_what_is_new(self, crm: Crm, sandbox: Sandbox) -> None:
        """For a record that is found by its e-mail and for one that is known by its id."""
        reference = self.write(crm, self.contact(crm, title="CEO"))
        self.write(crm, self.contact(crm, title="CFO"))
        assert "CFO" in str(self.records(sandbox))
        self.write(crm, self.contact(crm, external_id=reference, title="CTO"))
        assert "CTO" in str(self.records(sandbox))
        assert "CFO" not in str(self.records(sandbox))

    def test_the_action_is_named(self, crm: Crm) -> None:
        """One of the three that the access log knows, or none where nothing had to be sent."""
        contacts = [self.contact(crm), self.contact(crm), self.contact(crm, title="CTO")]
        outcomes = [upserted(crm, [contact])[contact.lead_id] for contact in contacts]
        actions = [outcome.detail["action"] for outcome in outcomes if isinstance(outcome, Done)]
        assert actions[0] in {"create_contact", "add_to_campaign"}
        assert actions[1:] == ["none", "update_contact"]

    def test_blanks_blank_nothing(self, crm: Crm, sandbox: Sandbox) -> None:
        """A value that is unknown this time stays as it was."""
        self.write(crm, self.contact(crm, last_name="Kept"))
        self.write(crm, self.contact(crm, last_name=None, company_name="  "))
        assert "Kept" in str(self.records(sandbox))

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_hostile_values_go_through(self, crm: Crm, sandbox: Sandbox, kind: str) -> None:
        """They are stored or dropped, and break nothing."""
        text = HOSTILE[kind]
        self.write(crm, self.contact(crm, first_name=text, title=text, tech_stack=[text], source_name=text))
        assert len(self.records(sandbox)) == 1
        assert "\x00" not in str(self.records(sandbox))

    def test_a_record_is_found(self, crm: Crm) -> None:
        """By its e-mail, whatever its case; nobody is found by another's."""
        reference = self.write(crm, self.contact(crm))
        assert crm.find("p1@works.example", None) == reference
        assert crm.find("P1@Works.Example", None) == reference
        assert crm.find("nobody@works.example", None) is None
        assert crm.find(None, None) is None

    def test_a_record_that_somebody_removed_is_written_anew(self, crm: Crm, sandbox: Sandbox) -> None:
        """The id that we hold leads nowhere."""
        reference = self.write(crm, self.contact(crm))
        crm.forget(recorded(crm, reference), barred=False)
        assert self.write(crm, self.contact(crm, external_id=reference)) != reference
        assert len(self.records(sandbox)) == 1

    def test_two_leads_with_one_email_are_one_record(self, crm: Crm, sandbox: Sandbox) -> None:
        """In one batch among many, whatever the case of the letters."""
        batch = [
            self.contact(crm, number, email=("SAME" if number % 2 else "same") + "@works.example")
            for number in range(8)
        ] + [self.contact(crm, number) for number in range(8, 16)]
        outcomes = upserted(crm, batch)
        assert outcomes_are(outcomes, Done)
        assert len(outcomes) == 16
        assert len(self.records(sandbox)) == 9

    def test_a_batch_has_an_outcome_for_each(self, crm: Crm, sandbox: Sandbox) -> None:
        """And each its own record."""
        batch = [self.contact(crm, number) for number in range(BATCH)]
        outcomes = upserted(crm, batch)
        assert {contact.lead_id for contact in batch} == outcomes.keys()
        references = {outcome.reference for outcome in outcomes.values() if isinstance(outcome, Done)}
        assert len(references) == BATCH == len(self.records(sandbox))

    def test_no_contacts_are_no_call(self, crm: Crm, sandbox: Sandbox) -> None:
        """An empty batch is no error."""
        assert upserted(crm, []) == {}
        assert sandbox.ledger()[self.service]["calls"] == {}

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("fault", ["status", "reset"])
    def test_a_lost_answer_is_repeated_without_harm(
        self, crm: Crm, sandbox: Sandbox, fault: str, when: str
    ) -> None:
        """An upsert may be repeated, so its outcome is never in doubt."""
        contact = self.contact(crm)
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault(self.service, self.upsert_operation, fault, when=when, times=1, status=502)
        assert outcomes_are(self.tried(crm, [contact]), Again)
        self.write(crm, contact)
        assert len(self.records(sandbox)) == 2

    def test_a_limit_names_the_wait_and_burns_no_attempt(self, crm: Crm, sandbox: Sandbox) -> None:
        """Waiting is no failure."""
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault(self.service, self.upsert_operation, "status", status=429, seconds=9)
        outcomes = self.tried(crm, [self.contact(crm)])
        assert all(
            isinstance(outcome, Again) and outcome.after and not outcome.burns_attempt
            for outcome in outcomes.values()
        )

    @pytest.mark.parametrize(("status", "kind"), [(401, CredentialsRefusedError), (402, QuotaExhaustedError)])
    def test_what_concerns_all_is_raised(
        self, crm: Crm, sandbox: Sandbox, status: int, kind: type[HaltError]
    ) -> None:
        """So that the target is paused and a person told."""
        sandbox.fault(self.service, "*", "status", status=status)
        with pytest.raises(kind):
            upserted(crm, [self.contact(crm)])

    def test_a_refused_contact_is_refused_for_good(self, crm: Crm, sandbox: Sandbox) -> None:
        """And the reason holds nothing of the person."""
        upserted(crm, [self.contact(crm, 2)])
        sandbox.fault(self.service, self.upsert_operation, "status", status=400)
        contact = self.contact(crm)
        outcome = upserted(crm, [contact])[contact.lead_id]
        assert isinstance(outcome, Refused)
        assert "p1@" not in outcome.reason + outcome.cause

    def test_it_may_be_used_by_two_threads(self, crm: Crm, sandbox: Sandbox) -> None:
        """Each with people of its own."""
        halves = [[self.contact(crm, number) for number in part] for part in (range(10), range(10, 20))]
        threads = [threading.Thread(target=upserted, args=(crm, half)) for half in halves]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(self.records(sandbox)) == 20

    def tried(self, crm: Crm, contacts: Sequence[Contact]) -> Mapping[str, Outcome]:
        """An upsert whose failure as a whole counts for each contact, as the pipeline has it."""
        try:
            return upserted(crm, contacts)
        except (RetryLaterError, RateLimitedError) as error:
            again = Again(str(error), error.after, burns_attempt=error.burns_attempt)
            return {contact.lead_id: again for contact in contacts}
