"""Deals are opened with contacts that have just been written: once for each lead and CRM."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.crm.deals import PlannedDeal, Terms
from alpha_swarm.domain.routing.wording import deal_name
from alpha_swarm.pipeline.crm.contacts import OWNER
from alpha_swarm.pipeline.privacy.rights.gate import closed
from alpha_swarm.ports.placing import Opening, OpensDeals
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.pipeline.crm.contacts import Contacts
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: What a contact's outcome says of its deal: the id, or why there is none.
DEAL, NO_DEAL = "deal", "no_deal"


class Deals:
    """The deals of one batch."""

    def __init__(self, crm: Crm, ledger: Ledger, contacts: Contacts) -> None:
        self._crm = crm
        self._ledger = ledger
        self._contacts = contacts
        self._leads: Mapping[str, Lead] = {}
        self._planned: dict[str, PlannedDeal] = {}

    def prepare(self, tx: Transaction, leads: Mapping[str, Lead]) -> None:
        """What was planned before."""
        self._leads = leads
        wanted = [lead.id for lead in leads.values() if self._contacts.placement(lead).deal]
        if wanted:
            self._planned = dict(tx.syncs.deals(self._crm.target, wanted))

    def follow(self, portion: Mapping[str, Outcome], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """The outcomes of contacts; those to whom a deal is due come when that is open.

        A deal that is refused is told, and its contact stays: it is tried again with the next change.
        """
        due = {
            key: done for key, done in portion.items() if isinstance(done, Done) and self._is_due(key, done)
        }
        yield {key: outcome for key, outcome in portion.items() if key not in due}
        if due and isinstance(self._crm, OpensDeals):
            openings = self._plan(due)
            for opened in self._crm.open_deals(openings, at_once):
                yield {key: _both(due[key], outcome) for key, outcome in opened.items()}
            # Whoever has asked to be forgotten meanwhile has no deal.
            if left := due.keys() - {one.lead_id for one in openings}:
                yield {key: due[key] for key in left}

    def _is_due(self, lead_id: str, done: Done) -> bool:
        wanted = self._contacts.placement(self._leads[lead_id]).deal is not None
        planned = self._planned.get(lead_id)
        return wanted and done.reference is not None and (planned is None or planned.id is None)

    def _plan(self, due: Mapping[str, Done]) -> list[Opening]:
        """Written down before anything is sent: whatever the rules say later, no second deal comes of it."""
        news = {lead_id: self._terms(self._leads[lead_id]) for lead_id in due.keys() - self._planned.keys()}
        with self._ledger.begin() as tx:
            forbidden = closed(tx, due)
            tx.syncs.plan_deals(
                self._crm.target, {key: terms for key, terms in news.items() if key not in forbidden}
            )
        self._planned |= {lead_id: PlannedDeal(terms=terms, id=None) for lead_id, terms in news.items()}
        return [self._opening(lead_id, done) for lead_id, done in due.items() if lead_id not in forbidden]

    def _opening(self, lead_id: str, done: Done) -> Opening:
        return Opening(
            lead_id=lead_id,
            record_id=done.reference or "",
            terms=self._planned[lead_id].terms,
            owner=self._contacts.of(self._leads[lead_id]).fields.get(OWNER),
        )

    def _terms(self, lead: Lead) -> Terms:
        deal = self._contacts.placement(lead).deal
        if deal is None:
            raise AssertionError("a deal is due where the rules name one")
        name = deal_name(deal.name, self._contacts.output(lead))
        return Terms(name=name, pipeline=deal.pipeline, stage=deal.stage, amount=deal.amount)


def stories(target: str, lead_id: str, detail: Mapping[str, object]) -> Sequence[Story]:
    """What an outcome says of a deal."""
    if DEAL in detail:
        told = {"target": target, "deal_id": detail[DEAL]}
        return [Story(lead_id=lead_id, kind="deal_opened", detail=told)]
    if NO_DEAL in detail:
        told = {"target": target, "reason": detail[NO_DEAL]}
        return [Story(lead_id=lead_id, kind="deal_left_out", detail=told)]
    return []


def _both(contact: Done, deal: Outcome) -> Outcome:
    match deal:
        case Done():
            return replace(contact, detail={**contact.detail, DEAL: deal.reference})
        case Refused():
            return replace(contact, detail={**contact.detail, NO_DEAL: deal.reason})
        case unsettled:
            return unsettled
