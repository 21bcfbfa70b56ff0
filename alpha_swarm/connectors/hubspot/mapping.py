"""Which of a lead's fields are which properties of a contact, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks
from alpha_swarm.domain.states import Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "alpha_swarm"
GROUP_LABEL = "Alpha Swarm"
LEAD_ID = "alpha_swarm_lead_id"
PHONE_KEY = "hs_searchable_calculated_phone_number"
MORE_EMAILS = "hs_additional_emails"
MERGED_IDS = "hs_merged_object_ids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """A property of our own."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    options: tuple[str, ...] = ()
    unique: bool = False

    def body(self) -> dict[str, Any]:
        """As the call that creates it has it."""
        options = [
            {"label": one, "value": one, "displayOrder": place, "hidden": False}
            for place, one in enumerate(self.options)
        ]
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "groupName": GROUP,
            "options": options,
            "hasUniqueValue": self.unique,
        }


#: Output field → property that every portal has.
STANDARD = {
    "first_name": "firstname",
    "last_name": "lastname",
    "email": "email",
    "phone": "phone",
    "title": "jobtitle",
    "company_name": "company",
    "company_domain": "website",
    "owner": "hubspot_owner_id",
}
#: Output field → property of our own.
CUSTOM = {
    "lead_id": Custom(name=LEAD_ID, label="Lead id", unique=True),
    "linkedin_url": Custom(name="linkedin_url", label="LinkedIn URL"),
    "company_industry": Custom(name="company_industry", label="Company industry"),
    "company_size": Custom(name="company_size", label="Company size"),
    "company_revenue": Custom(name="company_revenue", label="Company revenue"),
    "company_location": Custom(name="company_location", label="Company location"),
    "tech_stack": Custom(name="tech_stack", label="Tech stack", field_type="textarea"),
    "funding_stage": Custom(name="funding_stage", label="Funding stage"),
    "funding_amount": Custom(name="funding_amount", label="Funding amount"),
    "icp_score": Custom(name="icp_score", label="ICP score", type="number", field_type="number"),
    "icp_tier": Custom(
        name="icp_tier",
        label="ICP tier",
        type="enumeration",
        field_type="select",
        options=tuple(Tier),
    ),
    "source_type": Custom(name="source_type", label="Source type"),
    "source_name": Custom(name="source_name", label="Source name"),
    "engagement_action": Custom(name="engagement_action", label="Engagement"),
    "enriched_at": Custom(name="enriched_at", label="Enriched at"),
}
PROPERTIES = STANDARD | {field: custom.name for field, custom in CUSTOM.items()}
_FIELDS = {name: field for field, name in PROPERTIES.items()}
#: Whether the person is unsubscribed from all e-mail: the API shows it, and takes no word of it.
OPTED_OUT = "hs_email_optout"
#: What a record is read with.
ASKED = (*PROPERTIES.values(), PHONE_KEY, MORE_EMAILS, MERGED_IDS)


def contact_fields(payload: Mapping[str, Any]) -> dict[str, str]:
    """The contact's fields for an output payload: texts, no blanks; the e-mail as HubSpot keeps it."""
    fields = without_blanks({name: as_text(payload.get(name)) for name in PROPERTIES})
    return fields | ({"email": fields["email"].lower()} if "email" in fields else {})


def to_properties(fields: Mapping[str, Any]) -> dict[str, str]:
    """Property → text; ``None`` clears it."""
    return {PROPERTIES[field]: value or "" for field, value in fields.items()}


def from_properties(properties: Mapping[str, str | None]) -> dict[str, str]:
    """Output field → text, without blanks."""
    return {_FIELDS[name]: value for name, value in properties.items() if name in _FIELDS and value}
