"""What is known of a company fills the blanks of a result about one of its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from alpha_swarm.domain.leads.enrichment import ProviderUse
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.results.judgement import status_of
from alpha_swarm.domain.states import EnrichmentStatus

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.leads.enrichment import Enrichment, Values

#: In the provenance, in place of a provider's name: the value was found for a colleague.
KNOWN = "known_company"
FIELDS = (
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
)


class Remembered(NamedTuple):
    """A company's value, and when it was found."""

    value: Any
    found_at: datetime


Company = Mapping[str, Remembered]
"""By field."""


def learnt(values: Values) -> dict[str, Any]:
    """The company's fields that a result has; lists as lists."""
    present = {name: getattr(values, name) for name in FIELDS}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in present.items() if value
    }


def filled(found: Enrichment, company: Company) -> Enrichment:
    """The result with its blanks filled and judged again; one that failed stays as it is."""
    blank = {
        name: known
        for name, known in company.items()
        if name in FIELDS and not getattr(found.values, name) and known.value
    }
    if not blank or found.status is EnrichmentStatus.FAILED:
        return found
    given: dict[str, Any] = {
        name: tuple(known.value) if isinstance(known.value, list) else known.value
        for name, known in blank.items()
    }
    values = replace(found.values, **given)
    oldest = min(known.found_at for known in blank.values())
    use = ProviderUse(name=KNOWN, fields=tuple(blank), timestamp=write_moment(oldest))
    return replace(
        found, values=values, status=status_of(values, failed=False), providers=(*found.providers, use)
    )
