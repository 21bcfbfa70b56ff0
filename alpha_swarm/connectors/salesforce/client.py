"""One method for each operation of Salesforce that is used.

All of them may be repeated: new records go by an external id, and what they write they write again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from alpha_swarm.connectors.calls import Answer, Call, segment
from alpha_swarm.connectors.salesforce import facts, schemas
from alpha_swarm.connectors.verdicts import error_code
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.salesforce.settings import SalesforceConfig

Shape = TypeVar("Shape", bound=BaseModel)
Item = TypeVar("Item")
_ABSENT = frozenset({HTTPStatus.BAD_REQUEST.value, HTTPStatus.NOT_FOUND.value})


@dataclass(frozen=True, slots=True)
class Collection:
    """Records for one call: new ones, each with its external id, or known ones, each with its id."""

    new: bool
    records: Sequence[Mapping[str, Any]] = field(repr=False)


class SalesforceClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, http: Http, config: SalesforceConfig) -> None:
        self._http = http
        self._object = segment(config.object)
        self._external_id = segment(config.external_id)
        self._data = f"/services/data/v{segment(config.api_version)}"

    def describe(self) -> schemas.Description:
        """The fields of the object."""
        call = self._call("describe", "GET", f"/sobjects/{self._object}/describe")
        return self._http.parsed(call, self._http.call(call), schemas.Description)

    def limits(self) -> schemas.Limits:
        """What is left of the org's calls."""
        call = self._call("get limits", "GET", "/limits")
        return self._http.parsed(call, self._http.call(call), schemas.Limits)

    def read(self, ids: Sequence[str], names: Sequence[str], at_once: int) -> list[schemas.Row]:
        """The records with these ids, those that are there."""
        path = f"/composite/sobjects/{self._object}"
        calls = [
            self._call("read leads", "POST", path, json={"ids": chunk, "fields": list(names)})
            for chunk in chunks(ids, facts.MOST_READ)
        ]
        return [row for rows in self._all(calls, schemas.Rows, at_once) for row in rows.root if row]

    def query(self, queries: Sequence[str], at_once: int) -> list[schemas.Row]:
        """All records that any of the queries finds."""
        calls = [self._call("query leads", "GET", "/query", params={"q": query}) for query in queries]
        pages = self._all(calls, schemas.Page, at_once)
        return [row for page in pages for row in self._with_rest(page)]

    def write_each(
        self, collections: Sequence[Collection], at_once: int
    ) -> Iterator[dict[int, schemas.Results | AlphaSwarmError]]:
        """Collections, several at a time: place → results or verdict, in portions as they come."""
        calls = [self._writing(collection) for collection in collections]
        for portion in self._http.each(calls, at_once):
            yield {place: self._results(calls[place], answer) for place, answer in portion.items()}

    def update(self, record_id: str, body: Mapping[str, Any]) -> None:
        """Set fields of one record.

        Raises:
            GiveUpError: there is no such record, among other reasons.
        """
        path = self._record(record_id)
        call = self._call("update lead", "PATCH", path, json=dict(body), accept=_ABSENT, raw=True)
        answer = self._http.call(call)
        if answer.status in _ABSENT:
            raise self._refused(call, answer)

    def delete_each(
        self, ids: Sequence[str], at_once: int
    ) -> Iterator[tuple[str, schemas.Result | AlphaSwarmError]]:
        """Into the recycle bin, 200 at a time: each id with what came of it."""
        parts = chunks(ids, facts.MOST_WRITTEN)
        calls = [
            self._call(
                "delete leads",
                "DELETE",
                "/composite/sobjects",
                records=len(part),
                params={"ids": ",".join(part), "allOrNone": "false"},
            )
            for part in parts
        ]
        yield from self._told(parts, calls, at_once)

    def update_each(
        self, ids: Sequence[str], body: Mapping[str, Any], at_once: int
    ) -> Iterator[tuple[str, schemas.Result | AlphaSwarmError]]:
        """Set the same fields of all, 200 at a time: each id with what came of it."""
        parts = chunks(ids, facts.MOST_WRITTEN)
        records = [[{**body, "id": one} for one in part] for part in parts]
        calls = [self._writing(Collection(new=False, records=some)) for some in records]
        yield from self._told(parts, calls, at_once)

    def get_each(self, ids: Sequence[str], at_once: int) -> list[Mapping[str, Any]]:
        """All fields of the records with these ids, of those that are there. Raises the first verdict."""
        calls = [self._call("get lead", "GET", self._record(one), accept=_ABSENT) for one in ids]
        found: list[Mapping[str, Any]] = []
        for portion in self._http.each(calls, at_once):
            for place, answer in portion.items():
                if isinstance(answer, AlphaSwarmError):
                    raise answer
                if answer.status not in _ABSENT and isinstance(answer.body, dict):
                    found.append(answer.body)
                elif error_code(answer.body) not in facts.GONE:
                    raise self._http.verdict(calls[place], answer)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _refused(self, call: Call, answer: Answer) -> AlphaSwarmError:
        if error_code(answer.body) in facts.GONE:
            return GiveUpError("salesforce has no such record", cause="gone")
        return self._http.verdict(call, answer)

    def _record(self, record_id: str) -> str:
        return f"/sobjects/{self._object}/{segment(record_id)}"

    def _writing(self, collection: Collection) -> Call:
        typed = [{"attributes": {"type": self._object}, **record} for record in collection.records]
        path = f"/{self._object}/{self._external_id}" if collection.new else ""
        return self._call(
            "upsert leads" if collection.new else "update leads",
            "PATCH",
            f"/composite/sobjects{path}",
            records=len(typed),
            json={"allOrNone": False, "records": typed},
        )

    def _results(self, call: Call, answer: Answer | AlphaSwarmError) -> schemas.Results | AlphaSwarmError:
        if isinstance(answer, AlphaSwarmError):
            return answer
        try:
            return self._http.parsed(call, answer, schemas.Results)
        except AlphaSwarmError as error:
            return error

    def _told(
        self, parts: Sequence[Sequence[str]], calls: Sequence[Call], at_once: int
    ) -> Iterator[tuple[str, schemas.Result | AlphaSwarmError]]:
        for portion in self._http.each(calls, at_once):
            for place, answer in portion.items():
                yield from self._each(parts[place], self._results(calls[place], answer))

    def _each(
        self, ids: Sequence[str], came: schemas.Results | AlphaSwarmError
    ) -> Iterator[tuple[str, schemas.Result | AlphaSwarmError]]:
        """The results stand in the order of the ids."""
        if isinstance(came, schemas.Results) and len(came.root) == len(ids):
            yield from zip(ids, came.root, strict=True)
        elif isinstance(came, schemas.Results):
            text = "salesforce answered for another number of records than were named"
            yield from ((one, RetryLaterError(text)) for one in ids)
        else:
            yield from ((one, came) for one in ids)

    def _all(self, calls: Sequence[Call], shape: type[Shape], at_once: int) -> list[Shape]:
        """Every answer, in the order of the calls; the first verdict is raised."""
        found: dict[int, Shape] = {}
        for portion in self._http.each(calls, at_once):
            for place, answer in portion.items():
                if isinstance(answer, AlphaSwarmError):
                    raise answer
                found[place] = self._http.parsed(calls[place], answer, shape)
        return [found[place] for place in range(len(calls))]

    def _with_rest(self, page: schemas.Page) -> Iterator[schemas.Row]:
        yield from page.records
        while not page.done and page.next:
            # Of the address that is named only the locator is taken: the host stays ours.
            path = f"/query/{segment(page.next.rpartition('/')[2])}"
            call = self._call("query more leads", "GET", path)
            page = self._http.parsed(call, self._http.call(call), schemas.Page)
            yield from page.records

    def _call(self, operation: str, method: str, path: str, **more: Any) -> Call:
        return Call(
            operation=operation,
            method=method,
            path=self._data + path,
            effect=False,
            limit=facts.LIMIT,
            **more,
        )


def chunks(values: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """In order, each of at most that size."""
    return [values[start : start + size] for start in range(0, len(values), size)]
