"""Names of fields: one however it is spelt, and which of ours it means."""

from __future__ import annotations

import unicodedata
from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.enrichment import Values

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What the doors take of a person. Where and when somebody was met is kept whatever a policy says.
INPUT_FIELDS = (
    "linkedin_url",
    "email",
    "company_domain",
    "first_name",
    "last_name",
    "company_name",
    "source_url",
    "engagement_action",
    "engagement_content",
)
VALUE_FIELDS = tuple(one.name for one in fields(Values))
#: All that may be held.
HELD = tuple(dict.fromkeys((*INPUT_FIELDS, *VALUE_FIELDS)))
#: What a lead has besides, and a target may be kept from.
_REST = ("icp_score", "icp_tier", "source_type", "source_name")
#: Everything of which a policy may say who gets it.
GIVEN = (*HELD, *_REST)
#: Other words for ours, as lists of leads and columns have them.
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "email_work", "email_personal"),
    "email_work": ("work_email", "business_email", "professional_email"),
    "email_personal": ("personal_email", "private_email"),
    "phone": ("phone_number", "mobile", "mobile_phone", "mobile_number", "telephone", "cell_phone"),
    "title": ("job_title",),
    "linkedin_url": ("linkedin", "linkedin_profile"),
}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Without case, blanks and signs: ``Home Address``, ``homeAddress`` and ``home_address`` are one."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", folded)))


def ours(name: str) -> tuple[str, ...]:
    """The fields of ours that a name means; ``email`` means every address."""
    return _MEANT.get(plain(name), ())


def _meant() -> dict[str, tuple[str, ...]]:
    found = {plain(name): (name,) for name in GIVEN}
    for name, words in _OTHER_WORDS.items():
        found |= {plain(word): (name,) for word in words if word not in GIVEN}
    return found | {"email": _OTHER_WORDS["email"]}


_MEANT = _meant()
