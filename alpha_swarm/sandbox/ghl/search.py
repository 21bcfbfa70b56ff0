"""The search by filters, which finds what its index has seen by then."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.ghl.errors import bad_request, unprocessable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_INDEXED = frozenset({"email", "phone"})
_FIELDS = _INDEXED | {"firstName", "lastName", "companyName", "source", "id"}
_OPERATORS = frozenset({"eq", "not_eq", "contains", "exists"})
_GROUPS: dict[str, Callable[[Iterable[bool]], bool]] = {"OR": any, "AND": all}
_MOST_LISTED = 500


class Index:
    """What the search knows: contacts as they were `lag` seconds ago."""

    def __init__(self, lag: float) -> None:
        self._lag = lag
        self.reset()

    def reset(self) -> None:
        """Forget all."""
        self._coming: deque[tuple[float, str, dict[str, Any] | None]] = deque()
        self._seen: dict[str, dict[str, Any]] = {}
        self._holders: dict[tuple[str, str, str], dict[str, None]] = {}

    def tell(self, contact_id: str, described: dict[str, Any] | None, now: float) -> None:
        """A contact looks like this from now on, or is gone."""
        self._coming.append((now + self._lag, contact_id, described))
        self._catch_up(now)

    def search(self, body: Any, now: float, *, ignoring: bool) -> tuple[list[dict[str, Any]], int]:
        """The page that the body asks for, and how many there are in all; `ignoring` its filters."""
        location, page, size, filters = _checked(body)
        self._catch_up(now)
        wanted = [] if ignoring else filters
        found = [
            one
            for one in map(self._seen.__getitem__, self._candidates(location, wanted))
            if one["locationId"] == location and all(_fits(one, node) for node in wanted)
        ]
        return found[(page - 1) * size : page * size], len(found)

    def _catch_up(self, now: float) -> None:
        while self._coming and self._coming[0][0] <= now:
            _, contact_id, described = self._coming.popleft()
            for key in _keys(self._seen.pop(contact_id, {})):
                self._holders[key].pop(contact_id, None)
                if not self._holders[key]:
                    del self._holders[key]
            if described is not None:
                self._seen[contact_id] = described
                for key in _keys(described):
                    self._holders.setdefault(key, {})[contact_id] = None

    def _candidates(self, location: str, filters: list[dict[str, Any]]) -> Iterable[str]:
        """By e-mail and phone where nothing else is asked for, else all."""
        if len(filters) != 1:
            return list(self._seen)
        leaves = filters[0].get("filters", filters)
        if not all(one.get("field") in _INDEXED and one.get("operator") == "eq" for one in leaves):
            return list(self._seen)
        keys = [(location, one["field"], one["value"].lower()) for one in leaves]
        return dict.fromkeys(one for key in keys for one in self._holders.get(key, ()))


def _checked(body: Any) -> tuple[str, int, int, list[dict[str, Any]]]:
    if not isinstance(body, dict) or not isinstance(body.get("locationId"), str):
        raise unprocessable(["locationId must be a string"])
    page, size, filters = body.get("page", 1), body.get("pageLimit"), body.get("filters", [])
    if not isinstance(size, int) or not 1 <= size <= _MOST_LISTED:
        raise bad_request(f"pageLimit must be between 1 and {_MOST_LISTED}")
    if not isinstance(page, int) or page < 1:
        raise bad_request("page must be a positive number")
    if not isinstance(filters, list):
        raise bad_request("filters must be an array")
    for node in filters:
        _check(node)
    return body["locationId"], page, size, filters


def _check(node: Any) -> None:
    if not isinstance(node, dict):
        raise bad_request("Invalid filter")
    if "group" in node:
        if node["group"] not in _GROUPS or not isinstance(node.get("filters"), list) or not node["filters"]:
            raise bad_request("Invalid group")
        for one in node["filters"]:
            _check(one)
    elif node.get("field") not in _FIELDS:
        raise bad_request("Invalid field")
    elif node.get("operator") not in _OPERATORS or not isinstance(node.get("value", ""), str):
        raise bad_request("Invalid operator")


def _fits(described: dict[str, Any], node: dict[str, Any]) -> bool:
    if "group" in node:
        fitting = _GROUPS[node["group"]]
        return fitting(_fits(described, one) for one in node["filters"])
    value = str(described.get(node["field"], "")).lower()
    asked: str = node.get("value", "").lower()
    match node["operator"]:
        case "eq":
            return value == asked
        case "not_eq":
            return value != asked
        case "contains":
            return asked in value
        case _:
            return bool(value)


def _keys(described: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in _INDEXED & described.keys():
        yield (described["locationId"], name, described[name].lower())
