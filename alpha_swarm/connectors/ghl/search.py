"""The search for many by filters: it is proven before it counts, and every answer is looked at.

Its body stands in no contract, and its index lags behind. So it says no more than who may be there: what
stands in a record is read from the record, and whoever is not found is created only where the location
refuses those who are there after all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.ghl import schemas
from alpha_swarm.connectors.ghl.client import UNFIT
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.crm.changes import spelt
from alpha_swarm.errors import STOPPING, AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer, Call
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.schemas import ContactRecord
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Contact
    from alpha_swarm.ports.edge import Facts

PERSONS_A_CALL = 50
#: A field's name, and its value in one spelling.
Handle = tuple[str, Any]
_PROVEN = "proven"
_WITHDRAWN = "withdrawn"


class Search:
    """The search of one location; all processes share what was proven."""

    def __init__(self, client: GhlClient, known: Facts, location_id: str) -> None:
        self._client = client
        self._known = known
        self._fact = f"ghl.search:{location_id}"
        self._unfit = False
        self._written: Mapping[str, tuple[Contact, str]] = {}

    @property
    def trusted(self) -> bool:
        """Whether it has found whom the search for one had found, and nothing has spoken against it since."""
        return not self._unfit and self._known.get(self._fact) == _PROVEN

    def find(
        self, contacts: Sequence[Contact], at_once: int
    ) -> dict[str, list[ContactRecord] | AlphaSwarmError]:
        """Lead id → who may be it, as the index has it; who is left out has to be searched for alone.

        Raises what stops the target.
        """
        found: dict[str, list[ContactRecord] | AlphaSwarmError] = {}
        chunks = list(_chunks(contacts))
        for place, came in self._answers(chunks, at_once):
            if isinstance(came, STOPPING):
                raise came
            if isinstance(came, AlphaSwarmError):
                found |= dict.fromkeys((one.lead_id for one in chunks[place]), came)
            elif came is not None:
                index = _by_handle(came)
                found |= {one.lead_id: _those_of(one, index) for one in chunks[place]}
        return found

    def prove(self, standing: Mapping[str, tuple[Contact, str]]) -> None:
        """Ask for some of whom the search for one has found: lead id → the contact and its record's id.

        A verdict is no proof, and none against it either: another batch will ask again.
        """
        if not standing or self._unfit or self.trusted:
            return
        known = list(standing.values())[:PERSONS_A_CALL]
        for _, came in self._answers([[contact for contact, _ in known]], 1):
            if isinstance(came, list) and {one.id for one in came} & {record for _, record in known}:
                self._known.put(self._fact, _PROVEN)

    def wrote(self, contacts: Mapping[str, Contact], outcomes: Mapping[str, Outcome]) -> None:
        """Whoever was written is sure to be there."""
        self._written = {
            lead_id: (contacts[lead_id], one.reference)
            for lead_id, one in outcomes.items()
            if isinstance(one, Done) and one.reference
        } or self._written

    def prove_by_written(self) -> None:
        """The same by whom an earlier batch has written: by now the index has had some time."""
        written, self._written = self._written, {}
        self.prove(written)

    def _answers(
        self, chunks: Sequence[Sequence[Contact]], at_once: int
    ) -> Iterator[tuple[int, list[ContactRecord] | AlphaSwarmError | None]]:
        """Place → the records, a verdict, or ``None`` where the answer says nothing of those who lack."""
        calls = [self._client.searching(filters_of(chunk)) for chunk in chunks]
        for portion in self._client.each(calls, at_once):
            for place, answer in portion.items():
                if isinstance(answer, AlphaSwarmError):
                    yield place, answer
                else:
                    yield place, self._judged(calls[place], answer, chunks[place])

    def _judged(self, call: Call, answer: Answer, asked: Sequence[Contact]) -> list[ContactRecord] | None:
        page = None if answer.status in UNFIT else self._parsed(call, answer)
        if page is None or not _all_asked_for(page.contacts, asked):
            self._withdraw()
            return None
        # An answer that goes on elsewhere does not say who is not there.
        return list(page.contacts) if len(page.contacts) == page.total else None

    def _parsed(self, call: Call, answer: Answer) -> schemas.SearchPage | None:
        try:
            return self._client.parsed(call, answer, schemas.SearchPage)
        except AlphaSwarmError:
            return None

    def _withdraw(self) -> None:
        """This process asks no more; the next one to start may prove it anew."""
        self._unfit = True
        if self._known.get(self._fact) == _PROVEN:
            self._known.put(self._fact, _WITHDRAWN)


def filters_of(contacts: Sequence[Contact]) -> list[dict[str, Any]]:
    """Any of their e-mails and phones."""
    return [
        {"field": name, "operator": "eq", "value": contact.fields[name]}
        for contact in contacts
        for name in ("email", "phone")
        if contact.fields.get(name)
    ]


def _chunks(contacts: Sequence[Contact]) -> Iterator[Sequence[Contact]]:
    for start in range(0, len(contacts), PERSONS_A_CALL):
        yield contacts[start : start + PERSONS_A_CALL]


def _those_of(contact: Contact, index: Mapping[Handle, Sequence[ContactRecord]]) -> list[ContactRecord]:
    """Those with its e-mail; where there are none, those with its phone."""
    by_email, by_phone = (list(index.get(handle, ())) if handle else [] for handle in _handles(contact))
    return by_email or by_phone


def _by_handle(records: Iterable[ContactRecord]) -> Mapping[Handle, Sequence[ContactRecord]]:
    """By the first e-mail and the first phone."""
    index: dict[Handle, list[ContactRecord]] = {}
    for record in records:
        shown = record.shown
        for name in ("email", "phone"):
            if shown.get(name):
                index.setdefault(_handle(name, shown[name]), []).append(record)
    return index


def _all_asked_for(records: Iterable[ContactRecord], asked: Iterable[Contact]) -> bool:
    """By any of its e-mails or phones, each: a person may have several."""
    known = {handle for contact in asked for handle in _handles(contact) if handle}
    return not any(known.isdisjoint(_all_handles(record)) for record in records)


def _all_handles(record: ContactRecord) -> Iterator[Handle]:
    for name, values in zip(("email", "phone"), record.handles(), strict=True):
        yield from (_handle(name, value) for value in values)


def _handles(contact: Contact) -> tuple[Handle | None, Handle | None]:
    email, phone = (contact.fields.get(name) for name in ("email", "phone"))
    return email and _handle("email", email), phone and _handle("phone", phone)


def _handle(name: str, value: Any) -> Handle:
    """By which spellings that say the same are one."""
    return name, spelt(name, value)
