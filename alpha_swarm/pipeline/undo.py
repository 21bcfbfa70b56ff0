"""Old values are put back where nobody has touched them since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.changes import fields_alike
from alpha_swarm.domain.routing.route import Placement
from alpha_swarm.errors import GiveUpError, HaltError, NotReadyError, RetryLaterError
from alpha_swarm.pipeline.contacts import contact_of
from alpha_swarm.pipeline.persistence import patiently
from alpha_swarm.ports.crm import Record
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.effect import Held
    from alpha_swarm.domain.states import Target
    from alpha_swarm.ports.changes import Past
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Ledger

_PAGE = 100


@dataclass(slots=True)
class Undone:
    """What became of a run's changes."""

    changes: int = 0
    """Those of which anything was put back."""
    fields: int = 0
    """Fields that have their old value again, or none if they had none."""
    edited: int = 0
    """Fields that somebody has changed since: they are left as they are."""
    created: int = 0
    """Records that the run created: they are left as they are."""
    gone: int = 0
    """Changes of records that are no longer there, or that the CRM will not take back."""
    stopped: dict[str, str] = field(default_factory=dict)
    """CRM → why it went no further there; the same again goes on where it was."""


class Undo:
    """Takes back what a run wrote, from its newest change to its oldest."""

    def __init__(self, ledger: Ledger, crms: Mapping[Target, Crm], clock: Clock) -> None:
        self._ledger = ledger
        self._crms = crms
        self._clock = clock

    def run(self, run: str, target: Target | None = None) -> Undone:
        """``run``: a batch's id, or a day in UTC. A CRM that cannot be asked keeps back no other.

        Raises:
            NotReadyError: something of our own is not there.
        """
        told = Undone()
        for one in [target] if target else self._crms:
            try:
                self._all_of(run, one, told)
            except NotReadyError:
                raise
            except (HaltError, RetryLaterError, GiveUpError) as error:
                told.stopped[one.value] = str(error)
        return told

    def _all_of(self, run: str, target: Target, told: Undone) -> None:
        last: int | None = None
        while page := self._page(run, target, last):
            last = page[-1].id
            self._take_back(target, page, told)

    def _page(self, run: str, target: Target, last: int | None) -> Sequence[Past]:
        with self._ledger.read() as tx:
            return tx.changes.of(run, target, last, _PAGE)

    def _take_back(self, target: Target, changes: Sequence[Past], told: Undone) -> None:
        crm = self._crms[target]
        standing = dict(patiently(self._clock, lambda: self._standing(crm, changes)))
        done: list[Past] = []
        try:
            for past in changes:
                if self._taken_back(crm, past, standing, told):
                    done.append(past)  # noqa: PERF401 - what was taken back before a failure counts as well
        finally:
            with self._ledger.begin() as tx:
                tx.changes.undone([past.id for past in done])
                tx.tell(_stories(done))

    def _standing(self, crm: Crm, changes: Sequence[Past]) -> Mapping[str, Record | Held]:
        with self._ledger.read() as tx:
            leads = tx.leads.load({past.lead_id for past in changes}, history=False)
            placements = tx.syncs.placements(crm.target, list(leads))
        return crm.read(
            [contact_of(crm, lead, placements.get(lead.id, Placement())) for lead in leads.values()]
        )

    def _taken_back(self, crm: Crm, past: Past, standing: dict[str, Record | Held], told: Undone) -> bool:
        record = standing.get(past.lead_id)
        if past.before is None:
            told.created += 1
            return False
        if not isinstance(record, Record) or record.id != past.external_id:
            # Another record that has the person's e-mail by now is nothing of this run's.
            told.gone += 1
            return False
        untouched = fields_alike(past.after, past.after, record.fields)
        told.edited += len(past.after) - len(untouched)
        back = {name: past.before.get(name) for name in untouched}
        if not back or not self._restored(crm, record.id, back, told):
            return False
        left = {name: value for name, value in {**record.fields, **back}.items() if value is not None}
        standing[past.lead_id] = replace(record, fields=left)
        told.changes += 1
        told.fields += len(back)
        return True

    def _restored(self, crm: Crm, record_id: str, back: Mapping[str, object], told: Undone) -> bool:
        try:
            patiently(self._clock, lambda: crm.restore(record_id, back))
        except GiveUpError:
            told.gone += 1
            return False
        return True


def _stories(done: Iterable[Past]) -> list[Story]:
    return [
        Story(
            lead_id=past.lead_id, kind="undone", detail={"target": past.target.value, "fields": [*past.after]}
        )
        for past in done
    ]
