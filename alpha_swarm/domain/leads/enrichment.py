"""What comes back from the enricher, and what of it is fit for use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alpha_swarm.domain.states import EnrichmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderUse:
    """One provider's part in an enrichment."""

    name: str
    fields: tuple[str, ...]
    timestamp: str
    confidence: float | None = None
    """From 0 to 1, where it says how sure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """A row as the enricher holds it, values unchecked."""

    row_id: str
    lead_id: str | None
    status: EnrichmentStatus
    error: str | None = None
    values: Mapping[str, Any]
    """Column name → value, blanks included."""
    providers: tuple[ProviderUse, ...] = ()
    credits_used: float | None = None
    """``None`` in a delivery that holds only some columns: the row must be fetched."""
    enriched_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether the enricher says that it is over."""
        return self.status not in {"pending", "in_progress"}

    @property
    def complete(self) -> bool:
        """Whether all columns are here."""
        return self.credits_used is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Enriched values that passed their checks; a value that did not is ``None``."""

    email_work: str | None = None
    email_personal: str | None = None
    phone: str | None = None
    """E.164."""
    title: str | None = None
    company_domain: str | None = None
    company_industry: str | None = None
    company_size: int | None = None
    company_revenue: str | None = None
    company_location: str | None = None
    tech_stack: tuple[str, ...] = ()
    funding_stage: str | None = None
    funding_amount: str | None = None
    linkedin_headline: str | None = None
    linkedin_summary: str | None = None
    linkedin_connections: int | None = None
    recent_posts: tuple[str, ...] = ()
    mutual_connections: int | None = None

    @property
    def email(self) -> str | None:
        """The best address: work before personal."""
        return self.email_work or self.email_personal


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """A finished enrichment of one lead, judged by us."""

    status: EnrichmentStatus
    values: Values
    providers: tuple[ProviderUse, ...] = ()
    credits_used: float | None = 0.0
    """``None`` until it is reckoned, where the enricher does not say."""
    actions_used: float = 0.0
    credits_reported: bool = True
    """Whether the enricher itself said what it cost."""
    enriched_at: datetime
    error: str | None = None
    earlier: tuple[ProviderUse, ...] = ()
    """Of results before this one what still stands: who found it."""
    dropped: tuple[tuple[str, str], ...] = ()
    """``(field, provider or "unknown")`` for each value that failed its check."""
    withheld: tuple[str, ...] = ()
    """What the privacy policy kept out of the result, by the names that it uses; or a suppressed phone."""
