"""Scored leads become contacts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Done, Gone
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.privacy.access import SYSTEMS
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import Priority, Step
from alpha_swarm.fence import look_at_fence
from alpha_swarm.pipeline.crm.contacts import NONE
from alpha_swarm.pipeline.crm.corrections import Corrections, owe_once_more
from alpha_swarm.pipeline.crm.deals import DEAL, NO_DEAL, Deals, stories
from alpha_swarm.pipeline.effects.effect import Effect, Known
from alpha_swarm.pipeline.privacy.rights.gate import closed
from alpha_swarm.ports.records import DISCLOSED, Story, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.pipeline.closing import Closing
    from alpha_swarm.pipeline.crm.contacts import Contacts
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.ports.changes import Planned
    from alpha_swarm.ports.crm import Contact, Crm, Record
    from alpha_swarm.ports.ledger import Ledger, Transaction

NOT_KEPT = "not_kept"
STAYS_IN = "stays_in"


class Sync(Effect):
    """Upserts the contacts of one batch into one CRM; an upsert may be repeated."""

    repeatable = True
    #: Most CRMs take contacts one by one.
    leads_a_call = 1

    def __init__(
        self, crm: Crm, ledger: Ledger, closing: Closing, in_flight: InFlight | None, contacts: Contacts
    ) -> None:
        self._crm = crm
        self._ledger = ledger
        self._closing = closing
        self.in_flight = in_flight
        self._contacts = contacts
        self._fingerprints: Mapping[str, str] = {}
        self._kept: dict[str, Mapping[str, str]] = {}
        self._deals = Deals(crm, ledger, contacts)
        self._corrections = Corrections(crm, contacts)
        self._planned: dict[str, float] = {}
        self.step = Step.sync(crm.target)
        # Each CRM's own: what became of one CRM's call says nothing of another's.
        self.operation = f"upsert_{crm.target.value}"

    def split(self, leads: Sequence[Known]) -> Sequence[Sequence[Known]]:
        """By priority, as each has calls of its own at a time."""
        return [alike for one in Priority if (alike := [lead for lead in leads if lead.priority is one])]

    def calls_in(self, leads: Sequence[Lead]) -> int:
        """As the CRM takes them."""
        return self._crm.calls_in(len(leads))

    def prepare(self, tx: Transaction, leads: Mapping[str, Lead]) -> None:
        """What the rules say of them, and what the CRM was given before."""
        self._contacts.know(tx, leads)
        self._deals.prepare(tx, leads)
        self._corrections.prepare(tx, leads)
        known = [lead.id for lead in leads.values() if self._crm.target.value in lead.external_ids]
        if known:
            self._fingerprints = tx.syncs.fingerprints(self._crm.target, known)

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """All contacts that have changed since; the key is ours alone, no CRM of today takes one."""
        del key
        corrected = [lead for lead in leads if lead in self._corrections]
        self._corrections.clear(leads)
        yield from self._corrections.send(corrected, self._decide)
        self._contacts.find_owners()
        for portion in self._write([lead for lead in leads if lead not in self._corrections], at_once):
            yield from self._deals.follow(portion, at_once)

    def _write(self, leads: Sequence[Lead], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        written = [lead for lead in leads if lead.id in self._fingerprints]
        same = {lead.id for lead in written if self._fingerprints[lead.id] == self._fingerprint(lead)}
        if same:
            yield {
                lead.id: Done(self._contacts.of(lead).external_id, {"action": NONE})
                for lead in leads
                if lead.id in same
            }
        news = [self._contacts.of(lead) for lead in leads if lead.id not in same]
        yield from self._crm.upsert(news, self._decide, at_once)

    def done(
        self, tx: Transaction, followups: Followups, leads: Sequence[Lead], results: Mapping[str, Done]
    ) -> None:
        """Remember what was written; whoever has nothing else to wait for comes to rest."""
        moved = [lead for lead in leads if lead not in self._corrections]
        tx.syncs.done(self._crm.target, {lead.id: self._written(lead, results[lead.id]) for lead in moved})
        written = {lead.id: results[lead.id].reference for lead in leads}
        refused = [lead_id for lead_id in written if NO_DEAL in results[lead_id].detail]
        if refused:
            tx.syncs.drop_deals(self._crm.target, refused)
        confirmed = tx.changes.confirm(self._crm.target, written)
        tx.work.finish(self.step, list(written))
        told = [
            story for lead in leads for story in self._stories(lead, results[lead.id], confirmed.get(lead.id))
        ]
        tx.tell(told)
        self._note(tx, told)
        self._closing.close_synced(tx, followups, moved)

    def _note(self, tx: Transaction, told: Iterable[Story]) -> None:
        """One record of all that was disclosed here."""
        leads: defaultdict[str, list[str]] = defaultdict(list)
        for story in told:
            if story.kind == DISCLOSED:
                leads[story.detail["action"]].append(story.lead_id)
        if leads:
            tx.audit.note(AuditKind.DISCLOSURE, target=self._crm.target.value, leads=leads)

    def overtaken(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """What a person put right meanwhile has the last word."""
        owe_once_more(tx, followups, self.step, leads)

    def dead(self, tx: Transaction, followups: Followups, leads: Sequence[Lead]) -> None:
        """This CRM will not have them; others may."""
        moved = [lead for lead in leads if lead not in self._corrections]
        tx.syncs.dead(self._crm.target, [lead.id for lead in moved])
        self._closing.close_synced(tx, followups, moved)

    def _fingerprint(self, lead: Lead) -> str:
        return self._contacts.fingerprint(lead)

    def _written(self, lead: Lead, result: Done) -> Written:
        return Written(
            external_id=result.reference,
            fingerprint=self._fingerprint(lead),
            deal_id=result.detail.get(DEAL),
        )

    def _stories(self, lead: Lead, result: Done, created: bool | None) -> Iterator[Story]:  # noqa: FBT001 - a fact
        yield self._story(lead, result, created)
        name = self._crm.target.value
        yield from stories(name, lead.id, result.detail)
        if NOT_KEPT in result.detail:
            yield self._lost(lead.id, result)
        if STAYS_IN in result.detail:
            told = {"target": name, "campaign": result.detail[STAYS_IN]}
            yield Story(lead_id=lead.id, kind="campaign_kept", detail=told)
        if self._contacts.is_ownerless(lead):
            reason = "nobody in the CRM, or more than one, is whom the rules name"
            yield Story(lead_id=lead.id, kind="owner_left_out", detail={"target": name, "reason": reason})

    def _decide(self, pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
        """An intent for each change: whatever happens next, what stood there before is known."""
        self._take_back([contact.lead_id for contact, _ in pairs])
        with self._ledger.read() as tx:
            decided = self._contacts.decided(tx, pairs)
        plans = self._contacts.plans(pairs, decided)
        if plans:
            # What is planned without a lease nobody will send.
            look_at_fence()
            decided = {**decided, **self._plan(plans)}
        self._kept |= {key: one.kept for key, one in decided.items() if isinstance(one, Change)}
        return decided

    def _plan(self, plans: Sequence[Planned]) -> Mapping[str, Outcome]:
        """Those who have asked for it since they were taken in hand, of whom nothing is sent or written."""
        with self._ledger.begin() as tx:
            forbidden = closed(tx, [one.lead_id for one in plans])
            permitted = [one for one in plans if one.lead_id not in forbidden]
            moment = tx.changes.plan(permitted)
        self._planned |= dict.fromkeys((one.lead_id for one in permitted), moment)
        return dict.fromkeys(forbidden, Gone("the person's own right forbids it"))

    def _take_back(self, lead_ids: Sequence[str]) -> None:
        """Who is asked about again was refused: what stands there is then nobody's edit of ours."""
        refused = {key: moment for key in lead_ids if (moment := self._planned.pop(key, None)) is not None}
        if refused:
            with self._ledger.begin() as tx:
                tx.changes.take_back(self._crm.target, refused)

    def _lost(self, lead_id: str, result: Done) -> Story:
        """It is not sent once more: what the CRM drops it would drop again."""
        detail = {"target": self._crm.target.value, "fields": result.detail[NOT_KEPT]}
        return Story(lead_id=lead_id, kind=NOT_KEPT, detail=detail)

    def _story(self, lead: Lead, result: Done, created: bool | None) -> Story:  # noqa: FBT001 - a fact
        """``created``: by a change that has just been confirmed, ``None`` where there was none."""
        name = self._crm.target.value
        action = result.detail.get("action", "update_contact")
        first = lead.external_ids.get(name) is None and result.reference is not None
        if created is None and action == NONE and not first:
            detail = {"target": name, "external_id": result.reference, "action": NONE} | _why(result)
            return Story(lead_id=lead.id, kind="left_as_it_is", detail=detail)
        if action == NONE:
            # An attempt wrote it whose answer was lost, or a copy of the ledger that is gone.
            action = "create_contact" if created else "update_contact"
        kept = self._kept.get(lead.id)
        detail = {"system": SYSTEMS.get(name, name), "action": action, "external_id": result.reference}
        return Story(
            lead_id=lead.id, kind=DISCLOSED, detail={**detail, "kept": dict(kept)} if kept else detail
        )


def _why(result: Done) -> dict[str, str]:
    return {"reason": result.detail["reason"]} if "reason" in result.detail else {}
