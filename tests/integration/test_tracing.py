"""Traces: a span for each batch and each call in it, with ids and without anybody."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import ConfigurationError
from tests import canary
from tests.integration.world import NOW, QUIET, World, world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan

WITHOUT = """
import sys
import alpha_swarm.app
assert not {"alpha_swarm.tracing", "opentelemetry.exporter"} & sys.modules.keys()
"""


class Traced:
    """A world whose spans are kept."""

    def __init__(self, one: World) -> None:
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - where the extra is installed
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter  # noqa: PLC0415

        from alpha_swarm.tracing import Tracing  # noqa: PLC0415

        self.world = one
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        tracing = Tracing(provider)
        one.app.tracing = tracing
        one.app.gate = tracing.gate(one.app.gate)

    def spans(self, name: str) -> list[ReadableSpan]:
        """Those of this name that have ended."""
        return [span for span in self._exporter.get_finished_spans() if span.name == name]

    @property
    def text(self) -> str:
        """All of them, as they would be sent."""
        return "".join(span.to_json() for span in self._exporter.get_finished_spans())


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Traced]:
    """An installation with traces."""
    pytest.importorskip("opentelemetry.sdk", reason="the extra otel is not installed")
    with world(tmp_path, QUIET, f"sqlite:///{tmp_path}/ledger.db") as one:
        yield Traced(one)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """By their names without the prefix."""
    return {name.removeprefix("alpha_swarm."): value for name, value in (span.attributes or {}).items()}


def test_calls_are_spans_within_the_batch_that_makes_them(traced: Traced) -> None:
    """With lease, call and status; those of several threads too."""
    traced.world.take([canary.lead(f"trace-{number}") for number in range(3)], NOW)
    traced.world.settle()
    (batch, *_) = traced.spans("step ingest")
    calls = [span for span in traced.spans("call clay") if span.parent == batch.context]
    (call,) = [span for span in calls if attributes(span)["limit"] == "clay.rows"]
    found = attributes(call)
    assert (found["target"], found["records"], found["http.response.status_code"]) == ("clay", 3, 201)
    assert found["lease"] > 0
    assert len(found["call"]) == 64
    syncs = {span.context.span_id for span in traced.spans("step sync-ghl")}
    assert {span.parent.span_id for span in traced.spans("call ghl") if span.parent} <= syncs
    assert canary.traces(traced.text) == []


def test_one_lead_is_named_by_a_hash(traced: Traced) -> None:
    """Whoever has its id finds its spans; its id is not told."""
    (lead_id,) = traced.world.take([canary.lead("trace")], NOW)
    traced.world.settle()
    found = {attributes(span).get("lead") for span in traced.spans("call clay")} - {None}
    assert len(found) == 1
    assert lead_id not in traced.text


def test_what_fails_is_told_by_its_kind(traced: Traced, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the text, which may quote a person."""

    def stumble(*_: Any) -> None:
        raise ValueError(canary.EVERYTHING)

    monkeypatch.setattr(traced.world.app._effects, "run", stumble)
    with pytest.raises(ValueError, match="Quill"):
        traced.world.app.run(Step.INGEST, ["L1"])
    (batch,) = traced.spans("step ingest")
    assert (batch.status.status_code.name, batch.status.description) == ("ERROR", "ValueError")
    assert canary.traces(traced.text) == []


def test_without_an_address_nothing_of_it_is_imported(tmp_path: Path) -> None:
    """The program does not ask whether the extra is there."""
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, timeout=60)  # noqa: S603 - our own program
    app = build(load_settings({"ALPHA_SWARM_HOME": str(tmp_path)}, dotenv=None), holder="test")
    assert app.tracing is None
    app.close()


def test_with_an_address_and_without_the_extra_the_start_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the remedy."""
    monkeypatch.setitem(sys.modules, "alpha_swarm.tracing", None)
    environ = {"ALPHA_SWARM_HOME": str(tmp_path), "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}
    with pytest.raises(ConfigurationError, match=r"alpha-swarm\[otel\]"):
        build(load_settings(environ, dotenv=None), holder="test")
