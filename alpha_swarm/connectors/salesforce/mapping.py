"""Which of a lead's fields go where in a Salesforce lead, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Output field → API name; the external id comes on top.
STANDARD = {
    "first_name": "FirstName",
    "last_name": "LastName",
    "email": "Email",
    "phone": "Phone",
    "title": "Title",
    "company_name": "Company",
    "company_domain": "Website",
    "company_industry": "Industry",
    "company_size": "NumberOfEmployees",
    "owner": "OwnerId",
}
CUSTOM = {
    "linkedin_url": "LinkedIn_URL__c",
    "company_revenue": "Company_Revenue__c",
    "company_location": "Company_Location__c",
    "tech_stack": "Tech_Stack__c",
    "funding_stage": "Funding_Stage__c",
    "funding_amount": "Funding_Amount__c",
    "icp_score": "ICP_Score__c",
    "icp_tier": "ICP_Tier__c",
    "source_type": "Source_Type__c",
    "source_name": "Source_Name__c",
    "engagement_action": "Engagement_Action__c",
    "enriched_at": "Enriched_At__c",
}
LEAD_ID = "lead_id"
FIELDS = (*STANDARD, *CUSTOM, LEAD_ID)


def api_names(external_id: str) -> dict[str, str]:
    """Output field → API name, in an org whose external id has this name."""
    return {**STANDARD, **CUSTOM, LEAD_ID: external_id}


def lead_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The mapped output fields as texts, without blanks."""
    return without_blanks({name: as_text(payload.get(name)) for name in FIELDS})
