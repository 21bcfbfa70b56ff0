"""The values decide what an enrichment came to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alpha_swarm.domain.leads.enrichment import ProviderUse
from alpha_swarm.domain.results.judgement import judge
from alpha_swarm.domain.states import EnrichmentStatus
from tests.unit.domain.factories import NOW, row

EMAIL = {"email_personal": "ada@home.example"}
PHONE = {"phone": "+14155550123"}
SIZE = {"company_size": 50}


@pytest.mark.parametrize(
    ("values", "error", "status"),
    [
        (EMAIL | SIZE, None, EnrichmentStatus.COMPLETED),
        (EMAIL | SIZE, "timeout", EnrichmentStatus.COMPLETED),
        (EMAIL, None, EnrichmentStatus.PARTIAL),
        (EMAIL, "timeout", EnrichmentStatus.PARTIAL),
        (PHONE | SIZE, None, EnrichmentStatus.PARTIAL),
        (SIZE, "timeout", EnrichmentStatus.FAILED),
        (SIZE, None, EnrichmentStatus.UNENRICHABLE),
        ({}, None, EnrichmentStatus.UNENRICHABLE),
        ({"email_work": "broken"} | SIZE, None, EnrichmentStatus.UNENRICHABLE),
        (EMAIL | {"company_size": "many"}, None, EnrichmentStatus.PARTIAL),
    ],
)
def test_the_status_follows_from_the_checked_values(
    values: dict[str, Any], error: str | None, status: EnrichmentStatus
) -> None:
    """Whatever the enricher calls it."""
    claims = [EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL, EnrichmentStatus.UNENRICHABLE]

    assert {judge(row(values, error=error, status=claim), now=NOW).status for claim in claims} == {status}


def test_a_row_that_failed_without_a_reason_has_failed() -> None:
    """Failed can be tried again, unenrichable is an end: silence is no finding."""
    assert judge(row({}, status=EnrichmentStatus.FAILED), now=NOW).status is EnrichmentStatus.FAILED


def test_the_enrichment_keeps_who_when_and_what_it_cost() -> None:
    """Nothing of the row that the trail needs is lost."""
    providers = (ProviderUse(name="apollo", fields=("email_work",), timestamp="2026-01-15T10:05:00Z"),)
    earlier = NOW - timedelta(hours=1)
    enrichment = judge(row({"email_work": "broken"}, providers=providers, enriched_at=earlier), now=NOW)

    assert enrichment.providers == providers
    assert enrichment.credits_used == 1.0
    assert enrichment.enriched_at == earlier
    assert enrichment.dropped == (("email_work", "apollo"),)


def test_a_row_without_time_was_enriched_now_and_one_without_cost_leaves_it_open() -> None:
    """The time is filled in; what it cost is for the table of costs to say."""
    enrichment = judge(row({}, credits_used=None), now=NOW)

    assert (enrichment.enriched_at, enrichment.credits_used) == (NOW, None)
