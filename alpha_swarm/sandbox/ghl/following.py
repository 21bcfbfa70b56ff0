"""The search of contacts by advanced filters, as far as it serves to follow changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.ghl.errors import bad_request, unprocessable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from alpha_swarm.sandbox.ghl.contacts import Contact

_MEMBERS = frozenset({"locationId", "page", "pageLimit", "searchAfter", "filters", "sort", "query"})
_MOST = 500
_MOST_PAGED = 10_000
_DATES = {"dateAdded": "added", "dateUpdated": "updated"}
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def follow(contacts: Iterable[Contact], body: Any) -> dict[str, Any]:
    """One page; each contact says where to go on after it."""
    order = _checked(body)
    name, descending = _sort(order)
    found = [one for one in contacts if one.location_id == order["locationId"] and _fits(one, order)]
    found.sort(key=lambda one: _place(one, name), reverse=descending)
    start, end = _window(found, order, name, descending=descending)
    return {
        "contacts": [{**one.describe(), "searchAfter": list(_place(one, name))} for one in found[start:end]],
        "total": len(found),
    }


def _checked(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not isinstance(body.get("locationId"), str):
        raise unprocessable(["locationId must be a string"])
    messages = [f"property {name} should not exist" for name in sorted(body.keys() - _MEMBERS)]
    limit = body.get("pageLimit")
    if not isinstance(limit, int) or not 1 <= limit <= _MOST:
        messages.append(f"pageLimit must lie between 1 and {_MOST}")
    if "page" in body and "searchAfter" in body:
        messages.append("page and searchAfter exclude each other")
    if messages:
        raise unprocessable(messages)
    return body


def _sort(order: dict[str, Any]) -> tuple[str, bool]:
    sorts = order.get("sort") or [{"field": "dateAdded", "direction": "desc"}]
    if len(sorts) != 1 or sorts[0].get("field") not in _DATES:
        raise bad_request("sort by dateAdded or dateUpdated")
    return sorts[0]["field"], sorts[0].get("direction", "desc") == "desc"


def _fits(contact: Contact, order: dict[str, Any]) -> bool:
    return all(_holds(contact, one) for one in order.get("filters", []))


def _holds(contact: Contact, one: dict[str, Any]) -> bool:
    bounds = one.get("value")
    if one.get("field") not in _DATES or one.get("operator") != "range" or not isinstance(bounds, dict):
        raise bad_request("filters are ranges of dateAdded or dateUpdated")
    value = _milliseconds(getattr(contact, _DATES[one["field"]]))
    return all(_BOUNDS[name](value, _milliseconds(bound)) for name, bound in bounds.items())


def _window(found: list[Contact], order: dict[str, Any], name: str, *, descending: bool) -> tuple[int, int]:
    after, limit = order.get("searchAfter"), order["pageLimit"]
    if after is None:
        start = (order.get("page", 1) - 1) * limit
        if start + limit > _MOST_PAGED:
            raise bad_request("use searchAfter beyond 10,000 contacts")
    else:
        passed = [
            _place(one, name) >= tuple(after) if descending else _place(one, name) <= tuple(after)
            for one in found
        ]
        start = sum(passed)
    return start, start + limit


def _place(contact: Contact, name: str) -> tuple[int, str]:
    return _milliseconds(getattr(contact, _DATES[name])), contact.id


def _milliseconds(value: Any) -> int:
    try:
        return value if isinstance(value, int) else round(datetime.fromisoformat(value).timestamp() * 1000)
    except (TypeError, ValueError):
        raise bad_request("a date must be ISO 8601 or milliseconds") from None
