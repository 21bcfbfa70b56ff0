"""Old values are put back where nobody has touched them since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.changes import fields_alike
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import GiveUpError, HaltError, NotReadyError, RetryLaterError
from alpha_swarm.pipeline.effects.persistence import patiently
from alpha_swarm.ports.crm import Record
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.pipeline.crm.contacts import ContactsOf
    from alpha_swarm.ports.changes import Past
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Ledger

#: Few, since they are put back after they were looked at: what a person edits in between would be lost.
_PAGE = 25


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a run's changes."""

    changes: int
    """Those of which anything was put back."""
    fields: int
    """Fields of records that have their old value again, or none if they had none."""
    edited: int
    """Fields of records that somebody has changed since: they are left as they are."""
    created: int
    """Records that the run created: they are left as they are."""
    gone: int
    """Changes of records that are no longer there, or that the CRM will not take back."""
    stopped: dict[str, str]
    """CRM → why it went no further there; the same again goes on where it was."""


@dataclass(slots=True)
class _Tally:
    """Several changes may be of one field, which then counts once."""

    changes: int = 0
    created: int = 0
    gone: int = 0
    fields: set[tuple[Target, str, str]] = field(default_factory=set)
    edited: set[tuple[Target, str, str]] = field(default_factory=set)
    stopped: dict[str, str] = field(default_factory=dict)

    def undone(self) -> Undone:
        """All in all."""
        edited = self.edited - self.fields
        return Undone(self.changes, len(self.fields), len(edited), self.created, self.gone, self.stopped)


class Undo:
    """Takes back what a run wrote, from its newest change to its oldest."""

    def __init__(
        self, ledger: Ledger, crms: Mapping[Target, Crm], contacts: ContactsOf, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._crms = crms
        self._contacts = contacts
        self._clock = clock

    def run(self, run: str, target: Target | None = None) -> Undone:
        """``run``: a batch's id, or a day in UTC. A CRM that cannot be asked keeps back no other.

        Raises:
            NotReadyError: something of our own is not there.
        """
        told = _Tally()
        for crm in self._crms.values() if target is None else [self._crms[target]]:
            try:
                self._all_of(run, crm, told)
            except NotReadyError:
                raise
            except (HaltError, RetryLaterError, GiveUpError) as error:
                told.stopped[crm.target.value] = str(error)
        return told.undone()

    def _all_of(self, run: str, crm: Crm, told: _Tally) -> None:
        last: int | None = None
        while page := self._page(run, crm.target, last):
            last = page[-1].id
            self._take_back(crm, page, told)

    def _page(self, run: str, target: Target, last: int | None) -> Sequence[Past]:
        with self._ledger.read() as tx:
            return tx.changes.of(run, target, last, _PAGE)

    def _take_back(self, crm: Crm, changes: Sequence[Past], told: _Tally) -> None:
        standing = patiently(self._clock, lambda: self._standing(crm, changes))
        done: list[Past] = []
        try:
            for past in changes:
                if self._taken_back(crm, past, standing, told):
                    done.append(past)  # noqa: PERF401 - what was taken back before a failure counts as well
        finally:
            with self._ledger.begin() as tx:
                tx.changes.undone([past.id for past in done])
                tx.tell(_stories(done))
                if done:
                    leads = sorted({past.lead_id for past in done})
                    tx.audit.note(AuditKind.CHANGE, action="undo", target=crm.target.value, leads=leads)

    def _standing(self, crm: Crm, changes: Sequence[Past]) -> dict[str, Record]:
        """By id, since several leads may have written one."""
        contacts = self._contacts(crm.target, ())
        with self._ledger.read() as tx:
            leads = tx.leads.load({past.lead_id for past in changes}, history=False)
            contacts.know(tx, leads)
        found = crm.read([contacts.of(lead) for lead in leads.values()])
        return {one.id: one for one in found.values() if isinstance(one, Record)}

    def _taken_back(self, crm: Crm, past: Past, standing: dict[str, Record], told: _Tally) -> bool:
        if past.before is None:
            told.created += 1
            return False
        # Another record that has the person's e-mail by now is nothing of this run's.
        record = standing.get(past.external_id or "")
        if record is None:
            told.gone += 1
            return False
        back = _old_values(past, past.before, record, told)
        if not back or not self._restored(crm, record.id, back, told):
            return False
        left = {name: value for name, value in {**record.fields, **back}.items() if value is not None}
        standing[record.id] = replace(record, fields=left)
        told.changes += 1
        told.fields |= _named(past, back)
        return True

    def _restored(self, crm: Crm, record_id: str, back: Mapping[str, object], told: _Tally) -> bool:
        try:
            patiently(self._clock, lambda: crm.restore(record_id, back))
        except GiveUpError:
            told.gone += 1
            return False
        return True


def _old_values(past: Past, before: Mapping[str, object], record: Record, told: _Tally) -> dict[str, object]:
    """Of the fields that hold what we wrote; what never took effect is nobody's edit."""
    untouched = fields_alike(past.after, past.after, record.fields)
    others = past.after.keys() - set(untouched)
    told.edited |= _named(past, others.difference(fields_alike(others, before, record.fields)))
    return {name: before.get(name) for name in untouched}


def _named(past: Past, names: Iterable[str]) -> set[tuple[Target, str, str]]:
    return {(past.target, past.external_id or "", name) for name in names}


def _stories(done: Iterable[Past]) -> list[Story]:
    return [
        Story(
            lead_id=past.lead_id, kind="undone", detail={"target": past.target.value, "fields": [*past.after]}
        )
        for past in done
    ]
