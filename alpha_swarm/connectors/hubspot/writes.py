"""Contacts on their way in a batch, and what the answer says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.hubspot import facts, mapping
from alpha_swarm.connectors.hubspot.batches import chunks
from alpha_swarm.connectors.hubspot.schemas import TRACE, BatchAnswer, ContactRecord, RecordError
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A contact, the record that stands for it, and what is sent."""

    contact: Contact
    record: Record | None
    change: Change
    tries: int
    """How often it was tried before."""

    def input(self) -> dict[str, Any]:
        """As the batch has it; a new record has what tells it from all others in any case."""
        properties = mapping.to_properties(self.change.after)
        if self.record is not None:
            return {"id": self.record.id, "properties": properties, TRACE: self.contact.lead_id}
        return {"properties": properties | self._own, "associations": [], TRACE: self.contact.lead_id}

    @property
    def names(self) -> list[str]:
        """By what an answer may name it."""
        standing = [self.record.id] if self.record is not None else self._own.values()
        return [self.contact.lead_id, *standing]

    @property
    def _own(self) -> dict[str, str]:
        email = self.contact.fields.get("email")
        return {mapping.LEAD_ID: self.contact.lead_id, **({"email": str(email)} if email else {})}


#: Members of an error's context that say whom it is about.
_NAMING = (TRACE, "ids", "id")


@dataclass(frozen=True, slots=True)
class Unnamed:
    """The answer does not say, or contradicts itself."""


Heard = ContactRecord | RecordError | Unnamed


def batches(writes: Sequence[Write]) -> list[Sequence[Write]]:
    """Each of one kind: records are updated, or created."""
    new = [write for write in writes if write.record is None]
    return chunks([write for write in writes if write.record is not None]) + chunks(new)


def heard(writes: Sequence[Write], answer: BatchAnswer) -> list[tuple[Write, Heard]]:
    """What the answer says of each; only who is named once is believed to be what is said of him.

    In an answer with something for each, the only error that names nobody is about the only one who is left.
    """
    lead_ids = {name: write.contact.lead_id for write in writes for name in write.names}
    said: dict[str, list[ContactRecord | RecordError]] = {write.contact.lead_id: [] for write in writes}
    for result in answer.results:
        _note(said, lead_ids, _names_of(result), result)
    unnamed = [
        error
        for error in answer.errors
        if not _note(said, lead_ids, [one for key in _NAMING for one in error.named(key)], error)
    ]
    silent = [lead_id for lead_id, heard_of in said.items() if not heard_of]
    complete = len(answer.results) + len(answer.errors) == len(writes)
    if complete and len(unnamed) == len(silent) == 1:
        said[silent[0]] = [*unnamed]
    return [(write, _once(said[write.contact.lead_id])) for write in writes]


def reason(error: RecordError) -> str:
    """What may be shown of a refusal."""
    words = (error.category, *facts.codes(error.message), *facts.properties_named(error.message))
    return "hubspot refused it: " + (", ".join(filter(None, words)) or "no reason given")


def _note(
    said: Mapping[str, list[ContactRecord | RecordError]],
    lead_ids: Mapping[str, str],
    names: Iterable[str],
    what: ContactRecord | RecordError,
) -> bool:
    """Whether it names anybody."""
    named = {lead_ids[name] for name in names if name in lead_ids}
    for lead_id in named:
        said[lead_id].append(what)
    return bool(named)


def _names_of(result: ContactRecord) -> list[str]:
    """By its trace id; a result without one is known by its id, or by what no other record has."""
    if result.trace is not None:
        return [result.trace]
    values = result.properties
    return [result.id, values.get(mapping.LEAD_ID) or "", (values.get("email") or "").lower()]


def _once(said: Sequence[ContactRecord | RecordError]) -> Heard:
    return said[0] if len(said) == 1 else Unnamed()
