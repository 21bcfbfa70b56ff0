"""By what names the columns of a table may come back: its owner names them, and they drift."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["text", "number", "names", "texts"]

#: Field → (its kind, the title that is proposed for its column, other names).
#: ``email`` alone is not among them: it is the address that we sent, come back.
FIELDS: Mapping[str, tuple[Kind, str, tuple[str, ...]]] = {
    "email_work": ("text", "Work Email", ("business_email", "professional_email", "company_email")),
    "email_personal": ("text", "Personal Email", ("private_email",)),
    "phone": ("text", "Phone", ("phone_number", "mobile", "mobile_phone", "mobile_number")),
    "title": ("text", "Job Title", ("position", "role")),
    "company_domain": ("text", "Domain", ("company_website", "website", "company_url")),
    "company_industry": ("text", "Industry", ()),
    "company_size": (
        "number",
        "Employee Count",
        ("employees", "headcount", "company_headcount", "number_of_employees", "company_employee_count"),
    ),
    "company_revenue": ("text", "Revenue", ("annual_revenue",)),
    "company_location": ("text", "Company Location", ("headquarters", "company_headquarters")),
    "tech_stack": ("names", "Tech Stack", ("technologies", "techstack", "tools")),
    "funding_stage": ("text", "Funding Stage", ("funding", "last_funding_round")),
    "funding_amount": ("text", "Funding Amount", ("total_funding",)),
    "linkedin_headline": ("text", "Headline", ()),
    "linkedin_summary": ("text", "Summary", ("about",)),
    "linkedin_connections": ("number", "Connections", ("connection_count",)),
    "recent_posts": ("texts", "Recent Posts", ("posts",)),
    "mutual_connections": ("number", "Mutual Connections", ()),
}

REQUEST = ("request_id", "dedupe_key", "row_id", "external_id", "id")
"""Where our request id may stand; what stands there and is none is passed over."""
LEAD = ("lead_key", "lead_id")
TOKEN = ("callback_token", "row_token")
ERROR = ("error", "error_message")
STATUS = ("enrichment_status",)
CREDITS = ("credits_used", "credits", "credit_cost", "credits_spent")
MOMENT = ("enriched_at",)
PROVIDERS = ("providers_used",)
NESTS = ("data", "payload", "record")
"""Under one of these all of it may stand."""

#: What a column that names a provider may be about, besides the fields' own names.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "email": ("email_work", "email_personal"),
    "company": ("company_domain", "company_industry", "company_size", "company_revenue", "company_location"),
    "tech": ("tech_stack",),
    "funding": ("funding_stage", "funding_amount"),
    "linkedin": ("linkedin_headline", "linkedin_summary", "linkedin_connections", "recent_posts"),
}


@lru_cache(maxsize=1024)
def plain(name: str) -> str:
    """A name without case, blanks and signs: ``Work Email`` and ``work_email`` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _names(field: str, title: str, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(plain, (field, title, *others))))


NAMES: Mapping[str, tuple[str, ...]] = {
    field: _names(field, title, others) for field, (_, title, others) in FIELDS.items()
}
"""Field → its plain names, the surest first."""

ABOUT: Mapping[str, tuple[str, ...]] = {plain(name): fields for name, fields in GROUPS.items()} | {
    name: (field,) for field, names in NAMES.items() for name in names
}
"""Plain name → the fields that a provider so named has to do with."""
