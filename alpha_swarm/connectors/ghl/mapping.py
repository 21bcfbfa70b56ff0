"""Which of a lead's fields go where in a contact, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Output field → field of the contact.
STANDARD = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone": "phone",
    "company_name": "companyName",
    "company_domain": "website",
    "source_name": "source",
}
#: Output fields that become custom fields of the same name.
CUSTOM = (
    "lead_id",
    "linkedin_url",
    "title",
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
    "engagement_action",
    "enriched_at",
)
CUSTOM_FIELDS = "customFields"
#: Fields that an upsert takes and an update refuses.
NOT_IN_UPDATE = frozenset({"companyName"})


def contact_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The contact's fields for an output payload: texts only, no blanks, custom fields by our names."""
    fields: dict[str, Any] = {name: as_text(payload.get(key)) for key, name in STANDARD.items()}
    fields[CUSTOM_FIELDS] = without_blanks({name: as_text(payload.get(name)) for name in CUSTOM})
    return without_blanks(fields)


def contact_body(fields: Mapping[str, Any], field_ids: Mapping[str, str]) -> dict[str, Any]:
    """The body of a call: custom fields by the location's ids."""
    body = dict(fields)
    custom = body.pop(CUSTOM_FIELDS, {})
    if custom:
        body[CUSTOM_FIELDS] = [
            {"id": field_ids[name], "field_value": value} for name, value in custom.items()
        ]
    return body
