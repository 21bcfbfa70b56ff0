"""Values of foreign JSON, by their kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.news import read_record_id
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.text import clean
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Mapping


def text(document: Mapping[str, Any], name: str) -> str:
    """The text there, ``""`` for none."""
    value = document.get(name)
    return clean(value) if isinstance(value, str) else ""


def texts(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """``names``: theirs → ours; blanks are left out."""
    found = {ours: text(document, theirs) for theirs, ours in names.items()}
    return {name: value for name, value in found.items() if value}


def record_id(document: Mapping[str, Any], name: str) -> str:
    """The record's id.

    Raises:
        GiveUpError: there is none.
    """
    found = read_record_id(document.get(name))
    if found is None:
        raise GiveUpError("the event names no record", cause="unreadable")
    return found


def moment(value: object) -> datetime | None:
    """The moment in UTC of milliseconds since 1970 or of ISO 8601, ``None`` for neither."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return read_moment(value)
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
