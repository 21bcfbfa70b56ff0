"""What a rule can ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alpha_swarm.domain.states import Priority, SourceType
from tests.unit.domain.routing.subjects import rules, subject, went

LEAD = replace(
    subject(
        score=80,
        title="VP of Revenue",
        company_size=250,
        tech_stack=("Salesforce", "Gong"),
        funding_stage="Series B",
        given={"source_type": SourceType.CRM, "source_name": "HubSpot form"},
    ),
    priority=Priority.CRITICAL,
)


def holds(condition: str) -> bool:
    """Whether a rule that asks for this matches the lead."""
    return bool(
        went(rules(f"rules: [{{name: it, when: {{{condition}}}, then: {{stop: true}}}}]"), LEAD).rules
    )


@pytest.mark.parametrize(
    "condition",
    [
        "tier: 1",
        "tier: Tier 1",
        "tier: [1, 2]",
        "score: 80",
        "score: {at_least: 80, at_most: 80}",
        "score: {more_than: 75}",
        "score: {less_than: 80.5}",
        "country: US",
        "country: united states",
        "country: US-MA",
        "territory: North_America",
        "source_type: crm",
        "source_name: {contains: hubspot}",
        "source_name: hubspot FORM",
        "priority: critical",
        "status: [completed, partial]",
        "title: {contains: [chief, vp]}",
        "tech_stack: salesforce",
        "tech_stack: {contains: gon}",
        "company_size: {at_least: 200, less_than: 2000}",
        "email: {domain: acme.example}",
        "email: {domain: example}",
        "company_domain: {domain: ['@acme.example']}",
        "linkedin_url: {domain: linkedin.com}",
        "phone: {exists: true}",
        "email_personal: {exists: false}",
        "funding_stage: {in: [Series A, Series B]}",
        "tier: 1, country: US, score: {exists: true}",
    ],
)
def test_a_condition_holds(condition: str) -> None:
    assert holds(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "tier: [2, 3]",
        "score: {more_than: 80}",
        "score: {less_than: 80}",
        "country: DE",
        "country: US-CA",
        "territory: EMEA",
        "source_type: direct",
        "priority: bulk",
        "title: {contains: chief}",
        "title: vp",
        "tech_stack: sales",
        "company_size: {at_most: 249}",
        "email: {domain: me.example}",
        "email_personal: {contains: ada}",
        "linkedin_connections: {at_most: 1000}",
        "phone: {exists: false}",
        "tier: 1, country: DE",
    ],
)
def test_a_condition_does_not_hold(condition: str) -> None:
    """What is not known is in no list, within no bounds and holds no part."""
    assert not holds(condition)


def test_only_rules_that_ask_for_what_a_door_took_in_need_it() -> None:
    """All others cost a batch of results no query."""
    asks = "rules: [{name: a, when: {%s: {exists: true}}, then: {stop: true}}]"
    needs = {name: rules(asks % name).needs_input for name in ("tier", "email", "country", "source_name")}
    assert needs == {"tier": False, "email": False, "country": False, "source_name": True}
