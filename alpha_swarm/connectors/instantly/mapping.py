"""Which of a lead's fields go where, as data. Instantly takes a closed set of keys."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, without_blanks

if TYPE_CHECKING:
    from collections.abc import Mapping

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
CUSTOM_VARIABLES = "custom_variables"
_UPDATABLE = frozenset(STANDARD.values()) - {"email"}


def lead_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The lead's fields for an output payload, without blanks; custom variables are scalars."""
    fields: dict[str, Any] = {name: as_text(payload.get(key)) for key, name in STANDARD.items()}
    fields[CUSTOM_VARIABLES] = without_blanks({name: _scalar(payload.get(name)) for name in CUSTOM})
    return without_blanks(fields)


def update_body(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What an update takes: everything but the e-mail."""
    return {name: value for name, value in fields.items() if name != "email"}


def _scalar(value: Any) -> str | float:
    """Numbers stay numbers, so that campaigns can compare them."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return as_text(value)


def says_the_same(fields: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a lead's record holds all of these fields already; custom variables stand in its payload."""
    payload = record.get("payload") or {}
    standard = all(record.get(name) == value for name, value in fields.items() if name in _UPDATABLE)
    return standard and all(
        payload.get(name) == value for name, value in fields.get(CUSTOM_VARIABLES, {}).items()
    )
