"""The leads that go in and the contacts that come out: the same for every peer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Row = dict[str, Any]

CLAY_HEADERS = {"Authorization": "Bearer sandbox"}
GHL_HEADERS = {"Authorization": "Bearer sandbox", "Version": "2021-07-28"}
#: Custom fields of the CRM, named as Clay's columns; a score is not asked of the peers.
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
    "source_type",
    "source_name",
    "enriched_at",
)
_STANDARD = {
    "firstName": "first_name",
    "lastName": "last_name",
    "companyName": "company_name",
    "website": "company_domain",
    "source": "source_name",
}
_UNFINISHED = frozenset({"pending", "in_progress"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_DIGIT = re.compile(r"\D")
_PHONE = re.compile(r"1?([2-9]\d{9})")


def leads(count: int) -> Iterator[Row]:
    """Leads as a scraper finds them."""
    for number in range(count):
        yield {
            "lead_id": f"lead-{number:06d}",
            "linkedin_url": profile(number),
            "first_name": "Mara",
            "last_name": "Ellingsen",
            "company_name": "Brightforge",
            "source_type": "post_liker",
            "source_name": "Gong.io",
            "scraped_at": "2026-01-05T10:00:00+00:00",
        }


def profile(number: int) -> str:
    """The profile of a person, who is the same in every run."""
    return f"https://www.linkedin.com/in/benchmark-{number:06d}"


def cut(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Batches of a size; the last may be smaller."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def finished(row: Mapping[str, Any]) -> bool:
    """Whether Clay is done with a row."""
    return row["enrichment_status"] not in _UNFINISHED


def contact(row: Mapping[str, Any], location: str, fields: Mapping[str, str]) -> Row | None:
    """The body of an upsert; ``None`` where there is neither e-mail nor phone."""
    email = _email(row.get("email_work")) or _email(row.get("email_personal"))
    phone = _phone(row.get("phone"))
    if not email and not phone:
        return None
    body = {name: row[key] for name, key in _STANDARD.items() if row.get(key)}
    body |= {"locationId": location}
    body |= {name: value for name, value in (("email", email), ("phone", phone)) if value}
    custom = ((name, row[name]) for name in CUSTOM if row.get(name))
    return body | {"customFields": [{"id": fields[name], "field_value": _text(v)} for name, v in custom]}


def _email(value: Any) -> str | None:
    return value if isinstance(value, str) and _EMAIL.fullmatch(value) else None


def _phone(value: Any) -> str | None:
    found = _PHONE.fullmatch(_NO_DIGIT.sub("", value)) if isinstance(value, str) else None
    return f"+1{found[1]}" if found else None


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
