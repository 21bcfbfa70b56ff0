"""Which of a lead's fields go where in a contact, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.connectors.ghl.schemas import ContactRecord

#: Output field → field of the contact.
STANDARD = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone": "phone",
    "company_name": "companyName",
    "company_domain": "website",
    "source": "source",
    "owner": "assignedTo",
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
#: Fields that an upsert takes and an update refuses.
NOT_IN_UPDATE = frozenset({"company_name"})
#: The contact's own source is one of ours.
_VALUE_OF = {"source": "source_name"}
_CUSTOM_FIELDS = "customFields"


def contact_fields(payload: Mapping[str, Any]) -> dict[str, str]:
    """What a contact can hold of an output payload: texts only, no blanks."""
    names = (*STANDARD, *CUSTOM)
    return without_blanks({name: as_text(payload.get(_VALUE_OF.get(name, name))) for name in names})


def contact_body(fields: Mapping[str, Any | None], field_ids: Mapping[str, str]) -> dict[str, Any]:
    """The body of a call: custom fields by the location's ids; what is to be emptied is ``""``."""
    texts = {name: "" if value is None else value for name, value in fields.items()}
    body: dict[str, Any] = {STANDARD[name]: value for name, value in texts.items() if name in STANDARD}
    custom = [
        {"id": field_ids[name], "field_value": value} for name, value in texts.items() if name in field_ids
    ]
    return {**body, _CUSTOM_FIELDS: custom} if custom else body


def fields_of(record: ContactRecord, field_ids: Mapping[str, str]) -> dict[str, str]:
    """A contact's fields by our names, without blanks."""
    names = {field_id: name for name, field_id in field_ids.items()}
    standing = record.shown
    fields = {name: as_text(standing.get(theirs)) for name, theirs in STANDARD.items()}
    custom = {names[one.id]: as_text(one.value) for one in record.custom_fields or () if one.id in names}
    return without_blanks(fields | custom)
