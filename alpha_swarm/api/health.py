"""Health for load balancers and people: three states, and the reasons for those who have a key."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.api.keys import Keys
    from alpha_swarm.api.recent import Recent
    from alpha_swarm.app import App

#: The ledger out of reach outweighs all that it could tell.
_NO_LEDGER: Mapping[str, Any] = {
    "health": "unhealthy",
    "reasons": ["the ledger is out of reach: check DATABASE_URL and the disk"],
    "breakers": {},
    "dead_letters": None,
}


def routes(app: App, keys: Keys, recent: Recent) -> APIRouter:
    """``/health``, ``/health/live``, ``/health/ready``."""
    router = APIRouter()

    @router.get("/health", responses={503: {"description": "Unhealthy."}})
    def health(request: Request) -> JSONResponse:
        """Tell how the installation is: 200 for healthy and degraded, 503 for unhealthy."""
        facts = _facts(recent)
        body = {"status": facts["health"]}
        if keys.know(request):
            body |= {"reasons": facts["reasons"], "details": _details(facts)}
        return _answer(body, ok=facts["health"] != "unhealthy")

    @router.get("/health/live")
    def live() -> JSONResponse:
        """Tell that this process answers."""
        return JSONResponse({"status": "alive"})

    @router.get("/health/ready", responses={503: {"description": "Not ready."}})
    def ready() -> JSONResponse:
        """Tell whether leads can be taken in: the ledger lets us write."""
        try:
            with app.ledger.begin():
                return _answer({"status": "ready"}, ok=True)
        except RetryLaterError:
            return _answer({"status": "not ready"}, ok=False)

    return router


def _facts(recent: Recent) -> Mapping[str, Any]:
    try:
        return recent()
    except RetryLaterError:
        return _NO_LEDGER


def _details(facts: Mapping[str, Any]) -> dict[str, Any]:
    breakers = facts["breakers"]
    return {
        "api": {"connected": breakers.get("clay", "open") != "open"},
        "circuitBreaker": breakers,
        "dlqSize": facts["dead_letters"],
    }


def _answer(body: Mapping[str, Any], *, ok: bool) -> JSONResponse:
    return JSONResponse(body, status_code=HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE)
