"""Round numbers for axes."""

from __future__ import annotations

import math

_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_THOUSAND, _MILLION = 1_000.0, 1_000_000.0


def ceiling(most: float) -> float:
    """The least round number that is no less; 1 where there is nothing."""
    if most <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(most))
    return next((step * power for step in _STEPS if step * power >= most), 10.0 * power)


def short(value: float) -> str:
    """``1.2k``, ``3M``: for the edge of a chart."""
    if value >= _MILLION:
        return f"{value / _MILLION:.3g}M"
    return f"{value / _THOUSAND:.3g}k" if value >= _THOUSAND else f"{value:.3g}"
