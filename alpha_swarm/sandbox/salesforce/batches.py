"""Collections: many records in one call, each with a result of its own, in the order of the request."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Reply
from alpha_swarm.sandbox.salesforce.errors import problem, refusal
from alpha_swarm.sandbox.salesforce.ids import PREFIX, is_id
from alpha_swarm.sandbox.salesforce.saving import Result
from alpha_swarm.sandbox.salesforce.singles import allows, check_external, check_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.salesforce.org import Org
    from alpha_swarm.sandbox.salesforce.records import Records
    from alpha_swarm.sandbox.salesforce.saving import Saving

MOST_WRITTEN = 200
MOST_READ = 2000
_Given = dict[str, Any]


class Batches:
    """What fails of a collection fails alone, unless all or none is asked for."""

    def __init__(self, org: Org, records: Records, saving: Saving) -> None:
        self._org = org
        self._records = records
        self._saving = saving

    def create(self, call: Call) -> Reply:
        """New records."""
        allow = allows(call)
        results = self._all(call, lambda given: self._saving.create(given, call.now, allow=allow))
        return Reply(200, [result.describe() for result in results])

    def update(self, call: Call) -> Reply:
        """Records by their id."""
        allow, seen = allows(call), set[str]()

        def one(given: _Given) -> Result:
            record_id = str(given.pop("id", None) or given.pop("Id", None) or "")
            return _twice(record_id, seen) or self._saving.update(record_id, given, call.now, allow=allow)

        return Reply(200, [result.describe() for result in self._all(call, one)])

    def upsert(self, call: Call) -> Reply:
        """Records by their external id, which each must name."""
        name, allow, seen = call.path["field"], allows(call), set[str]()
        check_external(name, self._org)

        def one(given: _Given) -> Result:
            value = given.pop(name, None)
            if not isinstance(value, str) or not value or "Id" in given or "id" in given:
                return Result(None, (problem("MISSING_ARGUMENT", f"{name} not specified"),))
            return _twice(value, seen) or self._saving.upsert(name, value, given, call.now, allow=allow)

        return Reply(200, [result.describe(upsert=True) for result in self._all(call, one)])

    def read(self, call: Call) -> Reply:
        """Records by id, `null` for those that are not there; ids in the query or in the body."""
        body = call.body if isinstance(call.body, dict) else {}
        ids = body.get("ids") or call.query.get("ids", "").split(",")
        names = body.get("fields") or call.query.get("fields", "").split(",")
        if len(ids) > MOST_READ:
            raise refusal(400, "EXCEEDED_ID_LIMIT", f"record limit reached: at most {MOST_READ} ids")
        check_names(names, self._org)
        _check_ids(ids)
        found = [self._records.get(str(one)) for one in ids]
        return Reply(200, [record.describe(names) if record else None for record in found])

    def delete(self, call: Call) -> Reply:
        """Records by their ids, which stand in the query."""
        ids = [one for one in call.query.get("ids", "").split(",") if one]
        if not 1 <= len(ids) <= MOST_WRITTEN:
            raise refusal(400, "INVALID_ARGUMENT_TYPE", f"a call deletes 1 to {MOST_WRITTEN} records")
        if call.query.get("allOrNone", "false") != "false":
            raise refusal(400, "INVALID_INPUT", "all or none is not imitated for deletions")
        seen = set[str]()
        results = [_twice(one, seen) or self._saving.delete(one) for one in ids]
        return Reply(200, [result.describe() for result in results])

    def _all(self, call: Call, one: Callable[[_Given], Result]) -> list[Result]:
        given, all_or_none = _given(call.body)
        before = deepcopy(self._records.__dict__) if all_or_none else {}
        results = [one(dict(record)) for record in given]
        if all_or_none and not all(result.success for result in results):
            self._records.__dict__.update(before)
            return [_rolled_back(result) for result in results]
        return results


def _given(body: Any) -> tuple[list[_Given], bool]:
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(records, list) or not records:
        raise refusal(400, "JSON_PARSER_ERROR", "records must be a list")
    if len(records) > MOST_WRITTEN:
        text = f"record limit reached. cannot submit more than {MOST_WRITTEN} records in this call"
        raise refusal(400, "INVALID_ARGUMENT_TYPE", text)
    for record in records:
        if not isinstance(record, dict) or (record.get("attributes") or {}).get("type") != "Lead":
            raise refusal(400, "INVALID_INPUT", "each record needs attributes with its type")
    return records, bool(body.get("allOrNone", False))


def _check_ids(ids: list[Any]) -> None:
    """One that is none, or another object's, spoils the call."""
    for one in ids:
        if not isinstance(one, str) or not is_id(one) or not one.startswith(PREFIX):
            raise refusal(400, "MALFORMED_ID", f"malformed id {one}")


def _twice(key: str, seen: set[str]) -> Result | None:
    if key in seen:
        return Result(None, (problem("DUPLICATE_VALUE", f"Duplicate id specified: {key}"),))
    seen.add(key)
    return None


def _rolled_back(result: Result) -> Result:
    if not result.success:
        return result
    text = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    return Result(None, (problem("ALL_OR_NONE_OPERATION_ROLLED_BACK", text),))
