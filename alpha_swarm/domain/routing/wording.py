"""The names of deals: texts with fields of the company in them, and nothing of the person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

FIELDS = frozenset(
    {
        "company_name",
        "company_domain",
        "company_industry",
        "company_location",
        "company_size",
        "funding_stage",
        "icp_score",
        "icp_tier",
        "source_name",
        "source_type",
    }
)
_BRACED = re.compile(r"\{([^{}]*)\}")


def name_template(text: str) -> str:
    """The text, when all that stands in its braces is known.

    Raises:
        ValueError: with the remedy.
    """
    unknown = sorted(set(_BRACED.findall(text)) - FIELDS)
    if unknown:
        raise ValueError(f"must hold no {{{unknown[0]}}}; there are {', '.join(sorted(FIELDS))}")
    if "{" in _BRACED.sub("", text) or "}" in _BRACED.sub("", text):
        raise ValueError("must close each brace that it opens")
    return text


def deal_name(template: str, fields: Mapping[str, Any]) -> str:
    """The name with the fields of the output payload; a company without a name goes by its domain."""
    known = {**fields, "company_name": fields.get("company_name") or fields.get("company_domain")}
    return _BRACED.sub(lambda match: str(known.get(match[1]) or "unknown"), template)
