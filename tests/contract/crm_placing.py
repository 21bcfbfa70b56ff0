"""What every CRM connector must do whose records have owners, and whose contacts have deals."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Refused
from alpha_swarm.domain.crm.deals import Terms
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.crm import Contact, Crm, Record
from alpha_swarm.ports.placing import AssignsOwners, Opening, OpensDeals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from tests.contract.sandbox import Sandbox

REP, OTHER_REP = "rep.one@portal.example", "rep.two@portal.example"


class CrmOwners:
    """A part of the suite, for CRMs whose records belong to somebody."""

    service: ClassVar[str]
    owners_operation: ClassVar[str]

    @abstractmethod
    def contact(self, crm: Crm, number: int = 1, external_id: str | None = None, **payload: Any) -> Contact:
        """A contact of a person of its own."""

    @abstractmethod
    def write(self, crm: Crm, contact: Contact) -> str:
        """Upsert one contact; its record's id."""

    def test_an_owner_is_found_by_e_mail_or_id_and_asked_for_once(self, crm: Crm, sandbox: Sandbox) -> None:
        """Whatever the case of the letters; who is nobody there is nobody."""
        assert isinstance(crm, AssignsOwners)
        found = [crm.owner_id(REP) for _ in range(3)]
        assert found[0]
        assert set(found) == {found[0]}
        assert sandbox.ledger()[self.service]["calls"][self.owners_operation] == 1
        assert crm.owner_id(found[0]) == found[0]
        assert [crm.owner_id(one) for one in ("nobody@portal.example", "77'", "")] == [None] * 3

    def test_an_owner_is_written_and_read(self, crm: Crm) -> None:
        """With a new record and with one that stands."""
        assert isinstance(crm, AssignsOwners)
        external_id: str | None = None
        for email in (REP, OTHER_REP):
            owner = crm.owner_id(email)
            plain = self.contact(crm, external_id=external_id)
            contact = replace(plain, fields={**plain.fields, "owner": owner})
            external_id = self.write(crm, contact)
            record = crm.read([contact])[contact.lead_id]
            assert isinstance(record, Record)
            assert record.fields["owner"] == owner


class CrmDeals(CrmOwners):
    """A part of the suite, for CRMs that keep deals."""

    pipeline: ClassVar[tuple[str, str]]
    """A pipeline and a stage of it, as people call them."""
    deal_operation: ClassVar[str]

    @abstractmethod
    def amount(self, deal: Mapping[str, Any]) -> Any:
        """Of a deal that the CRM holds."""

    def deals(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """What the CRM holds."""
        found: list[dict[str, Any]] = sandbox.ledger()[self.service]["deal_list"]
        return found

    def opening(self, crm: Crm, number: int = 1, **terms: Any) -> Opening:
        """A deal with a contact of its own."""
        record_id = self.write(crm, self.contact(crm, number))
        terms = {"pipeline": self.pipeline[0], "stage": self.pipeline[1], "name": "Works", **terms}
        return Opening(lead_id=f"lead-{number}", record_id=record_id, terms=Terms(**terms), owner=None)

    def test_a_deal_is_opened_once(self, crm: Crm, sandbox: Sandbox) -> None:
        """However often it is asked for, and whatever it is called by then."""
        first = self.opening(crm)
        (done,) = opened(crm, [first]).values()
        assert isinstance(done, Done)
        later = replace(first, terms=replace(first.terms, name="Later"))
        assert opened(crm, [later]) == {"lead-1": Done(done.reference)}
        ledger = sandbox.ledger()[self.service]
        assert (ledger["deals"], ledger["doubled_deals"]) == (1, 0)
        assert "Later" not in str(self.deals(sandbox))

    def test_several_deals_are_opened_together(self, crm: Crm, sandbox: Sandbox) -> None:
        openings = [self.opening(crm, number) for number in range(7)]
        assert opened(crm, openings[:3]).keys() == {"lead-0", "lead-1", "lead-2"}
        assert all(isinstance(one, Done) for one in opened(crm, openings).values())
        ledger = sandbox.ledger()[self.service]
        assert (ledger["deals"], ledger["doubled_deals"]) == (7, 0)

    def test_a_deal_has_an_owner(self, crm: Crm, sandbox: Sandbox) -> None:
        assert isinstance(crm, AssignsOwners)
        owner = crm.owner_id(REP)
        assert owner
        opened(crm, [replace(self.opening(crm), owner=owner)])
        assert owner in str(self.deals(sandbox))

    @pytest.mark.parametrize("amount", [12_500.0, 0.0, 1_234_567.89, 1e12])
    def test_a_deal_has_an_amount(self, crm: Crm, sandbox: Sandbox, amount: float) -> None:
        """To the cent."""
        (done,) = opened(crm, [self.opening(crm, amount=amount)]).values()
        assert isinstance(done, Done)
        (deal,) = self.deals(sandbox)
        assert float(self.amount(deal)) == amount

    def test_without_a_word_no_amount_is_sent(self, crm: Crm, sandbox: Sandbox) -> None:
        opened(crm, [self.opening(crm)])
        (deal,) = self.deals(sandbox)
        assert self.amount(deal) is None

    def test_without_a_word_it_is_the_first_stage_of_the_first_pipeline(self, crm: Crm) -> None:
        (done,) = opened(crm, [self.opening(crm, pipeline=None, stage=None)]).values()
        assert isinstance(done, Done)

    @pytest.mark.parametrize("wrong", ["pipeline", "stage"])
    def test_a_pipeline_that_is_not_there_is_refused_and_harms_no_other(self, crm: Crm, wrong: str) -> None:
        openings = [self.opening(crm, 1, **{wrong: "nowhere"}), self.opening(crm, 2)]
        outcomes = opened(crm, openings)
        assert isinstance(outcomes["lead-2"], Done)
        refused = outcomes["lead-1"]
        assert isinstance(refused, Refused)
        assert "nowhere" in refused.reason

    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("fault", ["status", "reset"])
    def test_a_lost_answer_opens_no_second_deal(
        self, crm: Crm, sandbox: Sandbox, fault: str, when: str
    ) -> None:
        opening = self.opening(crm)
        sandbox.fault(self.service, self.deal_operation, fault, when=when, times=1, status=502)
        with suppress(RetryLaterError):
            assert all(isinstance(one, Again) for one in opened(crm, [opening]).values())
        assert isinstance(opened(crm, [opening])["lead-1"], Done)
        ledger = sandbox.ledger()[self.service]
        assert (ledger["deals"], ledger["doubled_deals"]) == (1, 0)


def opened(crm: Crm, openings: Sequence[Opening]) -> Mapping[str, Outcome]:
    """Lead id → outcome, of all portions."""
    assert isinstance(crm, OpensDeals)
    outcomes: dict[str, Outcome] = {}
    for portion in crm.open_deals(openings, 5):
        assert not outcomes.keys() & portion.keys(), "an outcome comes once"
        outcomes |= portion
    assert outcomes.keys() == {one.lead_id for one in openings}
    return outcomes
