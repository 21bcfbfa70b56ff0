"""Metrics in the shapes that Prometheus knows, all named ``alpha_swarm_…``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus_client.core import Metric

    Samples = Iterable[tuple[Sequence[str], float | None]]
    """Values of the labels in their order, and what was measured; ``None`` (nobody knows) is left out."""


def gauge(name: str, text: str, labels: Sequence[str], samples: Samples) -> Metric:
    """What rises and falls."""
    return _filled(GaugeMetricFamily(f"alpha_swarm_{name}", text, labels=labels), samples)


def counter(name: str, text: str, labels: Sequence[str], samples: Samples) -> Metric:
    """What only rises; the name of its samples ends in ``_total``."""
    return _filled(CounterMetricFamily(f"alpha_swarm_{name}", text, labels=labels), samples)


def single(name: str, text: str, value: float | None) -> Metric:
    """One gauge without labels."""
    return gauge(name, text, (), [((), value)])


def histogram(
    name: str,
    text: str,
    labels: Sequence[str],
    samples: Iterable[tuple[Sequence[str], Sequence[tuple[str, float]], float]],
) -> Metric:
    """Values of the labels, (bound, how many up to it) with ``+Inf`` at the end, and the sum of all."""
    family = HistogramMetricFamily(f"alpha_swarm_{name}", text, labels=labels)
    for values, buckets, total in samples:
        family.add_metric(values, buckets, total)
    return family


def _filled(family: GaugeMetricFamily | CounterMetricFamily, samples: Samples) -> Metric:
    for values, measured in samples:
        if measured is not None:
            family.add_metric(values, float(measured))
    return family
