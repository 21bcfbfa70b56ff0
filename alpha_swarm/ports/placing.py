"""What some CRMs do with contacts besides keeping them: they have owners, deals, and fields of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from alpha_swarm.domain.crm.deals import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A deal to be opened with a contact."""

    lead_id: str
    """By which the deal is told from all others."""
    record_id: str
    """The contact's."""
    terms: Terms
    owner: str | None
    """The id of whoever owns the contact."""


@runtime_checkable
class AssignsOwners(Protocol):
    """A CRM whose records belong to somebody; its contacts have the field ``owner``."""

    def owner_id(self, named: str) -> str | None:
        """The id of the person with this e-mail or id; ``None`` where there is nobody, or more than one."""
        ...


@runtime_checkable
class OpensDeals(Protocol):
    """A CRM that keeps deals."""

    def obstacle(self, terms: Terms) -> str | None:
        """Why none can be opened on these terms; ``None`` where nothing is known against it."""
        ...

    def open_deals(self, openings: Sequence[Opening], at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """Open those that are not there: lead id → outcome, in portions; may be repeated.

        A deal that an earlier call opened is found by what tells it from all others, and left as it is.
        ``Done.reference`` is the deal's id. A verdict that is raised on the way holds for those that no
        portion named.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Values that are left out for want of a place."""

    detail: str
    remedy: str


@runtime_checkable
class MayLackFields(Protocol):
    """A CRM in which people make the fields, or change them."""

    def gap(self) -> Gap | None:
        """What is left out by now; asked anew."""
        ...


@runtime_checkable
class HasCampaigns(Protocol):
    """A CRM that writes to people."""

    def has_campaign(self, campaign_id: str) -> bool:
        """Whether it is there."""
        ...
