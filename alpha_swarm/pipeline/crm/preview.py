"""What a sync would change, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Done, Held
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.routing.fields import Subject
from alpha_swarm.pipeline.effects.persistence import patiently
from alpha_swarm.ports.crm import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.routing.routing import Routing
    from alpha_swarm.pipeline.crm.contacts import Contacts
    from alpha_swarm.ports.crm import Contact, Crm
    from alpha_swarm.ports.ledger import Ledger

_PAGE = 100
_NOWHERE = Done(None, {"reason": "no rule sends it there"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would become of one lead in one CRM."""

    lead_id: str
    record_id: str | None
    action: str
    """create, update, none or held."""
    fields: Mapping[str, tuple[Any, Any]]
    """Field → what stands there (``None``: nothing), and what would."""
    kept: Mapping[str, str]
    """Field → why what stands there would be left, where ours differs."""


class Previews:
    """Reads what stands in one CRM, and decides as a sync would."""

    def __init__(self, ledger: Ledger, crm: Crm, contacts: Contacts, routing: Routing, clock: Clock) -> None:
        self._ledger = ledger
        self._crm = crm
        self._contacts = contacts
        self._routing = routing
        self._clock = clock

    def of(self, lead_ids: Sequence[str]) -> Iterator[Preview]:
        """Each of these leads that has a result."""
        for start in range(0, len(lead_ids), _PAGE):
            yield from self._page(lead_ids[start : start + _PAGE])

    def _page(self, lead_ids: Sequence[str]) -> Iterator[Preview]:
        with self._ledger.read() as tx:
            leads = tx.leads.load(lead_ids, history=False)
            self._contacts.know(tx, leads)
        patiently(self._clock, self._contacts.find_owners)
        contacts = [self._contacts.of(lead) for lead in leads.values() if lead.enrichment is not None]
        standing = patiently(self._clock, lambda: self._crm.read(contacts))
        held = {key: one for key, one in standing.items() if isinstance(one, Held)}
        found = [(one, _record(standing.get(one.lead_id))) for one in contacts if one.lead_id not in held]
        pairs = [(self._crm.taken(one, record), record) for one, record in found]
        with self._ledger.read() as tx:
            decided = self._contacts.decided(tx, pairs)
        for contact, record in pairs:
            if record is None and not self._goes(leads[contact.lead_id]):
                decided[contact.lead_id] = _NOWHERE
        for contact, record in pairs:
            yield _preview(contact, record, decided[contact.lead_id])
        for lead_id, one in held.items():
            yield _held(lead_id, one)

    def _goes(self, lead: Lead) -> bool:
        subject = Subject.of(lead)
        route = self._routing.route(subject) if subject else None
        return route is not None and self._crm.target in route.targets


def _record(standing: Record | Held | None) -> Record | None:
    return standing if isinstance(standing, Record) else None


def _preview(contact: Contact, record: Record | None, decided: Change | Outcome) -> Preview:
    after = decided.after if isinstance(decided, Change) else {}
    standing = record.fields if record else {}
    return Preview(
        lead_id=contact.lead_id,
        record_id=record.id if record else None,
        action="none" if not after else "update" if record else "create",
        fields={name: (standing.get(name), value) for name, value in after.items()},
        kept=decided.kept if isinstance(decided, Change) else _why(decided),
    )


def _why(outcome: Outcome) -> dict[str, str]:
    reason = outcome.detail.get("reason") if isinstance(outcome, Done) else None
    return {"*": str(reason)} if reason else {}


def _held(lead_id: str, held: Held) -> Preview:
    return Preview(lead_id=lead_id, record_id=None, action="held", fields={}, kept={"*": held.reason})
