"""OpenTelemetry traces, an extra: a span for each batch of a step and for each outside call within it.

Spans carry the ids that log lines carry, and nothing of any person.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from structlog.contextvars import get_contextvars

from alpha_swarm import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from opentelemetry.trace import Span, Tracer

    from alpha_swarm.ports.edge import Exchange, Gate, Passage

#: Seconds that the end of a process waits for whoever collects.
_EXPORT_SECONDS = 5
_IDS = ("lease", "call")


class Tracing:
    """The spans of one process."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("alpha_swarm", __version__)

    def batch(self, step: str, act: Callable[[], None]) -> None:
        """Run what a step does for a batch within a span; what goes wrong is told by its kind alone."""
        with self._tracer.start_as_current_span(
            f"step {step}",
            attributes={"alpha_swarm.step": step},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                act()
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def gate(self, inner: Gate) -> Gate:
        """The same gate; whatever passes it is a span."""
        return TracedGate(inner, self._tracer)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


class TracedGate:
    """A span begins when a call is let through, and ends with the call."""

    def __init__(self, inner: Gate, tracer: Tracer) -> None:
        self._inner = inner
        self._tracer = tracer
        # Calls of many threads and tasks are under way at once, each with a passage of its own.
        self._spans: dict[int, Span] = {}

    def enter(self, passage: Passage) -> None:
        """As the gate behind has it."""
        self._inner.enter(passage)
        self._begin(passage)

    def waits(self, passage: Passage) -> Iterator[float]:
        """As the gate behind has it."""
        yield from self._inner.waits(passage)
        self._begin(passage)

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """The call is over, and so is its span."""
        span = self._spans.pop(id(passage))
        if exchange.status is not None:
            span.set_attribute("http.response.status_code", exchange.status)
        if exchange.status is None or exchange.status >= HTTPStatus.BAD_REQUEST:
            span.set_status(Status(StatusCode.ERROR))
        span.end()
        self._inner.leave(passage, exchange)

    def _begin(self, passage: Passage) -> None:
        self._spans[id(passage)] = self._tracer.start_span(
            f"call {passage.target}",
            kind=SpanKind.CLIENT,
            attributes={
                "alpha_swarm.target": passage.target,
                "alpha_swarm.limit": passage.limit or "",
                "alpha_swarm.records": passage.records,
                **_ids(),
            },
        )


def started(endpoint: str, environment: str) -> Tracing:
    """Traces by OTLP over HTTP, to ``endpoint``/v1/traces."""
    named = {"service.name": "alpha-swarm", "service.version": __version__}
    provider = TracerProvider(resource=Resource.create({**named, "deployment.environment.name": environment}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=_EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider)


def _ids() -> Mapping[str, str | int]:
    """Of the batch and the call that this belongs to, as log lines carry them; a lead's only hashed."""
    bound = get_contextvars()
    ids = {f"alpha_swarm.{name}": bound[name] for name in _IDS if name in bound}
    if "lead_id" in bound:
        ids["alpha_swarm.lead"] = hashlib.sha256(bound["lead_id"].encode()).hexdigest()[:16]
    return ids
