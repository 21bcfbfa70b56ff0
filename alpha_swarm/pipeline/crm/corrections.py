"""What persons put right goes into the records that they have, and nothing else goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Done, Held, Outcome, Refused
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.leads.pins import EMAIL
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import GiveUpError
from alpha_swarm.pipeline.crm.contacts import NONE
from alpha_swarm.ports.crm import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.states import Step
    from alpha_swarm.pipeline.crm.contacts import Contacts
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.crm import Crm, Decide
    from alpha_swarm.ports.ledger import Transaction

_NOBODY = Done(None, {"action": NONE, "reason": "there is no record to be put right"})


def owe_once_more(tx: Transaction, followups: Followups, step: Step, leads: Sequence[Lead]) -> None:
    """To those who put anything right since they were taken in hand."""
    pins = tx.pins.of([lead.id for lead in leads])
    followups.owe(tx, step, [lead for lead in leads if pins.get(lead.id, {}) != lead.pins])


class Corrections:
    """Of one batch for one CRM: those that are not on their way there are in it for this alone."""

    def __init__(self, crm: Crm, contacts: Contacts) -> None:
        self._crm = crm
        self._contacts = contacts
        self._ids: frozenset[str] = frozenset()

    def __contains__(self, lead: Lead) -> bool:
        """Whether nothing else is to be done for the lead here."""
        return lead.id in self._ids

    def prepare(self, tx: Transaction, leads: Mapping[str, Lead]) -> None:
        """Find out who they are; most of the time there is nobody."""
        pinned = [lead.id for lead in leads.values() if lead.pins]
        if pinned:
            self._ids = frozenset(pinned) - tx.syncs.opened(self._crm.target, pinned)

    def send(self, leads: Sequence[Lead], decide: Decide) -> Iterator[Mapping[str, Outcome]]:
        """One by one: persons ask for it."""
        for lead in leads:
            yield {lead.id: self._put_right(lead, decide)}

    def clear(self, leads: Sequence[Lead]) -> None:
        """Remove records under a wrong address where an address cannot be changed."""
        name = self._crm.target.value
        for lead in leads:
            if EMAIL in lead.pins and lead.pins[EMAIL].was and self._is_fixed(lead):
                record = self._crm.read([self._contacts.of(lead)]).get(lead.id)
                if not isinstance(record, Record) or record.id != lead.external_ids[name]:
                    wrong = Identifiers(records={name: (lead.external_ids[name],)})
                    self._crm.forget(wrong, barred=False)

    def _put_right(self, lead: Lead, decide: Decide) -> Outcome:
        record = self._crm.read([self._contacts.of(lead)]).get(lead.id)
        if isinstance(record, Held):
            return Refused("several_records", record.reason)
        if record is None:
            return _NOBODY
        wanted = self._contacts.corrected(lead)
        contact = self._crm.taken(wanted, record)
        change = decide([(contact, record)])[lead.id]
        if not isinstance(change, Change):
            return change
        untaken = sorted(wanted.fields.keys() - contact.fields.keys() - {EMAIL})
        return self._written(record, change, {"not_kept": untaken} if untaken else {})

    def _written(self, record: Record, change: Change, detail: Mapping[str, Any]) -> Outcome:
        if not change.after:
            return Done(record.id, {"action": NONE, **detail})
        try:
            self._crm.restore(record.id, change.after)
        except GiveUpError as error:
            return Refused(error.cause, str(error))
        return Done(record.id, {"action": "update_contact", **detail})

    def _is_fixed(self, lead: Lead) -> bool:
        """Whether the record that the lead has is told from others by an address that stays."""
        name = self._crm.target.value
        if name not in lead.external_ids:
            return False
        contact = self._contacts.of(lead)
        record = Record(id=lead.external_ids[name], fields={}, modified_at=None)
        return EMAIL not in self._crm.taken(contact, record).fields
