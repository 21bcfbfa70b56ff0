"""A CRM in memory, which keeps deals as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.ports.crm import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Held, Outcome
    from alpha_swarm.domain.crm.deals import Terms
    from alpha_swarm.domain.privacy.rights import Identifiers
    from alpha_swarm.ports.crm import Contact, Decide
    from alpha_swarm.ports.placing import Opening
    from tests.properties.other_side import OtherSide


class MemoryCrm:
    """Implements ``ports.crm.Crm``: an upsert by e-mail."""

    target = Target.GHL
    batch = 100

    def __init__(self, other: OtherSide) -> None:
        self._other = other

    def check(self) -> str:
        """Fine."""
        return "fine"

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The e-mail."""
        return {"email": payload["email"]} if payload.get("email") else {}

    def calls_in(self, contacts: int) -> int:
        """All in one."""
        return min(contacts, 1)

    def find(self, email: str | None, phone: str | None) -> str | None:
        """Never asked."""
        raise AssertionError((email, phone))

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """By e-mail; what else stands there it does not keep."""
        emails = {one.lead_id: str(one.fields.get("email")) for one in contacts}
        return {
            lead_id: Record(id=self._other.called(email), fields={"email": email}, modified_at=None)
            for lead_id, email in emails.items()
            if email in self._other.contacts
        }

    def taken(self, contact: Contact, record: Record | None) -> Contact:
        """All that it keeps."""
        del record
        return contact

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Twice is like once."""
        del at_once
        decide([(contact, None) for contact in contacts])
        yield self._other.call(
            lambda: {contact.lead_id: self._write(contact) for contact in contacts}, repeatable=True
        )

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """Never asked."""
        raise AssertionError((external_id, fields))

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """By e-mail, and by the record."""
        del barred
        contacts, ids = self._other.contacts, who.of(self.target.value)
        theirs = [one for one in contacts if one in who.emails or self._other.called(one) in ids]
        return Receipt(removed=sum(contacts.pop(one) for one in theirs))

    def silence(self, who: Identifiers) -> Receipt:
        """It writes to nobody."""
        del who
        return Receipt(removed=0)

    def names(self, who: Identifiers) -> Identifiers:
        """Nobody asks by a record."""
        raise AssertionError(who)

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """By e-mail."""
        return [{"email": one} for one in who.emails if one in self._other.contacts]

    def close(self) -> None:
        """Nothing is open."""

    def owner_id(self, named: str) -> str | None:
        """Everybody."""
        return named

    def obstacle(self, terms: Terms) -> str | None:
        """Never asked."""
        raise AssertionError(terms)

    def open_deals(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """By the lead's id, of which there is one."""
        del at_once
        yield self._other.call(lambda: {one.lead_id: self._open(one) for one in openings}, repeatable=True)

    def _open(self, opening: Opening) -> Outcome:
        self._other.deals.setdefault(opening.lead_id, opening)
        return Done(f"deal of {opening.lead_id}")

    def _write(self, contact: Contact) -> Outcome:
        email = str(contact.fields.get("email"))
        self._other.contacts[email] += 1
        return Done(self._other.called(email))
