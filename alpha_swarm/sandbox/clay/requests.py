"""Reading the bodies of Clay's calls: what is missing or too much is a 400."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alpha_swarm.sandbox.clay.errors import invalid


def items(body: Any, name: str, most: int) -> list[Any]:
    """The list under `name` with 1 to `most` members."""
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise invalid(f"{name} must be a list of 1 to {most}")
    return value


def texts(body: Any, name: str, most: int) -> list[str]:
    """The list of texts under `name` with 1 to `most` members."""
    value = items(body, name, most)
    if not all(isinstance(one, str) for one in value):
        raise invalid(f"{name} must hold texts")
    return value


def page_of(source: Any, *, most: int) -> tuple[int, int]:
    """Page (from 1) and limit (default 100) from a query or a body."""
    return _whole(source, "page", 1, 2**31), _whole(source, "limit", min(100, most), most)


def _whole(source: Any, name: str, default: int, most: int) -> int:
    try:
        value = int(source.get(name, default))
    except (TypeError, ValueError):
        raise invalid(f"{name} must be a whole number") from None
    if not 1 <= value <= most:
        raise invalid(f"{name} must lie between 1 and {most}")
    return value


def cut(found: list[Any], page: int, limit: int) -> tuple[list[Any], dict[str, Any]]:
    """One page of what was found, and the contract's `Pagination` for it."""
    start = (page - 1) * limit
    more = start + limit < len(found)
    return found[start : start + limit], {
        "page": page,
        "limit": limit,
        "total": len(found),
        "has_next_page": more,
    }


def moment(body: dict[str, Any], name: str) -> float | None:
    """An ISO date and time as Unix time, or None when it is absent."""
    if body.get(name) is None:
        return None
    try:
        return datetime.fromisoformat(body[name]).timestamp()
    except (TypeError, ValueError):
        raise invalid(f"{name} must be an ISO date and time") from None
