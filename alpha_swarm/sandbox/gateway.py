"""The way of every call: counted, delayed, faulted, authorised, limited, answered."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alpha_swarm.sandbox.connection import hang_up
from alpha_swarm.sandbox.exchange import UNREADABLE, Call, Operation, Refusal, Reply, Service

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from alpha_swarm.sandbox.faults import FaultOrder, Faults
    from alpha_swarm.sandbox.limits import Limiter
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_NO_QUERY = QueryParams()


class Gateway:
    """Puts the operations of the services behind HTTP."""

    def __init__(self, settings: SandboxSettings, log: Log, faults: Faults, limiter: Limiter) -> None:
        self._settings = settings
        self._log = log
        self._faults = faults
        self._limiter = limiter

    def routes(self, service: Service) -> list[Route]:
        """One route for each operation of the service."""
        return [
            Route(service.prefix + op.path, self._endpoint(service, op), methods=[op.method], name=op.name)
            for op in service.operations
        ]

    def unknown_path(self, service: Service) -> Route:
        """What answers every other path below the service's prefix."""

        def refuse(_call: Call) -> Reply:
            return service.failure(404, "no such path", 0.0)

        op = Operation("unknownPath", "*", "/{rest:path}", refuse)
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return Route(service.prefix + op.path, self._endpoint(service, op), methods=methods, name=op.name)

    def _endpoint(self, service: Service, op: Operation) -> ASGIApp:
        return _Endpoint(partial(self._answer, service, self._scaled(op)))

    def _scaled(self, op: Operation) -> Operation:
        """With windows as long as the settings have them."""
        if op.limit is None:
            return op
        return replace(op, limit=replace(op.limit, seconds=op.limit.seconds * self._settings.window_scale))

    async def _answer(self, service: Service, op: Operation, request: Request) -> Response:
        with self._log.in_flight(service.name):
            return await self._answered(service, op, request)

    async def _answered(self, service: Service, op: Operation, request: Request) -> Response:
        call = await _read(request)
        self._log.record(service.name, "call", op.name)
        if self._settings.call_latency_ms:
            await asyncio.sleep(self._settings.call_latency_ms / 1000)
        fault = self._faults.draw(service.name, op.name)
        spoilt = await _spoil(fault, "before", service, request)
        if spoilt is not None:
            return spoilt
        reply = self._decide(service, op, call)
        spoilt = await _spoil(fault, "after", service, request)
        return spoilt if spoilt is not None else _render(reply)

    def _decide(self, service: Service, op: Operation, call: Call) -> Reply:
        headers: dict[str, str] = {}
        try:
            service.admit(call)
            headers = self._pace(service, op, call)
            if call.body is UNREADABLE and not op.raw:
                return service.failure(400, "the body is not valid JSON", 0.0)
            reply = op.handler(call)
        except Refusal as refusal:
            reply = refusal.reply
        return replace(reply, headers=reply.headers | headers) if headers else reply

    def _pace(self, service: Service, op: Operation, call: Call) -> dict[str, str]:
        """The headers that tell what is left of the limit; refuses the call when nothing is."""
        limit = self._limiter.current(op.limit, on=self._settings.limits)
        if limit is None:
            return {}
        pace = self._limiter.ask(limit, op.scope(call), time.monotonic())
        headers = service.pace(limit, pace.remaining) if limit.told else {}
        if pace.admitted:
            return headers
        self._log.record(service.name, "rate_limited", op.name)
        reply = service.failure(429, "too many requests", pace.wait)
        raise Refusal(Reply(reply.status, reply.body, reply.headers | headers if limit.told else {}))


class _Endpoint:
    """An operation as an app of its own, so that nothing stands between it and the server."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)


async def _read(request: Request) -> Call:
    raw = await request.body()
    return Call(
        path=request.path_params,
        query=request.query_params if request.scope["query_string"] else _NO_QUERY,
        headers=request.headers,
        body=_parse(raw) if raw else None,
        now=time.time(),
        size=len(raw),
        raw=raw,
        url_size=len(request.scope["raw_path"]) + len(request.scope["query_string"]),
    )


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return UNREADABLE


async def _spoil(fault: FaultOrder | None, when: str, service: Service, request: Request) -> Response | None:
    """Carry out the fault if its moment is now; None means that the call goes on."""
    if fault is None or fault.when != when:
        return None
    if fault.fault == "status":
        return _render(service.failure(fault.status, "a fault on demand", fault.seconds))
    if fault.fault in {"slow", "hang"}:
        await asyncio.sleep(fault.seconds)
    if fault.fault == "slow":
        return None
    await hang_up(request)
    return Response()


def _render(reply: Reply) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status, headers=reply.headers)
    body = to_json(reply.body) if reply.media_type == "application/json" else reply.body
    return Response(body, reply.status, reply.headers, media_type=reply.media_type)
