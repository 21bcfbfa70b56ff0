"""`/_sandbox/hubspot`: what people do by hand, and what shall go wrong with single records."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from alpha_swarm.sandbox.hubspot.errors import Fault
from alpha_swarm.sandbox.hubspot.record_faults import RecordFaultOrder

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.sandbox.hubspot.portal import Portal


class Typing(BaseModel):
    """A contact that a person edits, by its id; without one, a contact that a person makes."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    properties: dict[str, str]


_TYPINGS = TypeAdapter(list[Typing])
_IDS = TypeAdapter(list[str])


class HubSpotAdmin:
    """Handlers for whoever runs the sandbox."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def routes(self) -> list[Route]:
        """The routes under `/_sandbox/hubspot`."""
        return [
            Route("/_sandbox/hubspot/people", self._people, methods=["POST"]),
            Route("/_sandbox/hubspot/unsubscribed", self._unsubscribe, methods=["POST"]),
            Route("/_sandbox/hubspot/record_faults", self._fault, methods=["POST"]),
        ]

    async def _people(self, request: Request) -> Response:
        """The body is `[{"id": ..., "properties": {...}}]`; the answer holds the ids."""
        try:
            orders = _TYPINGS.validate_json(await request.body())
            return JSONResponse({"ids": [self._type_in(order) for order in orders]})
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except Fault as fault:
            return JSONResponse(fault.body, status_code=fault.status)

    def _type_in(self, order: Typing) -> str:
        contact = None if order.id is None else self._portal.contacts.get(order.id)
        values: dict[str, Any] = self._portal.properties.checked(order.properties)
        return self._portal.typed_in(contact, values, time.time()).id

    async def _unsubscribe(self, request: Request) -> Response:
        """The body is a list of ids; what counts is the e-mail that each of them has now."""
        try:
            for contact_id in _IDS.validate_json(await request.body()):
                contact = self._portal.contacts.get(contact_id)
                contact.opted_out.add(contact.values.get("email", ""))
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except Fault as fault:
            return JSONResponse(fault.body, status_code=fault.status)
        return Response(status_code=201)

    async def _fault(self, request: Request) -> Response:
        try:
            self._portal.record_faults.add(RecordFaultOrder.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(status_code=201)
