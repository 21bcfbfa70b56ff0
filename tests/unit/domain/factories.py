"""Leads, values and weights for the tests of this folder; all people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from alpha_swarm import settings
from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse, RowResult, Values
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.leads.scoring import Weights
from alpha_swarm.domain.states import EnrichmentStatus, Priority, SourceType, State

SEEN = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
NOW = datetime(2026, 1, 16, 8, 30, tzinfo=UTC)
WEIGHTS = Weights.from_mapping(settings.read("icp"))

INPUT = LeadInput(
    linkedin_url="https://www.linkedin.com/in/ada-example",
    first_name="Ada",
    last_name="Example",
    company_name="Example Works",
    source_type=SourceType.COMPETITOR_FOLLOWER,
    source_name="Rival",
    source_url="https://www.linkedin.com/company/rival/followers/",
    engagement_action="follows",
    engagement_content="Nice",
    scraped_at=SEEN,
)
VALUES = Values(
    email_work="ada@works.example",
    email_personal="ada@home.example",
    phone="+14155550123",
    title="VP of Revenue Operations",
    company_domain="works.example",
    company_industry="SaaS",
    company_size=250,
    tech_stack=("Salesforce", "Outreach", "Gong", "HubSpot"),
    funding_stage="Series B",
)
ENRICHMENT = Enrichment(
    status=EnrichmentStatus.COMPLETED,
    values=VALUES,
    providers=(ProviderUse(name="apollo", fields=("email_work", "phone"), timestamp="2026-01-15T10:05:00Z"),),
    credits_used=2.0,
    enriched_at=datetime(2026, 1, 15, 10, 10, tzinfo=UTC),
)
LEAD = Lead(
    id="01J0000000000000000000LEAD",
    generation=1,
    state=State.RECEIVED,
    priority=Priority.NORMAL,
    input=INPUT,
    external_ids={},
)


def with_input(**changes: Any) -> Lead:
    """The lead with other input."""
    return replace(LEAD, input=replace(INPUT, **changes))


def row(values: dict[str, Any], **changes: Any) -> RowResult:
    """A finished row with these values."""
    finished = RowResult(
        row_id="row_1", lead_id=LEAD.id, status=EnrichmentStatus.COMPLETED, values=values, credits_used=1.0
    )
    return replace(finished, **changes)


def json_values() -> st.SearchStrategy[Any]:
    """Whatever a JSON document may hold, with lone surrogates, infinities and huge numbers."""
    scalars = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.text(st.characters(codec=None))
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=8,
    )
