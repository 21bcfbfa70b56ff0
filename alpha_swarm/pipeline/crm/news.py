"""News of CRM records become leads, sightings, or nothing; what we wrote ourselves is no news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.news import Change
from alpha_swarm.domain.doors.intake import Door, InvalidLead, read_lead
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.states import Priority
from alpha_swarm.pipeline.crm.people import CrmPeople
from alpha_swarm.ports.crm_records import CrmRecord
from alpha_swarm.ports.records import Story
from alpha_swarm.ports.withheld import Withheld

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.crm.news import News, System
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.pipeline.receive import Receive
    from alpha_swarm.ports.ledger import Transaction
    from alpha_swarm.ports.records import Taken

DOOR = "crm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One record's news, whole: its time is known, and a record that is there has its fields."""

    record_id: str | None
    change: Change
    at: datetime
    fields: Mapping[str, str]

    @classmethod
    def of(cls, news: News, at: datetime, fields: Mapping[str, str] | None = None) -> Told:
        """With the record's own fields where it was asked for."""
        told = fields if fields is not None else news.fields or {}
        return cls(record_id=news.record_id, change=news.change, at=at, fields=told)


@dataclass(frozen=True, slots=True)
class _Contact:
    """A record that is there, and the lead that could be made of it."""

    told: Told
    found: LeadInput | InvalidLead
    """Or why no door lets it through."""
    leads: Sequence[str]
    """Who it is; several where it cannot be told which."""


def fold(told: Sequence[Told]) -> Told:
    """What remains of several events of one record, in whatever order they came.

    The latest counts, of equals a deletion; that a person asked for deletion is never overtaken.
    """
    last = max(told, key=lambda one: (one.at, one.change is not Change.CHANGED))
    private = any(one.change is Change.PRIVACY_DELETED for one in told)
    return replace(last, change=Change.PRIVACY_DELETED) if private else last


class TakeNews:
    """Takes in what one system told, at most one piece of news a record."""

    def __init__(self, receive: Receive, clock: Clock, policy: PrivacyPolicy) -> None:
        self._receive = receive
        self._clock = clock
        self._policy = policy

    def take(self, tx: Transaction, system: System, told: Sequence[Told]) -> Sequence[Taken]:
        """Who was taken in; the caller hands that to ``Receive.tell`` after the commit."""
        known = tx.crm_records.known(system, [one.record_id for one in told if one.record_id])
        fresh = [one for one in _permitted(tx, system, told) if not _is_late(one, known)]
        there = [one for one in fresh if one.change is Change.CHANGED and not _is_seen(tx, one, known)]
        read = [self._read(system, one) for one in there]
        people = CrmPeople(tx, system, known, [one for one in read if isinstance(one, LeadInput)])
        _forget(tx, system, [one for one in fresh if one.change is not Change.CHANGED])
        contacts = [
            _Contact(
                one, found, people.leads_of(one.record_id, found if isinstance(found, LeadInput) else None)
            )
            for one, found in zip(there, read, strict=True)
        ]
        return self._arrive(tx, system, people, _not_retired(tx, system, contacts))

    def _arrive(
        self, tx: Transaction, system: System, people: CrmPeople, contacts: Sequence[_Contact]
    ) -> Sequence[Taken]:
        ours = [one for one in contacts if one.leads and people.is_ours(one.leads[0], one.told.fields)]
        others = [one for one in contacts if one not in ours]
        refused = [one for one in others if isinstance(one.found, InvalidLead)]
        news = [(one, one.found) for one in others if isinstance(one.found, LeadInput)]
        taken = self._take(tx, news, refused) if others else ()
        came = [
            (one, one_taken.lead_id)
            for (one, _), one_taken in zip(news, taken, strict=True)
            if not one_taken.suppressed
        ]
        tx.tell(_seen(system, one.told, lead_id) for one, lead_id in came)
        _remember(tx, system, [(one, one.leads) for one in (*ours, *refused)])
        _remember(tx, system, [(one, one.leads or [lead_id]) for one, lead_id in came])
        return taken

    def _take(
        self, tx: Transaction, news: Sequence[tuple[_Contact, LeadInput]], refused: Sequence[_Contact]
    ) -> Sequence[Taken]:
        why = [one.found for one in refused]
        forbidden = Counter(name for one in why if isinstance(one, InvalidLead) for name in one.forbidden)
        tx.withheld.count(DOOR, Withheld.REFUSED, forbidden)
        return self._receive.record(
            tx,
            [found for _, found in news],
            priority=Priority.NORMAL,
            door=DOOR,
            rejected=len(refused),
            known=[next(iter(one.leads), None) for one, _ in news],
        )

    def _read(self, system: System, told: Told) -> LeadInput | InvalidLead:
        raw = {**told.fields, "source_name": system.value, "scraped_at": told.at}
        try:
            return read_lead(raw, now=self._clock.now(), door=Door.CRM, policy=self._policy)
        except InvalidLead as invalid:
            return invalid


