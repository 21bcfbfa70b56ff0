"""The trail of a person's data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.leads.lead import Sighting
from alpha_swarm.domain.leads.origins import found_fields, given_fields
from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.states import LegalBasis, SourceType
from tests.unit.domain.factories import ENRICHMENT, LEAD, SEEN, with_input

SYNCED = {"system": "ghl_crm", "timestamp": "2026-01-15T10:12:00Z", "action": "create_contact"}
AGAIN = Sighting(
    source_type="event_attendee",
    source_name="Summit",
    source_url=None,
    collected_at=datetime(2026, 2, 1, 9, tzinfo=timezone(timedelta(hours=1))),
)
OWN = Grounds(
    purpose="hiring",
    interest="people who fit",
    assessment_id="LIA-1",
    assessment_version="2",
    retention_days=30,
)


def test_a_synced_lead_has_all_four_parts() -> None:
    """Collection, enrichment, processing and access, as the schema has them."""
    lead = replace(LEAD, enrichment=ENRICHMENT, also_seen=(AGAIN,), access_log=(SYNCED,))

    assert provenance(lead) == {
        "collection": {
            "source": "competitor_follower",
            "source_url": "https://www.linkedin.com/company/rival/followers/",
            "collected_at": "2026-01-15T10:00:00Z",
            "collector": "hunter-mcp",
            "legal_basis": "legitimate_interest",
            "also_seen": [
                {
                    "source": "event_attendee",
                    "source_name": "Summit",
                    "source_url": None,
                    "collected_at": "2026-02-01T08:00:00Z",
                }
            ],
            "fields": given_fields(lead),
        },
        "enrichment": {
            "providers": [
                {"name": "apollo", "fields": ["email_work", "phone"], "timestamp": "2026-01-15T10:05:00Z"}
            ],
            "completed_at": "2026-01-15T10:10:00Z",
            "fields": found_fields(lead),
        },
        "processing": {
            "purpose": "sales_outreach",
            "legal_basis": "legitimate_interest",
            "assessment_id": None,
            "assessment_version": None,
            "documented_interest": "B2B revenue operations solutions",
            "retention_days": 730,
            "retention_until": "2028-01-15T10:00:00Z",
            "notice_due_at": "2026-01-15T10:12:00Z",
            "informed_at": None,
        },
        "access_log": [SYNCED],
    }


def test_a_new_lead_has_the_same_parts_empty() -> None:
    """The shape does not depend on how far a lead has come."""
    trail = provenance(LEAD)

    assert trail["enrichment"] == {"providers": [], "completed_at": None, "fields": {}}
    assert (trail["collection"]["also_seen"], trail["access_log"]) == ([], [])


def test_retention_counts_from_the_first_collection_and_is_never_renewed() -> None:
    """Being seen again changes nothing."""
    assert provenance(replace(LEAD, also_seen=(AGAIN,)))["processing"] == provenance(LEAD)["processing"]
    assert USUAL.until(SEEN) == datetime(2028, 1, 15, 10, tzinfo=UTC)


def test_a_lead_tells_the_grounds_of_the_day_on_which_it_was_taken_in() -> None:
    """The assessment by id and version, its purpose and its days."""
    processing = provenance(with_input(grounds=OWN))["processing"]

    assert processing == {
        "purpose": "hiring",
        "legal_basis": "legitimate_interest",
        "assessment_id": "LIA-1",
        "assessment_version": "2",
        "documented_interest": "people who fit",
        "retention_days": 30,
        "retention_until": "2026-02-14T10:00:00Z",
        "notice_due_at": "2026-02-14T10:00:00Z",
        "informed_at": None,
    }


def test_consent_rests_on_no_assessment_of_interest() -> None:
    """Whoever agreed is not held because interests were weighed."""
    processing = provenance(with_input(grounds=OWN, legal_basis=LegalBasis.CONSENT))["processing"]

    assert (processing["assessment_id"], processing["assessment_version"]) == (None, None)
    assert (processing["legal_basis"], processing["retention_days"]) == ("consent", 30)


@pytest.mark.parametrize(
    ("source", "collector"),
    [(SourceType.POST_LIKER, "hunter-mcp"), (SourceType.CRM, "hubspot"), (SourceType.DIRECT, "alpha-swarm")],
)
def test_the_collector_is_who_took_the_data_up(source: SourceType, collector: str) -> None:
    """The scraper, a CRM by its name, or ourselves."""
    lead = with_input(source_type=source, source_name="hubspot")

    assert provenance(lead)["collection"]["collector"] == collector
