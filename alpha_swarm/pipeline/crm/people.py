"""Who the contacts of a CRM are, as far as they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.news import agrees, is_other_person
from alpha_swarm.domain.leads.identity import identity_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.crm.news import System
    from alpha_swarm.domain.leads.lead import Lead, LeadInput
    from alpha_swarm.ports.crm_records import CrmRecord
    from alpha_swarm.ports.ledger import Transaction


class CrmPeople:
    """Finds the leads of contacts, and keeps others from changing them until the end of the transaction."""

    def __init__(
        self, tx: Transaction, system: System, known: Mapping[str, CrmRecord], inputs: Sequence[LeadInput]
    ) -> None:
        """``known``: by record id."""
        self._by_record = {key: one.lead_id for key, one in known.items() if one.lead_id}
        self._owners = tx.leads.owners({key for one in inputs for key in _keys(one)})
        near = {key for keys in self._owners.values() for key in keys} | set(self._by_record.values())
        # Whoever settles a sync has the lead first and then its record, too.
        tx.leads.lock(near)
        self._leads: Mapping[str, Lead] = tx.leads.load(near, history=False)
        # Whoever was forgotten while we waited for the lock is nobody.
        self._by_record = {key: one for key, one in self._by_record.items() if one in self._leads}
        self._owners = {key: [one for one in ids if one in self._leads] for key, ids in self._owners.items()}
        self._written = tx.crm_records.written(system, near)

    def leads_of(self, record_id: str | None, found: LeadInput | None) -> Sequence[str]:
        """By the record, else by the profile, else by the e-mail; several where it cannot be told which."""
        if record_id in self._by_record:
            return [self._by_record[record_id]]
        return self._candidates(found) if found else ()

    def is_ours(self, lead_id: str, fields: Mapping[str, str]) -> bool:
        """Whether this is what we wrote, coming back."""
        return lead_id in self._written and agrees(self._leads[lead_id], fields)

    def _candidates(self, found: LeadInput) -> Sequence[str]:
        keys = _keys(found)
        named = self._owners.get(keys[0], ())
        if named and not keys[0].startswith("email:"):
            return named
        shared = self._owners.get(keys[-1], ())
        return [key for key in shared if not is_other_person(self._leads[key], found.linkedin_url)]


def _keys(found: LeadInput) -> Sequence[str]:
    """The identity, then by what else the person may be known."""
    email = [f"email:{found.email.lower()}"] if found.email else []
    return list(dict.fromkeys([identity_of(found), *email]))