def _permitted(tx: Transaction, system: System, told: Sequence[Told]) -> list[Told]:
    """Without records whose persons are not to come back, whatever they are called there by now."""
    record_ids = [one.record_id for one in told if one.record_id]
    kept_out = tx.suppressions.records(system.value, record_ids) if record_ids else set()
    changed = sum(one.record_id in kept_out and one.change is Change.CHANGED for one in told)
    if changed:
        tx.duties.returned(changed)
        tx.count_intake(DOOR, 0, 0, changed)
    return [one for one in told if one.record_id not in kept_out]


def _not_retired(tx: Transaction, system: System, contacts: Sequence[_Contact]) -> Sequence[_Contact]:
    """Without whoever was kept no longer, and is known by nothing but the record that was left there.

    Or each edit of it would begin their time anew.
    """
    unknown = {one.told.record_id for one in contacts if one.told.record_id and not one.leads}
    retired = tx.suppressions.retired(system.value, unknown) if unknown else set()
    if retired:
        tx.count_intake(DOOR, 0, 0, len(retired))
    return [one for one in contacts if one.leads or one.told.record_id not in retired]


def _is_late(told: Told, known: Mapping[str, CrmRecord]) -> bool:
    """Whether later news of the record came before; a person's wish is never overtaken."""
    record = known.get(told.record_id or "")
    if record is None or record.changed_at is None or told.change is Change.PRIVACY_DELETED:
        return False
    return told.at < record.changed_at or (record.gone and told.at == record.changed_at)


def _is_seen(tx: Transaction, told: Told, known: Mapping[str, CrmRecord]) -> bool:
    """Whether the record says what it said when it was last seen."""
    record = known.get(told.record_id or "")
    return record is not None and record.fingerprint == tx.crm_records.fingerprint(told.fields)


def _forget(tx: Transaction, system: System, deleted: Sequence[Told]) -> None:
    gone = {one.record_id: one for one in deleted if one.record_id}
    leads = tx.crm_records.forget(system, {key: one.at for key, one in gone.items()})
    for record_id, lead_id in leads.items():
        detail = {"system": system.value, "external_id": record_id}
        tx.tell([Story(lead_id=lead_id, kind=f"record_{gone[record_id].change.value}", detail=detail)])


def _remember(tx: Transaction, system: System, contacts: Sequence[tuple[_Contact, Sequence[str]]]) -> None:
    """A record that may be one of several persons is nobody's: which one a person must say."""
    records = {
        one.told.record_id: CrmRecord(
            lead_id=leads[0] if len(leads) == 1 else None,
            fingerprint=tx.crm_records.fingerprint(one.told.fields),
            changed_at=one.told.at,
        )
        for one, leads in contacts
        if one.told.record_id
    }
    tx.crm_records.remember(system, records)


def _seen(system: System, told: Told, lead_id: str) -> Story:
    detail = {"system": system.value, "external_id": told.record_id}
    return Story(lead_id=lead_id, kind="seen_in_crm", detail=detail)
