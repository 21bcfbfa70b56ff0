"""A person whom nobody may meet outside of the ledger."""

from __future__ import annotations

import re
from typing import Any

FIRST_NAME, LAST_NAME = "Quillfeather", "Vantongeren"
COMPANY, DOMAIN = "Hollowbrook Tannery", "hollowbrook-tannery.example"
WORK_EMAIL = f"{FIRST_NAME}.{LAST_NAME}@{DOMAIN}".lower()
PERSONAL_EMAIL = "qv.loves.otters@mailbox.example"
PHONE = "+14155550187"
PROFILE = "https://www.linkedin.com/in/quillfeather-vantongeren-7731"
EVERYTHING = f"{FIRST_NAME} {LAST_NAME}, {COMPANY}, {WORK_EMAIL}, {PERSONAL_EMAIL}, {PHONE}, {PROFILE}"
#: Each of the above leaves one of these, in whatever spelling.
MARKS = re.compile(
    rb"quillfeather|vantongeren|hollow.?brook|tannery|loves.otters|mailbox.example|415.{0,6}555.{0,3}0187",
    re.IGNORECASE,
)


def lead(door: str, **more: Any) -> dict[str, Any]:
    """The person as a door takes them; at each door another one of the family."""
    return {
        "linkedin_url": f"{PROFILE}-{door}",
        "first_name": FIRST_NAME,
        "last_name": LAST_NAME,
        "company_name": COMPANY,
        "source_type": "post_liker",
        "source_name": "Example",
        "scraped_at": "2026-01-15T10:00:00Z",
        **more,
    }


def traces(text: str | bytes) -> list[bytes]:
    """What of the person is found in it, with what stands around."""
    data = text.encode() if isinstance(text, str) else text
    return [data[max(0, found.start() - 60) : found.end() + 60] for found in MARKS.finditer(data)]
