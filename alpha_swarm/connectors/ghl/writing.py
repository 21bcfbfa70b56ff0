"""Contacts are written one by one, several at a time; who is refused as a duplicate is adopted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.connectors.ghl.client import NotWritten
from alpha_swarm.connectors.ghl.reading import as_record, is_another
from alpha_swarm.domain.calls.effect import Again, Done, Held, outcome_of
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.errors import STOPPING, AlphaSwarmError
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.calls import Call
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.fields import CustomFieldIds
    from alpha_swarm.connectors.ghl.read_back import ReadBack
    from alpha_swarm.connectors.ghl.schemas import Written
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Decide

PHONE = frozenset({"phone"})
EMAIL = frozenset({"email"})


@dataclass(frozen=True, slots=True)
class Write:
    """A contact and what is sent of it."""

    contact: Contact
    record: Record | None
    change: Change
    creates: bool = False
    """Whether a contact that is there after all is refused, and never overwritten."""

    def call(self, client: GhlClient, field_ids: Mapping[str, str]) -> Call:
        """As it goes out."""
        body: dict[str, Any] = mapping.contact_body(self.change.after, field_ids)
        if self.record is not None:
            return client.updating(self.record.id, body)
        return client.creating(body) if self.creates else client.upserting(body)


class Writing:
    """The writes of one wave."""

    def __init__(
        self,
        client: GhlClient,
        field_ids: CustomFieldIds,
        decide: Decide,
        read_back: ReadBack,
        *,
        tags: bool,
    ) -> None:
        self._client = client
        self._field_ids = field_ids
        self._ids = field_ids.all()
        self._decide = decide
        self._read_back = read_back
        self._tags = tags

    def of(self, writes: Sequence[Write], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """Lead id → outcome, in portions as the answers come.

        Raises what stops the target, after what took effect by then.
        """
        calls = [write.call(self._client, self._ids) for write in writes]
        stopped: AlphaSwarmError | None = None
        for portion in self._client.write_each(calls, at_once):
            answers = [(writes[place], answer) for place, answer in portion.items()]
            stopped = next((answer for _, answer in answers if isinstance(answer, STOPPING)), stopped)
            came = [
                (write.contact.lead_id, write.change, self._outcome(write, answer))
                for write, answer in answers
                if not isinstance(answer, STOPPING)
            ]
            yield self._read_back.told(came, self._ids, at_once)
        if stopped is not None:
            raise stopped

    def _outcome(self, write: Write, answer: Written | NotWritten | AlphaSwarmError) -> Outcome:
        try:
            match answer:
                case AlphaSwarmError():
                    return outcome_of(answer)
                case NotWritten():
                    return self._refused(write, answer)
                case written:
                    return self._done(write, written)
        except AlphaSwarmError as error:
            return outcome_of(error)

    def _done(self, write: Write, written: Written) -> Outcome:
        record_id = written.contact.id if written.contact else write.record.id if write.record else None
        if record_id is None:
            return Again("ghl wrote it and names no contact; looked up again", after=0)
        tier = write.contact.fields.get("icp_tier")
        if self._tags and tier:
            self._client.add_tags(record_id, [tier])
        created = written.new or (write.creates and write.record is None)
        return Done(record_id, {"action": "create_contact" if created else "update_contact"})

    def _refused(self, write: Write, refused: NotWritten) -> Outcome:
        """A custom field that somebody removed is found or created anew; what moved is looked at again."""
        if "customfields" in facts.message(refused.body):
            self._field_ids.refresh(self._ids)
            return Again("ghl no longer knows a custom field; looked up again", after=0)
        if facts.says_gone(refused.status, refused.body):
            return Again("ghl no longer has the contact; looked up again", after=0)
        rival = facts.stands_in_the_way(refused.body)
        if rival is None:
            return outcome_of(refused.verdict)
        return self._adopted(write, rival) if write.record is None else self._contested(write, rival)

    def _contested(self, write: Write, rival: facts.Rival) -> Outcome:
        """Another contact has this e-mail or this phone already."""
        field = rival.field or ("email" if "email" in write.change.after else "phone")
        if field != "phone" or "phone" not in write.change.after:
            return Held(f"two contacts in ghl share the {field}: merge them there")
        return self._alone(replace(write, change=_without_phone(write.change)))

    def _adopted(self, write: Write, rival: facts.Rival) -> Outcome:
        """Who was not found is there: what stands there decides anew; another person's phone is left out."""
        rival = rival if rival.id else self._found(write.contact)
        standing = self._client.get(rival.id) if rival.id else None
        if standing is None:
            return Again("ghl does not show the contact that it takes for the same; looked up again")
        another = is_another(write.contact, standing)
        if another and rival.field == "phone":
            return self._contested(write, rival)
        record = as_record(standing, self._ids)
        # Whoever has our e-mail as the second one would lose the first.
        contact = without(write.contact, mapping.NOT_IN_UPDATE | (EMAIL if another else frozenset()))
        match self._decide([(contact, record)])[contact.lead_id]:
            case Change(after=after) as change if after:
                return self._alone(Write(contact, record, change))
            case Change():
                return Done(record.id, {"action": "none"})
            case outcome:
                return outcome

    def _found(self, contact: Contact) -> facts.Rival:
        """Who has its e-mail, else its phone, where the refusal does not say."""
        for field, by in (("email", "email"), ("phone", "number")):
            value = contact.fields.get(field)
            if value and (record_id := self._client.find(**{by: value})):
                return facts.Rival(record_id, field)
        return facts.Rival("", "")

    def _alone(self, write: Write) -> Outcome:
        """In a call of its own."""
        try:
            return self._done(write, self._client.write(write.call(self._client, self._ids)))
        except NotWritten as refused:
            return self._refused(write, refused)


def without(contact: Contact, names: frozenset[str]) -> Contact:
    """The contact, but for these fields."""
    fields = {name: value for name, value in contact.fields.items() if name not in names}
    return replace(contact, fields=fields)


def _without_phone(change: Change) -> Change:
    after = {name: value for name, value in change.after.items() if name not in PHONE}
    return replace(change, after=after, kept={**change.kept, "phone": "another contact has it"})
