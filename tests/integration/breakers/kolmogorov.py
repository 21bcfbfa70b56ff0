"""The Kolmogorov-Smirnov test against the uniform distribution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERMS = 100


def uniform(values: Iterable[float]) -> float:
    """The probability that so many values drawn evenly from 0 to 1 lie at least so unevenly."""
    ordered = sorted(values)
    number = len(ordered)
    distance = max(
        max((place + 1) / number - value, value - place / number) for place, value in enumerate(ordered)
    )
    # Stephens' correction makes Kolmogorov's limit good for few values, too.
    scaled = distance * (math.sqrt(number) + 0.12 + 0.11 / math.sqrt(number))
    if scaled < 0.3:
        return 1.0
    series = [math.exp(-2 * (k * scaled) ** 2) for k in range(1, _TERMS)]
    return min(1.0, max(0.0, 2 * (sum(series[::2]) - sum(series[1::2]))))
