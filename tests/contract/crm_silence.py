"""What every CRM connector must do for a person who objects: nobody writes to them from there any more."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import RetryLaterError
from tests.contract.crm_rights import INJECTED, person, recorded

if TYPE_CHECKING:
    from alpha_swarm.ports.crm import Contact, Crm
    from tests.contract.sandbox import Sandbox

#: What any write moves.
_STAMPS = frozenset({"dateUpdated", "LastModifiedDate", "SystemModstamp"})


def _id(record: dict[str, Any]) -> str:
    found: str = record.get("id") or record["Id"]
    return found


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, **record.get("properties", {}), "properties": None}


class CrmSilence:
    """A part of the suite."""

    service: ClassVar[str]
    silencing: ClassVar[str] = ""
    """The operation that silences records; none where a person has to."""
    flags: ClassVar[frozenset[str]]
    """What stands there then; without any the records are taken out of what writes to people."""

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

    def silence(self, crm: Crm, sandbox: Sandbox, who: Identifiers) -> int:
        """By the connector, and by a person where it says so; how many records."""
        del sandbox
        return crm.silence(who).removed

    def heard(self, sandbox: Sandbox) -> set[str]:
        """The records that may still be written to."""
        return {
            _id(one)
            for one in self.records(sandbox)
            if not self.flags or any(one.get(name) is not True for name in self.flags)
        }

    def told(self, sandbox: Sandbox) -> int:
        """How often anything was silenced."""
        calls: dict[str, int] = sandbox.ledger()[self.service]["calls"]
        return calls.get(self.silencing, 0)

    def standing(self, sandbox: Sandbox) -> dict[str, dict[str, Any]]:
        """Record → all but what silence sets."""
        return {
            _id(one): {name: value for name, value in _flat(one).items() if name not in self.flags | _STAMPS}
            for one in self.records(sandbox)
        }

    def test_who_objects_is_silenced_and_stays(self, crm: Crm, sandbox: Sandbox) -> None:
        """Duplicates too, and nobody else; no other value changes, and again nothing at all does."""
        theirs = {self.write(crm, self.contact(crm, title="CEO")), self.double(sandbox)}
        other = self.write(crm, self.contact(crm, 2))
        before, heard = self.standing(sandbox), self.heard(sandbox)
        assert self.silence(crm, sandbox, person()) == len(theirs & heard)
        assert self.heard(sandbox) == heard - theirs == {other}
        left = self.standing(sandbox)
        assert left == {key: one for key, one in before.items() if self.flags or key not in theirs}
        told = self.told(sandbox)
        assert crm.silence(person()).removed == 0
        assert self.told(sandbox) == told

    def test_a_record_is_silenced_by_its_id(self, crm: Crm, sandbox: Sandbox) -> None:
        """And one that is gone by now is no error."""
        reference = self.write(crm, self.contact(crm))
        gone = self.write(crm, self.contact(crm, 2))
        crm.forget(recorded(crm, gone), barred=False)
        assert self.silence(crm, sandbox, recorded(crm, reference, gone)) == 1
        assert self.heard(sandbox) == set()

    def test_silence_outlives_a_correction(self, crm: Crm, sandbox: Sandbox) -> None:
        """Whoever objected may have a value put right."""
        if not self.flags:
            pytest.skip("there is no record left to be put right")
        reference = self.write(crm, self.contact(crm))
        self.silence(crm, sandbox, person())
        crm.restore(reference, {"first_name": "Mended"})
        assert "Mended" in str(self.records(sandbox))
        assert self.heard(sandbox) == set()

    def test_an_answer_to_silence_that_was_lost_is_no_matter(self, crm: Crm, sandbox: Sandbox) -> None:
        """What stands there afterwards says that it is done."""
        if not self.silencing:
            pytest.skip("a person silences them there")
        self.write(crm, self.contact(crm))
        sandbox.fault(self.service, self.silencing, "status", when="after", times=1, status=502)
        assert crm.silence(person()).removed == 1
        assert self.heard(sandbox) == set()

    def test_whoever_is_not_silenced_yet_is_an_error(self, crm: Crm, sandbox: Sandbox) -> None:
        """And the same again silences them."""
        if not self.silencing:
            pytest.skip("a person silences them there")
        self.write(crm, self.contact(crm))
        sandbox.fault(self.service, self.silencing, "status", times=1, status=502)
        with pytest.raises(RetryLaterError) as failed:
            crm.silence(person())
        assert "p1@" not in str(failed.value)
        assert crm.silence(person()).removed == 1
        assert self.heard(sandbox) == set()

    @pytest.mark.parametrize("text", INJECTED[:4], ids=range(4))
    def test_a_hostile_identifier_silences_nobody(self, crm: Crm, sandbox: Sandbox, text: str) -> None:
        """Whoever is known by nothing that is there is no record's person."""
        reference = self.write(crm, self.contact(crm))
        who = Identifiers(
            lead_ids=(text,), emails=(text,), phones=(text,), records={crm.target.value: (text,)}
        )
        for one in (who, Identifiers()):
            assert crm.silence(one).removed == 0
        assert self.heard(sandbox) == {reference}
