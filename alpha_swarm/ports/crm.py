"""What keeps contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.calls.effect import Held, Outcome
from alpha_swarm.domain.crm.changes import Change, Theirs
from alpha_swarm.domain.states import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.domain.states import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A lead on its way into a CRM."""

    lead_id: str
    fields: Mapping[str, Any]
    """Output field → its value as :meth:`Crm.fields` made it fit: no blanks."""
    external_id: str | None = None
    """The record's id from an earlier sync."""
    priority: Priority
    campaign: str | None = None
    """Where it goes in place of the usual one, in a CRM that has campaigns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Theirs):
    """A contact's record as the CRM holds it, by output fields, spelt as :meth:`Crm.fields` would."""

    id: str


#: Contacts, each with the record that stands for it → by lead id what is to be sent of it, or its outcome
#: where nothing is. It is asked before anything is sent, and writes down what is going to be changed. To ask
#: for a contact again says that what was decided before was refused.
Decide = Callable[[Sequence[tuple[Contact, Record | None]]], Mapping[str, Change | Outcome]]


class Crm(Protocol):
    """One CRM; every connector passes the same test suite.

    What fails as a whole raises a verdict of :mod:`alpha_swarm.errors`.
    """

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        ...

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        ...

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Those output fields that the CRM takes, as it holds them: pure, without blanks."""
        ...

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The id of the record with this e-mail, else with this phone."""
        ...

    def read(self, contacts: Sequence[Contact]) -> Mapping[str, Record | Held]:
        """Lead id → the record that stands for it; held where several do, absent where none does."""
        ...

    def taken(self, contact: Contact, record: Record | None) -> Contact:
        """The contact with what an upsert takes of it, into this record or as a new one; nothing is made."""
        ...

    def calls_in(self, contacts: int) -> int:
        """How many calls an upsert of so many contacts takes at the most, when none of them goes wrong."""
        ...

    def upsert(
        self, contacts: Sequence[Contact], decide: Decide, at_once: int = 1
    ) -> Iterator[Mapping[str, Outcome]]:
        """Write what is decided, in at most ``at_once`` calls at a time: lead id → outcome, in portions.

        ``decide`` is asked once it is known what stands, and nothing but its answer is sent.
        ``Done.reference`` is the record's id, its ``detail["action"]`` is one of ``create_contact``,
        ``update_contact``, ``add_to_campaign`` and ``none``; ``detail["not_kept"]`` names fields that were
        sent and did not stand there afterwards, ``detail["stays_in"]`` the campaign that a lead stays in
        though it is to be in another one. A verdict that is raised on the way holds for
        the contacts that no portion named.
        """
        ...

    def restore(self, external_id: str, fields: Mapping[str, Any | None]) -> None:
        """Set these fields of a record whatever stands there; ``None`` empties one.

        Raises:
            GiveUpError: there is no such record, or it refuses.
        """
        ...

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """Remove every record that is the person, duplicates too; one that is gone already is no error.

        That is whoever has one of the record ids, the lead's id, an e-mail or a phone exactly as given; a
        record that has the phone and another person's e-mail is left and named in the note. ``barred`` says
        whether an outreach tool is also to refuse the person from now on. It is done when nothing is left:
        whatever is raised, the same again removes the rest.
        """
        ...

    def silence(self, who: Identifiers) -> Receipt:
        """See to it that nothing is sent to the person from here any more, and leave their values.

        It reaches every record that ``forget`` would remove, and no other; again it changes nothing.

        Raises:
            GiveUpError: a person has to do it; the text names the records and what to do.
        """
        ...

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """Every record that ``forget`` would remove, as the CRM has it."""
        ...

    def names(self, who: Identifiers) -> Identifiers:
        """The e-mails and profiles of these records; by a phone nobody is known elsewhere."""
        ...

    def close(self) -> None:
        """Give back threads and connections."""
        ...
