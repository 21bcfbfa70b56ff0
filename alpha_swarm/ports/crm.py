"""What keeps contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.states import Priority

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.domain.effect import Outcome
    from alpha_swarm.domain.states import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A lead on its way into a CRM."""

    lead_id: str
    fields: Mapping[str, Any]
    """As :meth:`Crm.fields` mapped them: no blanks."""
    external_id: str | None = None
    """The record's id from an earlier sync."""
    priority: Priority


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
        """The CRM's fields for the output fields: pure, without blanks; what is fingerprinted."""
        ...

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The id of the record with this e-mail, else with this phone."""
        ...

    def calls_in(self, contacts: int) -> int:
        """How many calls an upsert of so many contacts is made of, when none of them goes wrong."""
        ...

    def upsert(self, contacts: Sequence[Contact], at_once: int = 1) -> Iterator[Mapping[str, Outcome]]:
        """Write each contact, in at most ``at_once`` calls at a time: lead id → outcome, in portions.

        ``Done.reference`` is the record's id; its ``detail["action"]`` is one of ``create_contact``,
        ``update_contact`` and ``add_to_campaign``. A verdict that is raised on the way holds for the contacts
        that no portion named.
        """
        ...

    def erase(self, external_id: str) -> None:
        """Remove a record; one that is gone already is no error."""
        ...

    def close(self) -> None:
        """Give back threads and connections."""
        ...
