"""What every CRM connector must do with what stands: read it, ask what is to be written, and put it back."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.crm.changes import Change, creation, same
from alpha_swarm.domain.crm.write_rules import FIELDS, PROTECTED
from alpha_swarm.ports.crm import Contact, Crm, Record
from tests.contract.people import PAYLOAD
from tests.upserting import RULES, everything, upserted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Decide
    from tests.contract.sandbox import Sandbox


def only_the_title(asked: list[Record | None]) -> Decide:
    """Updates the title alone; what it was asked about is added to the list."""

    def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
        asked.extend(record for _, record in pairs)
        return {
            contact.lead_id: creation(contact.fields, RULES)
            if record is None
            else Change(before={}, after={"title": contact.fields["title"]})
            for contact, record in pairs
        }

    return decide


class CrmRecords:
    """A part of the suite."""

    @abstractmethod
    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """What the CRM holds."""

    @abstractmethod
    def contact(self, crm: Crm, number: int = 1, external_id: str | None = None, **payload: Any) -> Contact:
        """A contact of a person of its own."""

    @abstractmethod
    def write(self, crm: Crm, contact: Contact) -> str:
        """Upsert one contact; its record's id."""

    def test_every_field_has_a_rule(self, crm: Crm) -> None:
        """What nobody may have a say over is never written."""
        assert crm.fields(PAYLOAD).keys() <= FIELDS

    def test_what_stands_is_read(self, crm: Crm) -> None:
        """As it was written, and of whom there is none nothing is said."""
        written, unknown = self.contact(crm), self.contact(crm, 2)
        reference = self.write(crm, written)
        found = crm.read([written, unknown])
        assert found.keys() == {written.lead_id}
        record = found[written.lead_id]
        assert isinstance(record, Record)
        assert record.id == reference
        assert record.modified_at is not None
        standing = {name: record.fields.get(name) for name in written.fields if name not in PROTECTED}
        assert all(same(name, value, written.fields[name]) for name, value in standing.items()), standing

    def test_nothing_but_what_was_decided_is_sent(self, crm: Crm, sandbox: Sandbox) -> None:
        """To a record that is known by its id and to one that is found."""
        reference = self.write(crm, self.contact(crm))
        for external_id, title in ((reference, "CTO"), (None, "CFO")):
            contact = self.contact(crm, external_id=external_id, title=title, last_name="Other")
            asked: list[Record | None] = []
            (outcome,) = upserted(crm, [contact], decide=only_the_title(asked)).values()
            assert outcome == Done(reference, {"action": "update_contact"})
            assert asked[-1] is not None
            assert title in str(self.records(sandbox))
        assert "Other" not in str(self.records(sandbox))

    def test_what_is_decided_against_is_not_sent(self, crm: Crm, sandbox: Sandbox) -> None:
        """Its outcome is the core's."""
        refused = Refused("policy", "not this one")
        contacts = [self.contact(crm, number) for number in range(3)]

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            decided = everything(pairs)
            return {key: refused if key == "lead-1" else one for key, one in decided.items()}

        assert upserted(crm, contacts, decide=decide)["lead-1"] == refused
        assert len(self.records(sandbox)) == 2

    def test_fields_are_restored(self, crm: Crm) -> None:
        """To an old value, or to nothing; all others stay as they are."""
        contact = self.contact(crm)
        reference = self.write(crm, contact)
        before = self._standing(crm, contact)
        old = {"title": "Earlier", "phone": None, "funding_stage": "Seed", "tech_stack": None}
        assert old.keys() <= before.keys()
        crm.restore(reference, old)
        left = {name: value for name, value in {**before, **old}.items() if value is not None}
        assert self._standing(crm, contact) == left

    def _standing(self, crm: Crm, contact: Contact) -> Mapping[str, Any]:
        record = crm.read([contact])[contact.lead_id]
        assert isinstance(record, Record)
        return record.fields

    def test_what_is_taken_is_what_an_upsert_decides_on(self, crm: Crm) -> None:
        """So that a preview and a sync are of one mind, of a new record and of one that stands."""
        asked: list[tuple[Contact, Record | None]] = []

        def decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
            asked.extend(pairs)
            return everything(pairs)

        contact = self.contact(crm)
        upserted(crm, [contact], decide=decide)
        upserted(crm, [contact], decide=decide)
        assert {record is None for _, record in asked} == {True, False}
        for given, record in asked:
            assert crm.taken(contact, record).fields == given.fields
