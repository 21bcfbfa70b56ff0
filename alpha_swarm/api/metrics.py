"""``GET /metrics``: the state of the installation in Prometheus' text format, reckoned when asked for.

Whatever is counted stands in the ledger, so it is the same whichever process is asked, and goes on after a
restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response

from alpha_swarm.api import measured
from alpha_swarm.api.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.core import Metric

    from alpha_swarm.api.recent import Recent
    from alpha_swarm.api.throughput import Throughput


def routes(status: Recent, figures: Recent, throughput: Throughput) -> APIRouter:
    """The route."""
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(Metrics(status, figures, throughput))
    registry.register(REFUSALS)

    @router.get("/metrics", response_class=Response, responses={503: {"description": "The ledger is busy."}})
    def metrics() -> Response:
        """Figures without personal data."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class Metrics(Collector):
    """All of one moment."""

    def __init__(self, status: Recent, figures: Recent, throughput: Throughput) -> None:
        self._status = status
        self._figures = figures
        self._throughput = throughput

    def describe(self) -> Iterable[Metric]:
        """Nothing: so that registering asks the ledger nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every family, also those without a sample yet."""
        status, figures = self._status(), self._figures()
        yield from measured.whole(status)
        yield from measured.steps(figures, self._throughput())
        yield from measured.money(status, figures)
        yield from measured.providers(figures)
        yield from measured.doors(figures)
        yield from measured.calls(status, figures)
        yield from measured.troubles(figures)
