"""What is known about Instantly's API v2. Source: the vendor's OpenAPI file."""

from __future__ import annotations

from alpha_swarm.connectors.verdicts import VerdictTable

LIMIT = "instantly"
PREFIX = "/api/v2"
#: Leads that one call adds, and e-mails that one look-up takes.
MOST_LEADS = 1000
LIST_PAGE = 100
MOST_PAGES = 100
MOST_IN_FLIGHT = 10

#: Why a lead was not created; together with the created ones they must make up what was sent.
COUNTERS = (
    "in_blocklist",
    "duplicated_leads",
    "skipped_count",
    "invalid_email_count",
    "incomplete_count",
    "duplicate_email_count",
)

#: Told apart from other refusals, as no single lead is the cause.
NO_CAMPAIGN = "no_such_campaign"

VERDICTS = VerdictTable({})
