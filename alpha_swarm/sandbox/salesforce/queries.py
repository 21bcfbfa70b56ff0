"""Queries answered: which records they mean, in pages of two thousand."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.salesforce import soql, users
from alpha_swarm.sandbox.salesforce.errors import refusal
from alpha_swarm.sandbox.salesforce.records import INDEXED

if TYPE_CHECKING:
    from alpha_swarm.sandbox.salesforce.org import Org
    from alpha_swarm.sandbox.salesforce.records import Record, Records

PAGE = 2000
_SIGNS = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_MOMENTS = frozenset({"CreatedDate", "LastModifiedDate", "SystemModstamp"})


class Queries:
    """Answers, and keeps what is left of long ones."""

    def __init__(self, org: Org, records: Records) -> None:
        self._org = org
        self._records = records
        self.reset()

    def reset(self) -> None:
        """Forget what is left."""
        self._left: dict[str, tuple[list[Record], tuple[str, ...]]] = {}

    def run(self, text: str) -> dict[str, Any]:
        """The first page."""
        query = soql.parse(text)
        if query.entity == "User":
            return users.found(query)
        names = self._checked(query)
        return self._page(self._found(query), names, 0, f"01g{len(self._left):015}")

    def more(self, locator: str) -> dict[str, Any]:
        """Another page."""
        name, _, start = locator.rpartition("-")
        if name not in self._left or not start.isdecimal():
            raise refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        found, names = self._left[name]
        return self._page(found, names, int(start), name)

    def _page(self, found: list[Record], names: tuple[str, ...], start: int, name: str) -> dict[str, Any]:
        page, end = found[start : start + PAGE], start + PAGE
        body: dict[str, Any] = {
            "totalSize": len(found),
            "done": end >= len(found),
            "records": [record.describe(names) for record in page],
        }
        if end < len(found):
            self._left[name] = (found, names)
            body["nextRecordsUrl"] = f"/services/data/v67.0/query/{name}-{end}"
        return body

    def _checked(self, query: soql.Query) -> tuple[str, ...]:
        if query.entity != "Lead":
            raise refusal(400, "INVALID_TYPE", f"sObject type '{query.entity}' is not supported")
        for name in (*query.fields, *(name for name, _ in query.order)):
            if name not in self._org.fields:
                raise refusal(400, "INVALID_FIELD", f"No such column '{name}' on entity 'Lead'")
        return query.fields

    def _found(self, query: soql.Query) -> list[Record]:
        found = self._records.all() if query.where is None else list(self._where(query.where).values())
        for name, descending in reversed(query.order):
            found.sort(key=lambda record: str(record.value(name) or ""), reverse=descending)
        return found if query.limit is None else found[: query.limit]

    def _where(self, condition: soql.Condition) -> dict[str, Record]:
        """Record id → record."""
        if isinstance(condition, soql.Test):
            return {record.id: record for record in self._tested(condition)}
        parts = [self._where(part) for part in condition.parts]
        if condition.word == "or":
            return {name: record for part in parts for name, record in part.items()}
        return {name: record for name, record in parts[0].items() if all(name in part for part in parts[1:])}

    def _tested(self, test: soql.Test) -> list[Record]:
        if test.field not in self._org.fields:
            raise refusal(400, "INVALID_FIELD", f"No such column '{test.field}' on entity 'Lead'")
        if test.sign in {"in", "="} and test.field in {"Id", *INDEXED}:
            return self._indexed(test)
        if test.sign == "in":
            return [one for one in self._records.all() if one.value(test.field) in test.values]
        return [one for one in self._records.all() if _holds(one.value(test.field), test)]

    def _indexed(self, test: soql.Test) -> list[Record]:
        if test.field == "Id":
            return [record for value in test.values if (record := self._records.get(str(value)))]
        return [
            record
            for value in test.values
            if value
            for record in self._records.holders(test.field, str(value))
        ]


def _holds(value: Any, test: soql.Test) -> bool:
    """Moments are compared as such; nothing is greater or less than a blank."""
    wanted = test.values[0]
    if test.field in _MOMENTS:
        value, wanted = _moment(value), _moment(wanted)
    if (value is None or wanted is None) and test.sign not in {"=", "!="}:
        return False
    try:
        return bool(_SIGNS[test.sign](value, wanted))
    except TypeError:
        raise refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {test.field}") from None


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (TypeError, ValueError):
        raise refusal(400, "INVALID_FIELD", "value of filter criterion must be of type dateTime") from None
