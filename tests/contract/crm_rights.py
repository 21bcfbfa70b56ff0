"""What every CRM connector must do for a person who is to be forgotten, left alone or told what is held."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.errors import HaltError, RateLimitedError, RetryLaterError
from tests.contract.people import HOSTILE

if TYPE_CHECKING:
    from alpha_swarm.ports.crm import Contact, Crm
    from tests.contract.sandbox import Sandbox

#: What is put where a text stands in a query, a path or a list.
INJECTED = (
    "x' OR Email != '",
    "../../contacts",
    "%2e%2e%2f",
    'a"b@c.example',
    "*@works.example",
    "",
    "x@works.example, y@works.example",
    *HOSTILE.values(),
)


def recorded(crm: Crm, *record_ids: str) -> Identifiers:
    """Somebody of whom no more than records are known."""
    return Identifiers(records={crm.target.value: record_ids})


def person(number: int = 1) -> Identifiers:
    """The person that the suite's contact of this number is, by e-mail and phone."""
    return Identifiers(emails=(f"p{number}@works.example",), phones=(f"+1415555{number:04}",))


class CrmRights:
    """A part of the suite."""

    service: ClassVar[str]
    removal: ClassVar[str]
    """The operation that removes records."""
    finds_phones: ClassVar[bool] = True
    hourly: ClassVar[int]
    """Calls that the vendor allows in an hour."""

    @abstractmethod
    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """What the CRM holds."""

    @abstractmethod
    def contact(self, crm: Crm, number: int = 1, external_id: str | None = None, **payload: Any) -> Contact:
        """A contact of a person of its own."""

    @abstractmethod
    def write(self, crm: Crm, contact: Contact) -> str:
        """Upsert one contact; its record's id."""

    @abstractmethod
    def double(self, sandbox: Sandbox, number: int = 1) -> str:
        """One more record of the person, as people make them; its id."""

    def test_a_record_is_forgotten_by_its_id(self, crm: Crm, sandbox: Sandbox) -> None:
        """And to do it again is no error."""
        reference = self.write(crm, self.contact(crm))
        assert crm.forget(recorded(crm, reference)).removed == 1
        assert crm.forget(recorded(crm, reference)).removed == 0
        assert self.records(sandbox) == []
        assert crm.find("p1@works.example", None) is None

    def test_a_record_says_by_what_else_the_person_is_known(self, crm: Crm) -> None:
        """Its e-mails and the profile; a phone leads to others as well."""
        reference = self.write(crm, self.contact(crm))
        told = crm.names(recorded(crm, reference))
        assert told.emails == ("p1@works.example",)
        assert told.linkedin == ("https://www.linkedin.com/in/ada-example",)
        assert (told.phones, told.records) == ((), {})
        assert crm.names(recorded(crm, "1")) == Identifiers()

    def test_a_person_is_forgotten_by_email(self, crm: Crm, sandbox: Sandbox) -> None:
        """Whatever the case; everybody else stays."""
        kept = self.write(crm, self.contact(crm, 2))
        self.write(crm, self.contact(crm))
        assert crm.forget(Identifiers(emails=("P1@Works.example",))).removed == 1
        assert [one.get("id", one.get("Id")) for one in self.records(sandbox)] == [kept]

    def test_a_person_is_forgotten_by_phone(self, crm: Crm, sandbox: Sandbox) -> None:
        """Where the CRM can be asked for one."""
        self.write(crm, self.contact(crm))
        removed = crm.forget(Identifiers(phones=("+14155550001",))).removed
        assert removed == (1 if self.finds_phones else 0)
        assert len(self.records(sandbox)) == 1 - removed

    def test_duplicates_are_forgotten_too(self, crm: Crm, sandbox: Sandbox) -> None:
        """However many."""
        self.write(crm, self.contact(crm))
        for _ in range(3):
            self.double(sandbox)
        kept = self.write(crm, self.contact(crm, 2))
        assert crm.forget(person()).removed == 4
        assert [one.get("id", one.get("Id")) for one in self.records(sandbox)] == [kept]

    def test_many_people_are_forgotten_together(self, crm: Crm, sandbox: Sandbox) -> None:
        """As a list or the end of a retention has them; known by records, by handles, or not there at all."""
        references = [self.write(crm, self.contact(crm, number)) for number in range(6)]
        kept = self.write(crm, self.contact(crm, 999))
        handles = [person(number) for number in range(4, 130)]
        who = Identifiers(
            emails=tuple(email for one in handles for email in one.emails),
            phones=tuple(phone for one in handles for phone in one.phones),
            records={crm.target.value: tuple(references[:4])},
        )
        self.double(sandbox)
        shown = crm.known(who)
        assert len(shown) >= 6
        assert crm.forget(who).removed == len(shown)
        assert kept in [one.get("id", one.get("Id")) for one in self.records(sandbox)]
        assert not {*references} & {one.get("id", one.get("Id")) for one in self.records(sandbox)}

    def test_whoever_is_not_there_is_no_error(self, crm: Crm, sandbox: Sandbox) -> None:
        """Nothing was removed, and there is nothing to remark but what a block list holds."""
        self.write(crm, self.contact(crm, 2))
        receipt = crm.forget(person(), barred=False)
        assert receipt == Receipt(removed=0)
        assert len(self.records(sandbox)) == 1
        assert crm.known(person()) == []

    def test_nobody_is_nobody(self, crm: Crm, sandbox: Sandbox) -> None:
        """Who is known by nothing takes nobody along."""
        self.write(crm, self.contact(crm))
        assert crm.forget(Identifiers()).removed == 0
        assert crm.known(Identifiers()) == []
        assert len(self.records(sandbox)) == 1

    def test_a_colleague_with_the_same_phone_stays(self, crm: Crm, sandbox: Sandbox) -> None:
        """A switchboard is nobody's own; a person is told to look at the record."""
        if not self.finds_phones:
            pytest.skip("nobody is found by a phone here")
        self.write(crm, self.contact(crm))
        colleague = self.double(sandbox, 2)
        who = Identifiers(emails=("p1@works.example",), phones=("+14155550001", "+14155550002"))
        receipt = crm.forget(who)
        assert receipt.removed == 1
        assert colleague in (receipt.note or "")
        assert [one.get("id", one.get("Id")) for one in self.records(sandbox)] == [colleague]

    @pytest.mark.parametrize("fault", ["status", "reset"])
    def test_an_answer_that_was_lost_is_no_matter(self, crm: Crm, sandbox: Sandbox, fault: str) -> None:
        """What stands there afterwards says that it is done."""
        self.write(crm, self.contact(crm))
        sandbox.fault(self.service, self.removal, fault, when="after", times=1, status=502)
        assert crm.forget(person()).removed == 1
        assert self.records(sandbox) == []

    def test_what_is_left_is_an_error(self, crm: Crm, sandbox: Sandbox) -> None:
        """And the same again removes it."""
        self.write(crm, self.contact(crm))
        sandbox.fault(self.service, self.removal, "status", times=1, status=502)
        with pytest.raises(RetryLaterError) as failed:
            crm.forget(person())
        assert "p1@" not in str(failed.value)
        assert crm.forget(person()).removed == 1
        assert self.records(sandbox) == []

    def test_what_is_half_done_is_gone_on_with(self, crm: Crm, sandbox: Sandbox) -> None:
        """Whatever was removed before the limit came stays removed."""
        self.write(crm, self.contact(crm))
        for _ in range(3):
            self.double(sandbox)
        sandbox.fault(self.service, self.removal, "status", times=2, status=503)
        before = len(self.records(sandbox))
        with pytest.raises(RetryLaterError):
            crm.forget(person())
        left = len(self.records(sandbox))
        assert 0 < left <= before
        for _ in range(3):
            try:
                crm.forget(person())
            except RetryLaterError:
                continue
        assert self.records(sandbox) == []

    def test_a_limit_is_no_success(self, crm: Crm, sandbox: Sandbox) -> None:
        """The step waits as long as the vendor says."""
        self.write(crm, self.contact(crm))
        sandbox.fault(self.service, self.removal, "status", times=1, status=429, seconds=9)
        with pytest.raises((RateLimitedError, HaltError)):
            crm.forget(person())
        assert len(self.records(sandbox)) == 1
        assert crm.forget(person()).removed == 1

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_hostile_values_are_shown_and_forgotten(self, crm: Crm, sandbox: Sandbox, kind: str) -> None:
        """Whatever a record holds."""
        text = HOSTILE[kind]
        self.write(crm, self.contact(crm, first_name=text, title=text, source_name=text))
        assert len(crm.known(person())) == 1
        assert crm.forget(person()).removed == 1
        assert self.records(sandbox) == []

    @pytest.mark.parametrize("text", INJECTED, ids=range(len(INJECTED)))
    def test_a_hostile_identifier_takes_nobody_along(self, crm: Crm, sandbox: Sandbox, text: str) -> None:
        """It is a value to be looked for, and never a part of a question or an address."""
        self.write(crm, self.contact(crm))
        who = Identifiers(
            lead_ids=(text,), emails=(text,), phones=(text,), records={crm.target.value: (text,)}
        )
        assert crm.known(who) == []
        assert crm.forget(who, barred=False) == Receipt(removed=0)
        assert len(self.records(sandbox)) == 1

    def test_a_person_is_shown_as_the_crm_has_them(self, crm: Crm, sandbox: Sandbox) -> None:
        """Every record, with what people have added; looking changes nothing."""
        self.write(crm, self.contact(crm, title="CEO of All"))
        self.double(sandbox)
        self.write(crm, self.contact(crm, 2))
        before = self.records(sandbox)
        shown = crm.known(person())
        assert len(shown) == 2
        assert "p1@works.example" in str(shown)
        assert "CEO of All" in str(shown)
        assert "p2@" not in str(shown)
        assert self.records(sandbox) == before

    def test_a_receipt_names_nobody(self, crm: Crm, sandbox: Sandbox) -> None:
        """It is kept when the person is long gone."""
        self.write(crm, self.contact(crm))
        self.double(sandbox)
        receipt = str(crm.forget(person()))
        for value in ("p1@", "5550001", "Ada", "Example"):
            assert value not in receipt

    def test_ten_thousand_persons_an_hour_fit_into_the_limit(self, crm: Crm, sandbox: Sandbox) -> None:
        """With all that is known of each: the calls for one, ten thousand times."""
        reference = self.write(crm, self.contact(crm))
        who = replace(person(), lead_ids=("lead-1",), records={crm.target.value: (reference,)})
        before = sum(sandbox.ledger()[self.service]["calls"].values())
        assert crm.forget(who).removed == 1
        calls = sum(sandbox.ledger()[self.service]["calls"].values()) - before
        assert calls * 10_000 <= self.hourly
