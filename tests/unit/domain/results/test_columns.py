"""The table at the enricher."""

from __future__ import annotations

from alpha_swarm.domain.results.columns import columns, row_fields
from alpha_swarm.domain.states import SourceType
from tests.unit.domain.factories import LEAD, with_input

NAMES = [
    "linkedin_url",
    "first_name",
    "last_name",
    "company_name",
    "source_type",
    "source_name",
    "scraped_at",
    "email_personal",
    "email_work",
    "phone",
    "title",
    "company_domain",
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
    "linkedin_headline",
    "linkedin_summary",
    "linkedin_connections",
    "recent_posts",
    "mutual_connections",
    "icp_score",
    "icp_tier",
    "enrichment_status",
    "enriched_at",
    "provenance",
    "ghl_contact_id",
    "instantly_lead_id",
]


def test_the_table_has_31_columns_and_our_id() -> None:
    """Nothing is missing, and an e-mail column is there only when wanted."""
    assert len(NAMES) == 31
    assert [column["name"] for column in columns(with_email=False)] == [*NAMES, "lead_id"]
    assert [column["name"] for column in columns(with_email=True)] == [*NAMES, "lead_id", "email"]


def test_a_profile_is_required_only_where_nobody_comes_by_email() -> None:
    """A required profile would turn away leads that have none."""
    required = [
        {column["name"] for column in columns(with_email=with_email) if column.get("required")}
        for with_email in (False, True)
    ]

    assert required == [{"linkedin_url", "lead_id"}, {"lead_id"}]


def test_each_enriched_column_names_who_fills_it() -> None:
    """Input, calculated and system columns have no tag."""
    tags: dict[str, list[str]] = {}
    for column in columns(with_email=False):
        tags.setdefault(column.get("enrichment", ""), []).append(column["name"])
    tags.pop("")

    assert tags == {
        "waterfall": ["email_personal", "email_work", "phone"],
        "linkedin": [
            "title",
            "linkedin_headline",
            "linkedin_summary",
            "linkedin_connections",
            "recent_posts",
            "mutual_connections",
        ],
        "clearbit": [
            "company_domain",
            "company_industry",
            "company_size",
            "company_revenue",
            "company_location",
        ],
        "builtwith": ["tech_stack"],
        "crunchbase": ["funding_stage", "funding_amount"],
    }


def test_the_score_has_no_formula_there() -> None:
    """Ours decides; two scores would be one too many."""
    assert not any("formula" in column for column in columns(with_email=True))


def test_a_row_holds_what_is_known_and_not_how_the_person_was_met() -> None:
    """Source URL and engagement never leave."""
    assert row_fields(LEAD) == {
        "lead_id": LEAD.id,
        "linkedin_url": "https://www.linkedin.com/in/ada-example",
        "first_name": "Ada",
        "last_name": "Example",
        "company_name": "Example Works",
        "source_type": "competitor_follower",
        "source_name": "Rival",
        "scraped_at": "2026-01-15T10:00:00Z",
    }


def test_a_row_goes_without_blanks() -> None:
    """A lead by e-mail sends its address, in a column that the table has."""
    lead = with_input(
        linkedin_url=None,
        email="ada@works.example",
        first_name=None,
        last_name=None,
        company_name=None,
        source_type=SourceType.DIRECT,
    )
    fields = row_fields(lead)

    assert set(fields) == {"lead_id", "email", "source_type", "source_name", "scraped_at"}
    assert set(fields) <= {column["name"] for column in columns(with_email=True)}
