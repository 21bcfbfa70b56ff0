"""The trail of a person's data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from alpha_swarm.domain.leads.lead import Sighting
from alpha_swarm.domain.leads.origins import found_fields, given_fields
from alpha_swarm.domain.leads.provenance import provenance, retention_until
from alpha_swarm.domain.states import SourceType
from tests.unit.domain.factories import ENRICHMENT, LEAD, SEEN, with_input

SYNCED = {"system": "ghl_crm", "timestamp": "2026-01-15T10:12:00Z", "action": "create_contact"}
AGAIN = Sighting(
    source_type="event_attendee",
    source_name="Summit",
    source_url=None,
    collected_at=datetime(2026, 2, 1, 9, tzinfo=timezone(timedelta(hours=1))),
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
            "documented_interest": "B2B revenue operations solutions",
            "retention_days": 730,
            "retention_until": "2028-01-15T10:00:00Z",
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
    assert retention_until(SEEN) == datetime(2028, 1, 15, 10, tzinfo=UTC)
    assert provenance(LEAD, retention_days=1)["processing"]["retention_until"] == "2026-01-16T10:00:00Z"


@pytest.mark.parametrize(
    ("source", "collector"),
    [(SourceType.POST_LIKER, "hunter-mcp"), (SourceType.CRM, "hubspot"), (SourceType.DIRECT, "alpha-swarm")],
)
def test_the_collector_is_who_took_the_data_up(source: SourceType, collector: str) -> None:
    """The scraper, a CRM by its name, or ourselves."""
    lead = with_input(source_type=source, source_name="hubspot")

    assert provenance(lead)["collection"]["collector"] == collector
