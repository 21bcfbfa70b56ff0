"""``GET /metrics``: the state of the installation in Prometheus' text format, reckoned when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.responses import Response

from alpha_swarm.api.refusals import REFUSALS
from alpha_swarm.domain.breaker import BreakerState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alpha_swarm.api.recent import Recent


def routes(recent: Recent) -> APIRouter:
    """The route."""
    router = APIRouter()
    registry = CollectorRegistry()
    registry.register(StatusCollector(recent))
    registry.register(REFUSALS)

    @router.get("/metrics", response_class=Response, responses={503: {"description": "The ledger is busy."}})
    def metrics() -> Response:
        """Figures without personal data."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class StatusCollector(Collector):
    """Gauges over the status."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: so that registering asks the ledger nothing."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All gauges of one moment."""
        facts = self._recent()
        yield _gauge("leads", "Leads by state.", "state", facts["leads"])
        yield _gauge("queue_depth", "Leads that wait for a step.", "queue", facts["queues"])
        yield _gauge("health", "1 for the present health.", "health", {facts["health"]: 1})
        yield _breakers(facts["breakers"])
        yield _credits(facts["credits"])
        yield _single(
            "oldest_waiting_seconds", "Age of the oldest due work.", facts["oldest_waiting_seconds"]
        )
        yield _single(
            "not_kept", "Writes of which a CRM did not keep something, as read back.", facts["not_kept"]
        )
        yield _single("balanced", "1 while the books balance.", facts["balanced"])
        yield _single("settled", "1 when no lead is on its way.", facts["settled"])


def _gauge(name: str, text: str, label: str, values: Mapping[str, Any]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"alpha_swarm_{name}", text, labels=[label])
    for key, value in values.items():
        if value is not None:
            family.add_metric([key], float(value))
    return family


def _breakers(states: Mapping[str, str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "alpha_swarm_breaker", "1 for the present state of a target's breaker.", labels=["target", "state"]
    )
    for target, present in states.items():
        for state in BreakerState:
            family.add_metric([target, state.value], float(state == present))
    return family


def _credits(spans: Mapping[str, Mapping[str, Any]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily("alpha_swarm_credits", "Credits by day and month.", labels=["span", "kind"])
    for span, used in spans.items():
        for kind, value in used.items():
            if value is not None:
                family.add_metric([span, kind], float(value))
    return family


def _single(name: str, text: str, value: Any) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"alpha_swarm_{name}", text, value=float(value))
