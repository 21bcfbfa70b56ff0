"""Columns: their types and what a client may write into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

STATUSES = frozenset({"pending", "in_progress", "completed", "partial", "failed", "unenrichable"})
READ_ONLY = frozenset({"id", "table_id", "credits_used", "providers_used", "error"})
_URL = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)*\.\w{2,}(:\d+)?([/?#]\S*)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the client declared it; `declared` is given back word for word."""

    name: str
    type: str
    required: bool
    enrichment: str | None
    declared: dict[str, Any]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _is_email(value: Any) -> bool:
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_datetime(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_json(value: Any) -> bool:
    return isinstance(value, dict | list)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "url": _is_url,
    "email": _is_email,
    "phone": _is_text,
    "number": _is_number,
    "list": _is_list,
    "datetime": _is_datetime,
    "json": _is_json,
}


def parse_column(declared: Any) -> Column:
    """A column from the body of createTable; raises a 400 for anything that the contract does not know."""
    if not isinstance(declared, dict) or not isinstance(declared.get("name"), str) or not declared["name"]:
        raise invalid("a column needs a name")
    if declared.get("type") not in _CHECKS:
        raise invalid(f"column {declared['name']}: unknown type; known are {', '.join(_CHECKS)}")
    return Column(
        name=declared["name"],
        type=declared["type"],
        required=declared.get("required") is True,
        enrichment=declared.get("enrichment"),
        declared=declared,
    )


def problem(columns: dict[str, Column], name: str, value: Any) -> str | None:
    """What is wrong with writing the value into the column, or None; a null clears and is always well."""
    column = columns.get(name)
    if name in READ_ONLY:
        return "the column is read-only"
    if column is None and name not in {"enrichment_status", "enriched_at"}:
        return "unknown column"
    if value is None:
        needed = name == "enrichment_status" or (column is not None and column.required)
        return "the column is required" if needed else None
    if name == "enrichment_status":
        return None if value in STATUSES else f"not one of {', '.join(sorted(STATUSES))}"
    kind = column.type if column is not None else "datetime"
    return None if _CHECKS[kind](value) else f"not a valid {kind}"
