"""What somebody who objected puts right goes into the records that are known, while nothing else moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Again, Done, Gone, Refused
from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.withholding import lead_for
from alpha_swarm.domain.privacy.access import SYSTEMS
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rectification import pinned_columns
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.pipeline.crm.contacts import NONE
from alpha_swarm.pipeline.crm.corrections import Corrections
from alpha_swarm.pipeline.crm.sync import NOT_KEPT
from alpha_swarm.pipeline.privacy.rights.gate import erased
from alpha_swarm.ports.records import DISCLOSED, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.pipeline.crm.contacts import Contacts, ContactsOf
    from alpha_swarm.ports.crm import Contact, Crm, Record
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.rights import Errand

_BY_HAND = "put it right there by hand, and say so with privacy done"
_GONE = Gone("the person was erased meanwhile")


class PutRight:
    """Makes the steps of such a request; whoever did not object is put right on the usual way."""

    def __init__(
        self,
        ledger: Ledger,
        crms: Callable[[], Mapping[Target, Crm]],
        enricher: Callable[[], Enricher],
        contacts: ContactsOf,
        policy: PrivacyPolicy,
    ) -> None:
        """``crms`` and ``enricher`` are asked for when there is something to do there."""
        self._ledger = ledger
        self._crms = crms
        self._enricher = enricher
        self._contacts = contacts
        self._policy = policy

    def run(self, errand: Errand) -> Receipt:
        """One step; again it changes nothing.

        Raises:
            GiveUpError: a person has to do it.
        """
        if errand.system == CLAY:
            return _receipt(CLAY, self._into_rows(errand.who.lead_ids))
        return _receipt(errand.system, self._into_records(Target(errand.system), errand.who.lead_ids))

    def _into_rows(self, lead_ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Row id → outcome."""
        with self._ledger.read() as tx:
            leads = tx.leads.load(lead_ids, history=False).values()
        seen = [lead_for(self._policy, Party.CLAY, lead) for lead in leads]
        updates = {lead.row_id: pinned_columns(lead) for lead in seen if lead.row_id and lead.pins}
        enricher = self._enricher()
        if updates and not enricher.capabilities.update_batch:
            refused = Refused("not_supported", "this transport takes no changes of rows")
            return dict.fromkeys(updates, refused)
        return enricher.write_back(updates) if updates else {}

    def _into_records(self, target: Target, lead_ids: Sequence[str]) -> Mapping[str, Outcome]:
        """Record id → outcome."""
        contacts = self._contacts(target, ())
        with self._ledger.read() as tx:
            leads = tx.leads.load(lead_ids, history=False)
            contacts.know(tx, leads)
        pinned = [lead for lead in leads.values() if lead.pins]
        corrections = Corrections(self._crms()[target], contacts)
        corrections.clear(pinned)
        outcomes: dict[str, Outcome] = {}
        for portion in corrections.send(pinned, partial(self._decide, contacts)):
            outcomes |= portion
        self._remember(target, outcomes)
        return {_record(target, leads[key], outcome): outcome for key, outcome in outcomes.items()}

    def _decide(
        self, contacts: Contacts, pairs: Sequence[tuple[Contact, Record | None]]
    ) -> Mapping[str, Change | Outcome]:
        """An intent for each change, in the transaction in which nobody of them is erased."""
        with self._ledger.read() as tx:
            decided = contacts.decided(tx, pairs)
        plans = contacts.plans(pairs, decided)
        if not plans:
            return decided
        with self._ledger.begin() as tx:
            gone = erased(tx, [one.lead_id for one in plans])
            tx.changes.plan([one for one in plans if one.lead_id not in gone])
        return {**decided, **dict.fromkeys(gone, _GONE)}

    def _remember(self, target: Target, outcomes: Mapping[str, Outcome]) -> None:
        """What was given is told as any disclosure is, also where an earlier try gave it and died."""
        done = {key: one for key, one in outcomes.items() if isinstance(one, Done)}
        name = target.value
        with self._ledger.begin() as tx:
            confirmed = tx.changes.confirm(target, {key: one.reference for key, one in done.items()})
            given = [key for key, one in done.items() if key in confirmed or one.detail["action"] != NONE]
            shared = {"system": SYSTEMS.get(name, name), "action": "update_contact"}
            tx.tell(
                Story(lead_id=key, kind=DISCLOSED, detail={**shared, "external_id": done[key].reference})
                for key in given
            )
            if given:
                tx.audit.note(AuditKind.DISCLOSURE, target=name, leads={"update_contact": given})


def _record(target: Target, lead: Lead, outcome: Outcome) -> str:
    reference = outcome.reference if isinstance(outcome, Done) else None
    return reference or lead.external_ids.get(target.value) or lead.id


def _receipt(system: str, outcomes: Mapping[str, Outcome]) -> Receipt:
    """Where a person has to do anything, that is said after all that could be done."""
    left = [f"{text} ({key})" for key, outcome in sorted(outcomes.items()) if (text := _left(outcome))]
    if left:
        raise GiveUpError(f"{system}: {_BY_HAND}: {'; '.join(left)}", cause="not_supported")
    done = [one for one in outcomes.values() if isinstance(one, Done) and one.detail.get("action") != NONE]
    return Receipt(removed=0, note=f"records put right: {len(done)}" if done else None)


def _left(outcome: Outcome) -> str | None:
    """What a person has to do; ``None`` where nothing is left.

    Raises:
        RetryLaterError: it is tried again.
    """
    match outcome:
        case Done(detail=detail) if NOT_KEPT in detail:
            return f"{', '.join(detail[NOT_KEPT])} is not taken"
        case Done() | Gone() | Refused(cause="gone"):
            return None
        case Refused(reason=reason):
            return reason
        case Again(reason=reason, after=after):
            raise RetryLaterError(reason, after)
        case unsettled:
            raise RetryLaterError(unsettled.reason)
