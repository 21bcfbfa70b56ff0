"""The search, which finds what its index has seen by then."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.hubspot.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INDEXED = frozenset({"email", "phone", "hs_searchable_calculated_phone_number"})
_MOST_LISTED = 200
_MOST_VALUES = 100
_MOST_REACHED = 10_000
_OPERATORS: dict[str, Callable[[str | None, dict[str, Any]], bool]] = {
    "EQ": lambda value, one: _low(value) == _low(one.get("value")),
    "NEQ": lambda value, one: value is not None and _low(value) != _low(one.get("value")),
    "IN": lambda value, one: _low(value) in {_low(each) for each in one.get("values", ())},
    "HAS_PROPERTY": lambda value, _one: value is not None,
    "NOT_HAS_PROPERTY": lambda value, _one: value is None,
    "GTE": lambda value, one: value is not None and _order(value) >= _order(one.get("value", "")),
    "GT": lambda value, one: value is not None and _order(value) > _order(one.get("value", "")),
    "LTE": lambda value, one: value is not None and _order(value) <= _order(one.get("value", "")),
}


class Index:
    """What the search knows: the values of contacts as they were `lag` seconds ago."""

    def __init__(self, lag: float) -> None:
        self._lag = lag
        self.reset()

    def reset(self) -> None:
        """Forget all."""
        self._coming: deque[tuple[float, str, dict[str, str] | None]] = deque()
        self._seen: dict[str, dict[str, str]] = {}
        self._holders: dict[tuple[str, str], dict[str, None]] = {}

    def tell(self, contact_id: str, values: dict[str, str] | None, now: float) -> None:
        """A contact has these values from now on, or is gone."""
        copy = None if values is None else dict(values)
        self._coming.append((now + self._lag, contact_id, copy))
        self._catch_up(now)

    def matching(self, groups: Any, now: float) -> list[str]:
        """The ids of the contacts that fit any of the filter groups, all without a group."""
        self._catch_up(now)
        filters = [group.get("filters", []) for group in groups] or [[]]
        found = [one for group in filters for one in self._candidates(group) if self._fits(one, group)]
        return list(dict.fromkeys(found))

    def sort(self, ids: list[str], sorts: list[dict[str, Any]]) -> list[str]:
        """By the one property that may be sorted by; those that are alike in it in any order."""
        for one in sorts:
            name = one["propertyName"]
            descending = one.get("direction") == "DESCENDING"
            ids = sorted(ids, key=lambda key: _order(self._seen[key].get(name, "")), reverse=descending)
        return ids

    def _catch_up(self, now: float) -> None:
        while self._coming and self._coming[0][0] <= now:
            _, contact_id, values = self._coming.popleft()
            self._see(contact_id, values)

    def _see(self, contact_id: str, values: dict[str, str] | None) -> None:
        for key in _keys(self._seen.pop(contact_id, {})):
            self._holders[key].pop(contact_id, None)
            if not self._holders[key]:
                del self._holders[key]
        if values is None:
            return
        self._seen[contact_id] = values
        for key in _keys(values):
            self._holders.setdefault(key, {})[contact_id] = None

    def _candidates(self, group: list[dict[str, Any]]) -> Iterator[str]:
        for one in group:
            if one.get("propertyName") in _INDEXED and one.get("operator") in {"EQ", "IN"}:
                values = one.get("values", [one.get("value")])
                for value in values:
                    yield from self._holders.get((one["propertyName"], _low(value) or ""), ())
                return
        yield from self._seen

    def _fits(self, contact_id: str, group: list[dict[str, Any]]) -> bool:
        values = self._seen[contact_id]
        return all(_OPERATORS[one["operator"]](values.get(one["propertyName"]), one) for one in group)


def check_search(body: Any) -> dict[str, Any]:
    """The body of a search, or a refusal; the contract requires five members."""
    required = {"filterGroups", "sorts", "properties", "limit", "after"}
    if not isinstance(body, dict) or not required <= body.keys():
        raise invalid(f"a search needs {', '.join(sorted(required))}")
    if not isinstance(body["limit"], int) or not 1 <= body["limit"] <= _MOST_LISTED:
        raise invalid(f"limit must lie between 1 and {_MOST_LISTED}")
    if not str(body["after"] or "0").isdecimal():
        raise invalid("after must be what the last page named")
    if int(body["after"] or "0") + body["limit"] > _MOST_REACHED:
        raise invalid(f"a search reaches {_MOST_REACHED} results at most")
    if len(body["sorts"]) > 1:
        raise invalid("only one sort is allowed")
    filters = [one for group in body["filterGroups"] for one in group.get("filters", [])]
    if any(one.get("operator") not in _OPERATORS or not one.get("propertyName") for one in filters):
        raise invalid("a filter needs a propertyName and an operator that exists")
    if any(len(one.get("values", ())) > _MOST_VALUES for one in filters):
        raise invalid(f"a filter takes at most {_MOST_VALUES} values")
    return body


def _keys(values: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, values[name].lower()) for name in _INDEXED & values.keys()]


def _low(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) else None


def _order(value: str) -> tuple[int, str]:
    """Numbers, as ids and moments are, by their size."""
    return (int(value), "") if value.isdecimal() else (0, value)
