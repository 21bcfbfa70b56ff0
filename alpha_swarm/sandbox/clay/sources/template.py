"""The text template of the column's body."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{\{\s*(.+?)\s*\}\}")
#: What people call the columns in Clay.
_COLUMNS = {
    "work_email": "email_work",
    "personal_email": "email_personal",
    "job_title": "title",
    "domain": "company_domain",
    "industry": "company_industry",
    "employee_count": "company_size",
    "funding": "funding_stage",
    "work_email_data_provider": "provider_email",
}


def fill(template: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The body's keys with values from the columns; a lone placeholder keeps its type, None is blank."""
    return {key: _fill(text, values) for key, text in template.items()}


def _fill(text: str, values: Mapping[str, Any]) -> Any:
    lone = _column_alone(text)
    if lone is not None:
        value = values.get(lone)
        return None if value == "" else value
    return _PLACEHOLDER.sub(lambda found: _as_text(values.get(_column(found[1]))), text)


@lru_cache(maxsize=256)
def _column_alone(text: str) -> str | None:
    found = _PLACEHOLDER.fullmatch(text)
    return _column(found[1]) if found else None


def _column(name: str) -> str:
    plain = re.sub(r"\W+", "_", name).lower()
    return _COLUMNS.get(plain, plain)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
