"""The answers of Instantly, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.values import Id, Moment

if TYPE_CHECKING:
    from collections.abc import Mapping


class CreatedLead(Answer):
    """A lead that was created; ``index`` is its place among those sent."""

    index: int = Field(ge=0)
    id: Id
    email: str | None = None


class Added(Answer):
    """What became of the leads sent."""

    total_sent: int
    leads_uploaded: int
    in_blocklist: int
    duplicated_leads: int
    skipped_count: int
    invalid_email_count: int
    incomplete_count: int
    duplicate_email_count: int
    created_leads: list[CreatedLead]


class LeadRecord(Answer):
    """A lead of the campaign."""

    model_config = ConfigDict(extra="allow")

    id: Id
    email: str | None = None
    campaign: str | None = None
    """``None`` in a list."""
    payload: dict[str, Any] | None = None
    updated_at: Moment = Field(default=None, alias="timestamp_updated")

    @property
    def shown(self) -> Mapping[str, Any]:
        """The lead's own fields, by the names that the answer has."""
        return {**(self.model_extra or {}), "email": self.email}


class LeadPage(Answer):
    """A page of leads."""

    items: list[LeadRecord]
    next_starting_after: str | None = None
