"""The lead as others get it."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.output import OUTPUT_FIELDS, output_payload
from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.leads.scoring import score
from alpha_swarm.domain.states import State
from tests.unit.domain.factories import ENRICHMENT, LEAD, VALUES, WEIGHTS, with_input

KEYS = [
    "lead_id",
    "state",
    "linkedin_url",
    "first_name",
    "last_name",
    "email",
    "email_personal",
    "phone",
    "title",
    "company_name",
    "company_domain",
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
    "icp_score",
    "icp_tier",
    "source_type",
    "source_name",
    "source_url",
    "engagement_action",
    "engagement_content",
    "provenance",
    "enriched_at",
    "clay_record_id",
]
FULL = replace(
    LEAD,
    state=State.SYNCED,
    row_id="row_1",
    enrichment=ENRICHMENT,
    score=score(VALUES, WEIGHTS),
    also_seen=(),
)


def test_an_enriched_lead_shows_all_fields_in_order() -> None:
    """The 26 fields, and the id and state in front."""
    payload = output_payload(FULL)

    assert list(payload) == KEYS
    assert [key for key in KEYS if key != "provenance"] == list(OUTPUT_FIELDS)
    assert payload["provenance"] == provenance(FULL)
    assert {key: payload[key] for key in KEYS if key != "provenance"} == {
        "lead_id": LEAD.id,
        "state": "synced",
        "linkedin_url": "https://www.linkedin.com/in/ada-example",
        "first_name": "Ada",
        "last_name": "Example",
        "email": "ada@works.example",
        "email_personal": "ada@home.example",
        "phone": "+14155550123",
        "title": "VP of Revenue Operations",
        "company_name": "Example Works",
        "company_domain": "works.example",
        "company_industry": "SaaS",
        "company_size": 250,
        "company_revenue": None,
        "company_location": None,
        "tech_stack": ["Salesforce", "Outreach", "Gong", "HubSpot"],
        "funding_stage": "Series B",
        "funding_amount": None,
        "icp_score": 95,
        "icp_tier": "Tier 1",
        "source_type": "competitor_follower",
        "source_name": "Rival",
        "source_url": "https://www.linkedin.com/company/rival/followers/",
        "engagement_action": "follows",
        "engagement_content": "Nice",
        "enriched_at": "2026-01-15T10:10:00Z",
        "clay_record_id": "row_1",
    }


def test_a_lead_that_just_came_in_has_the_same_keys() -> None:
    """What is not known yet is null, not absent."""
    payload = output_payload(LEAD)

    assert list(payload) == KEYS
    assert payload["tech_stack"] == []
    unknown = ["email", "phone", "icp_score", "icp_tier", "enriched_at", "clay_record_id"]
    assert [payload[key] for key in unknown] == [None] * 6


def test_the_personal_address_stands_in_for_the_work_address() -> None:
    """The best address there is."""
    enrichment = replace(ENRICHMENT, values=replace(VALUES, email_work=None))

    assert output_payload(replace(FULL, enrichment=enrichment))["email"] == "ada@home.example"


def test_the_company_a_lead_came_with_stands_until_one_is_found() -> None:
    """A CRM may know the domain already."""
    assert output_payload(with_input(company_domain="given.example"))["company_domain"] == "given.example"


@given(st.builds(Values, title=st.none() | st.text(), tech_stack=st.lists(st.text()).map(tuple)))
def test_the_payload_survives_json(values: Values) -> None:
    """Nothing in it changes on its way."""
    payload = output_payload(replace(FULL, enrichment=replace(ENRICHMENT, values=values)))

    assert json.loads(json.dumps(payload)) == payload
