"""One upsert: what stands is read, what is decided is written, and whoever has to wait comes again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.connectors.salesforce.results import CONTESTED, Meaning, Misfit, Rival, Write
from alpha_swarm.domain.calls.effect import Again, Done, Held, Outcome
from alpha_swarm.domain.crm.changes import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.salesforce.reading import Reading
    from alpha_swarm.connectors.salesforce.writing import Writing
    from alpha_swarm.ports.crm import Contact, Decide, Record

CHANGED = "the fields of salesforce have changed; looked at again"


class Upserting:
    """In waves in which no record and no e-mail comes twice."""

    def __init__(self, reading: Reading, writing: Writing, decide: Decide) -> None:
        self._reading = reading
        self._writing = writing
        self._decide = decide
        self._contested: set[str] = set()
        self.misfits = False
        """Whether the org's fields turned out to be others."""

    def of(self, contacts: Sequence[Contact]) -> Iterator[Mapping[str, Outcome]]:
        """Lead id → outcome, in portions."""
        waiting = list(contacts)
        while waiting:
            standing = self._reading.of(waiting)
            yield {lead_id: one for lead_id, one in standing.items() if isinstance(one, Held)}
            wave, waiting = _distinct(waiting, standing)
            settled, writes = self._decided(wave)
            yield settled
            for portion in self._writing.of(writes):
                yield from self._settled(writes, portion, waiting)

    def _decided(
        self, wave: Sequence[tuple[Contact, Record | None]]
    ) -> tuple[dict[str, Outcome], list[Write]]:
        decided = self._decide(wave) if wave else {}
        settled: dict[str, Outcome] = {}
        writes: list[Write] = []
        for contact, record in wave:
            match decided[contact.lead_id]:
                case Change(after=after) as change if after or record is None:
                    writes.append(Write(contact, record, change))
                case Change():
                    settled[contact.lead_id] = Done(record.id if record else None, {"action": "none"})
                case outcome:
                    settled[contact.lead_id] = outcome
        return settled, writes

    def _settled(
        self, writes: Sequence[Write], portion: Mapping[str, Meaning], waiting: list[Contact]
    ) -> Iterator[Mapping[str, Outcome]]:
        """The outcomes; whoever has a rival is looked up once more: a record may be there by now."""
        rivals = {lead_id: one for lead_id, one in portion.items() if isinstance(one, Rival)}
        waiting += [
            replace(write.contact, external_id=rivals[write.contact.lead_id].record_id)
            for write in writes
            if write.contact.lead_id in rivals.keys() - self._contested
        ]
        yield dict.fromkeys(rivals.keys() & self._contested, CONTESTED)
        self._contested |= rivals.keys()
        yield {lead_id: self._outcome(one) for lead_id, one in portion.items() if not isinstance(one, Rival)}

    def _outcome(self, meaning: Outcome | Misfit) -> Outcome:
        if not isinstance(meaning, Misfit):
            return meaning
        self.misfits = True
        return Again(CHANGED, after=0)


def _distinct(
    waiting: Sequence[Contact], standing: Mapping[str, Record | Held]
) -> tuple[list[tuple[Contact, Record | None]], list[Contact]]:
    """Who goes now, each with the record that stands for it, and who waits because another has it."""
    wave: list[tuple[Contact, Record | None]] = []
    later: list[Contact] = []
    taken: set[str] = set()
    for contact in waiting:
        record = standing.get(contact.lead_id)
        if isinstance(record, Held):
            continue
        keys = {contact.fields.get("email", contact.lead_id), record.id if record else contact.lead_id}
        if keys & taken:
            later.append(contact)
        else:
            wave.append((contact, record))
            taken |= keys
    return wave, later
