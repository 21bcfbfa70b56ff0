"""A lead as the CRMs and callers get it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.enrichment import Values
    from alpha_swarm.domain.leads.lead import Lead


#: The names of :func:`output_fields`.
OUTPUT_FIELDS = (
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
    "enriched_at",
    "clay_record_id",
)


def output_payload(lead: Lead) -> dict[str, Any]:
    """``lead_id``, ``state`` and the 26 output fields, always all, in this order; unknown ones are ``None``.

    Lists are empty rather than ``None``; times are UTC with ``Z``.
    """
    fields = output_fields(lead)
    last = {name: fields.pop(name) for name in ("enriched_at", "clay_record_id")}
    return {**fields, "provenance": provenance(lead), **last}


def output_fields(lead: Lead) -> dict[str, Any]:
    """The same without ``provenance``."""
    values = lead.values
    return {
        "lead_id": lead.id,
        "state": lead.state.value,
        **_person(lead, values),
        **_company(lead, values),
        "icp_score": lead.score.total if lead.score else None,
        "icp_tier": lead.score.tier.value if lead.score else None,
        **_source(lead),
        "enriched_at": write_moment(lead.enrichment.enriched_at) if lead.enrichment else None,
        "clay_record_id": lead.row_id,
    }


def _person(lead: Lead, values: Values) -> dict[str, Any]:
    return {
        "linkedin_url": lead.input.linkedin_url,
        "first_name": lead.input.first_name,
        "last_name": lead.input.last_name,
        "email": values.email,
        "email_personal": values.email_personal,
        "phone": values.phone,
        "title": values.title,
    }


def _company(lead: Lead, values: Values) -> dict[str, Any]:
    return {
        "company_name": lead.input.company_name,
        "company_domain": values.company_domain or lead.input.company_domain,
        "company_industry": values.company_industry,
        "company_size": values.company_size,
        "company_revenue": values.company_revenue,
        "company_location": values.company_location,
        "tech_stack": list(values.tech_stack),
        "funding_stage": values.funding_stage,
        "funding_amount": values.funding_amount,
    }


def _source(lead: Lead) -> dict[str, Any]:
    return {
        "source_type": lead.input.source_type.value,
        "source_name": lead.input.source_name,
        "source_url": lead.input.source_url,
        "engagement_action": lead.input.engagement_action,
        "engagement_content": lead.input.engagement_content,
    }
