"""The columns of the enrichment table, and what of a lead goes into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Lead

TABLE_NAME = "Alpha Swarm Lead Enrichment"
ColumnType = Literal["text", "url", "email", "phone", "number", "list", "datetime", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``enrichment`` names who fills it."""

    name: str
    type: ColumnType
    enrichment: str | None = None


_COLUMNS = (
    Column("linkedin_url", "url"),
    Column("first_name", "text"),
    Column("last_name", "text"),
    Column("company_name", "text"),
    Column("source_type", "text"),
    Column("source_name", "text"),
    Column("scraped_at", "datetime"),
    Column("email_personal", "email", "waterfall"),
    Column("email_work", "email", "waterfall"),
    Column("phone", "phone", "waterfall"),
    Column("title", "text", "linkedin"),
    Column("company_domain", "url", "clearbit"),
    Column("company_industry", "text", "clearbit"),
    Column("company_size", "number", "clearbit"),
    Column("company_revenue", "text", "clearbit"),
    Column("company_location", "text", "clearbit"),
    Column("tech_stack", "list", "builtwith"),
    Column("funding_stage", "text", "crunchbase"),
    Column("funding_amount", "text", "crunchbase"),
    Column("linkedin_headline", "text", "linkedin"),
    Column("linkedin_summary", "text", "linkedin"),
    Column("linkedin_connections", "number", "linkedin"),
    Column("recent_posts", "list", "linkedin"),
    Column("mutual_connections", "number", "linkedin"),
    # Without a formula: our score decides, and is written here.
    Column("icp_score", "number"),
    Column("icp_tier", "text"),
    Column("enrichment_status", "text"),
    Column("enriched_at", "datetime"),
    Column("provenance", "json"),
    Column("ghl_contact_id", "text"),
    Column("instantly_lead_id", "text"),
)
#: Who fills a column alone, outside the waterfalls.
SINGLE_PROVIDERS = frozenset(column.enrichment for column in _COLUMNS if column.enrichment) - {"waterfall"}
_LEAD_ID = Column("lead_id", "text")
_EMAIL = Column("email", "email")


def columns(with_email: bool) -> list[dict[str, Any]]:  # noqa: FBT001 (the one question there is)
    """The columns for creating the table; with e-mail, leads may come without a profile."""
    wanted = (*_COLUMNS, _LEAD_ID, _EMAIL) if with_email else (*_COLUMNS, _LEAD_ID)
    required = {"lead_id"} if with_email else {"linkedin_url", "lead_id"}
    return [_definition(column, required=column.name in required) for column in wanted]


#: The names of :func:`row_fields`.
ROW_FIELDS = (
    "lead_id",
    "linkedin_url",
    "email",
    "first_name",
    "last_name",
    "company_name",
    "company_domain",
    "source_type",
    "source_name",
    "scraped_at",
)


def row_fields(lead: Lead) -> dict[str, Any]:
    """What goes out for a lead, without blanks; where and how it was met stays here."""
    fields = {
        "lead_id": lead.id,
        "linkedin_url": lead.input.linkedin_url,
        "email": lead.input.email,
        "first_name": lead.input.first_name,
        "last_name": lead.input.last_name,
        "company_name": lead.input.company_name,
        "company_domain": lead.input.company_domain,
        "source_type": lead.input.source_type.value,
        "source_name": lead.input.source_name,
        "scraped_at": write_moment(lead.input.scraped_at),
    }
    return {name: value for name, value in fields.items() if value}


def _definition(column: Column, *, required: bool) -> dict[str, Any]:
    definition: dict[str, Any] = {"name": column.name, "type": column.type}
    if required:
        definition["required"] = True
    if column.enrichment:
        definition["enrichment"] = column.enrichment
    return definition
