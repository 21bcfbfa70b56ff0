"""What keeps contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.states import Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    A call that fails as a whole raises a verdict of :mod:`alpha_swarm.errors`.
    """

    @property
    def target(self) -> Target:
        """Which CRM this is."""
        ...

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        ...

    def fields(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The CRM's fields for an output payload: pure, without blanks; what is fingerprinted."""
        ...

    def find(self, email: str | None, phone: str | None) -> str | None:
        """The id of the record with this e-mail, else with this phone."""
        ...

    def split(self, contacts: Sequence[Contact]) -> Sequence[Sequence[Contact]]:
        """The contacts of each call of :meth:`upsert`; those that share a record share a call."""
        ...

    def upsert(self, contacts: Sequence[Contact]) -> Mapping[str, Outcome]:
        """Write each contact: lead id → outcome.

        ``Done.reference`` is the record's id; its ``detail["action"]`` is one of ``create_contact``,
        ``update_contact`` and ``add_to_campaign``.
        """
        ...

    def erase(self, external_id: str) -> None:
        """Remove a record; one that is gone already is no error."""
        ...

    def close(self) -> None:
        """Give back threads and connections."""
        ...
