"""`/_sandbox/salesforce`: what people do in the org, and how it is set up."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.exchange import Refusal
from alpha_swarm.sandbox.salesforce.rules import stored
from alpha_swarm.sandbox.salesforce_order import OrgOrder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from alpha_swarm.sandbox.salesforce.records import Record
    from alpha_swarm.sandbox.salesforce.service import Salesforce

_PATH = "/_sandbox/salesforce"
_Answer = tuple[int, Any]


class OrgAdmin:
    """Handlers; a person may save what the rules would refuse."""

    def __init__(self, salesforce: Salesforce) -> None:
        self._salesforce = salesforce

    def routes(self) -> list[Route]:
        """The routes under `/_sandbox/salesforce`."""
        record = f"{_PATH}/records/{{record_id}}"
        return [
            Route(f"{_PATH}/records", _handler(self._add), methods=["POST"]),
            Route(record, _handler(self._edit), methods=["PATCH"]),
            Route(record, _handler(self._delete), methods=["DELETE"]),
            Route(f"{_PATH}/org", _handler(self._change), methods=["POST"]),
            Route(f"{_PATH}/sessions", _handler(self._end_sessions), methods=["DELETE"]),
        ]

    def _add(self, _request: Request, body: Any) -> _Answer:
        """A list of records that have been there before anybody came; their ids."""
        return 201, {"ids": [self._keep(fields).id for fields in body]}

    def _keep(self, fields: dict[str, Any]) -> Record:
        values = stored(fields, self._salesforce.org)
        record = self._salesforce.records.create(
            {name: value for name, value in values.items() if value is not None and name != "IsConverted"},
            time.time(),
        )
        record.converted = bool(fields.get("IsConverted", False))
        return record

    def _edit(self, request: Request, body: Any) -> _Answer:
        """Fields as a person sets them; `IsConverted` converts the lead."""
        record = self._record(request)
        values = stored(body, self._salesforce.org)
        record.converted = bool(values.pop("IsConverted", record.converted))
        self._salesforce.records.write(record, values, time.time())
        record.by_person |= values.keys()
        return 200, record.describe(self._salesforce.org.fields)

    def _delete(self, request: Request, _body: Any) -> _Answer:
        self._salesforce.records.delete(self._record(request))
        return 200, {}

    def _change(self, _request: Request, body: Any) -> _Answer:
        org = self._salesforce.org
        org.change(OrgOrder.model_validate({**org.order.model_dump(), **body}))
        return 200, org.order.model_dump(mode="json")

    def _end_sessions(self, _request: Request, _body: Any) -> _Answer:
        self._salesforce.tokens.end_all()
        return 200, {}

    def _record(self, request: Request) -> Record:
        record = self._salesforce.records.get(request.path_params["record_id"])
        if record is None:
            raise ValueError("there is no such record")
        return record


def _handler(act: Callable[[Request, Any], _Answer]) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            raw = await request.body()
            status, body = act(request, json.loads(raw) if raw else None)
        except (ValidationError, ValueError, TypeError, Refusal) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(body, status_code=status)

    return handle
