"""Which of a lead's fields go where, as data. Instantly takes a closed set of keys."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.connectors.instantly.schemas import LeadRecord

#: Output field → field of the lead.
STANDARD = {
    "email": "email",
    "first_name": "first_name",
    "last_name": "last_name",
    "company_name": "company_name",
    "title": "job_title",
    "phone": "phone",
    "company_domain": "website",
}
#: Output fields that become custom variables of the same name.
CUSTOM = (
    "lead_id",
    "linkedin_url",
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
)
_CUSTOM_VARIABLES = "custom_variables"
#: What stands in a payload and is no custom variable: what else a lead can be given, in either spelling.
_OWN_IN_PAYLOAD = frozenset(STANDARD.values()) | {
    *("firstName", "lastName", "companyName", "jobTitle"),
    *("personalization", "pl_value_lead", "lt_interest_status", "assigned_to"),
}
#: Fields that a new lead has and an update does not take.
NOT_IN_UPDATE = frozenset({"email"})


def lead_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a lead can hold of an output payload, without blanks; custom variables are scalars."""
    standard = {name: as_text(payload.get(name)) for name in STANDARD}
    return without_blanks({**standard, **{name: _scalar(payload.get(name)) for name in CUSTOM}})


def lead_body(fields: Mapping[str, Any | None]) -> dict[str, Any]:
    """The body of a call; what is to be emptied is ``""``."""
    texts = {name: "" if value is None else value for name, value in fields.items()}
    body: dict[str, Any] = {STANDARD[name]: value for name, value in texts.items() if name in STANDARD}
    custom = {name: value for name, value in texts.items() if name not in STANDARD}
    return {**body, _CUSTOM_VARIABLES: custom} if custom else body


def update_body(fields: Mapping[str, Any | None], record: LeadRecord) -> dict[str, Any]:
    """The body of an update: what it names of the custom variables replaces all of them, so all are named."""
    body = lead_body(fields)
    if _CUSTOM_VARIABLES in body:
        body[_CUSTOM_VARIABLES] = _variables(record) | body[_CUSTOM_VARIABLES]
    return body


def _variables(record: LeadRecord) -> dict[str, Any]:
    """The lead's custom variables: whatever is in its payload besides the lead's own fields, scalars all."""
    return {
        name: value
        for name, value in (record.payload or {}).items()
        if name not in _OWN_IN_PAYLOAD and isinstance(value, str | int | float | None)
    }


def fields_of(record: LeadRecord) -> dict[str, Any]:
    """A lead's fields by our names, without blanks; custom variables stand in its payload."""
    standing, payload = record.shown, record.payload or {}
    standard = {name: as_text(standing.get(theirs)) for name, theirs in STANDARD.items()}
    return without_blanks({**standard, **{name: _scalar(payload.get(name)) for name in CUSTOM}})


def _scalar(value: Any) -> str | float:
    """Numbers stay numbers, so that campaigns can compare them."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return as_text(value)
