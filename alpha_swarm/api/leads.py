"""``POST /leads`` and ``GET /leads/{id}``."""

from __future__ import annotations

import asyncio
import hashlib
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from alpha_swarm.api import openapi
from alpha_swarm.api.bodies import read_body
from alpha_swarm.api.deliveries import Delivery, read_delivery
from alpha_swarm.api.problems import Problem
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.leads.presentation import present_lead
from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.api.group_commit import GroupCommit
    from alpha_swarm.api.keys import Keys
    from alpha_swarm.app import App

MOST_BYTES = 10 << 20
_KEY = re.compile(r"[!-~]{1,255}")
_LEAD_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def routes(app: App, keys: Keys, group: GroupCommit[Delivery, Mapping[str, Any] | None]) -> APIRouter:
    """Both routes."""
    router = APIRouter()
    clock = SystemClock()

    @router.post(
        "/leads", status_code=HTTPStatus.ACCEPTED, openapi_extra=openapi.POST_LEADS, responses=openapi.POSTED
    )
    async def post_leads(request: Request) -> JSONResponse:
        """Take in one lead, or up to 1000; durable before the answer."""
        caller = keys.require(request)
        key = _idempotency_key(request, caller)
        body = await read_body(request, MOST_BYTES)
        delivery = await run_in_threadpool(read_delivery, body, clock.now(), key, app.policy)
        answer = await asyncio.wrap_future(group.submit(delivery, len(body)))
        if answer is None:
            raise Problem(HTTPStatus.CONFLICT, "key_reused", "this Idempotency-Key came with another body")
        return JSONResponse(answer, status_code=HTTPStatus.ACCEPTED)

    @router.get("/leads/{lead_id}", openapi_extra=openapi.GET_LEAD, responses=openapi.GOT)
    def get_lead(lead_id: str, request: Request) -> JSONResponse:
        """Answer with the lead's output payload, its state and how old its values are."""
        keys.require(request)
        if not _LEAD_ID.fullmatch(lead_id):
            raise _no_such_lead()
        with app.ledger.read() as tx:
            lead = tx.leads.load([lead_id]).get(lead_id)
            clay_away = Step.ENRICH.party in tx.pauses.current()
        if lead is None:
            raise _no_such_lead()
        return JSONResponse(present_lead(lead, clock.now(), clay_away=clay_away))

    return router


def _idempotency_key(request: Request, caller: bytes) -> str | None:
    """The key made the caller's own, so that two callers may use the same one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        message = "Idempotency-Key must have 1 to 255 visible ASCII characters"
        raise Problem(HTTPStatus.BAD_REQUEST, "unfit_key", message)
    return f"{hashlib.sha256(caller).hexdigest()}:{key}"


def _no_such_lead() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "not_found", "there is no lead with this id")
