"""From times and counts to figures; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Use:
    """What was made of a limit over whole windows in which there was always work."""

    windows: int
    calls: int
    share: float
    """Of the calls that the limit permits."""

    @property
    def percent(self) -> float:
        """The share as people read it."""
        return round(100 * self.share, 1)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that this share of them does not exceed.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("of nothing there is no percentile")
    ranked = sorted(values)
    # In whole thousandths, so that no rounding of the product lifts the rank.
    rank = -(-round(share * 1000) * len(ranked) // 1000)
    return ranked[max(rank, 1) - 1]


def spread(seconds: Sequence[float]) -> dict[str, float | int | None]:
    """``count``, ``p50``, ``p95``, ``p99``, ``max`` in seconds; ``None`` where nothing was measured."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    found = {
        name: round(percentile(seconds, share), _DIGITS) if seconds else None
        for name, share in shares.items()
    }
    return {"count": len(seconds), **found}


def waits(begun: Mapping[str, float], ended: Mapping[str, float]) -> list[float]:
    """Seconds from one to the other, for all that have both."""
    return [ended[key] - begun[key] for key in begun if key in ended]


def steady(times: Sequence[float], window: float) -> tuple[float, float]:
    """The whole windows after the first, which is the start-up: from when to when.

    Raises:
        ValueError: there is not one.
    """
    start = min(times, default=0.0) + window
    windows = int((max(times, default=0.0) - start) // window)
    if windows < 1:
        raise ValueError("no whole window after the first")
    return start, start + windows * window


def use(times: Sequence[float], calls: int, window: float) -> Use:
    """How much of ``calls`` in each ``window`` seconds was used, the first window left out.

    Raises:
        ValueError: there is no whole window after the first.
    """
    start, end = steady(times, window)
    windows = round((end - start) / window)
    made = sum(start <= at < end for at in times)
    return Use(windows, made, made / (windows * calls))


def fill(records: float, calls: int, most: int) -> float | None:
    """How full calls were that hold at most so many records; ``None`` without a call."""
    return round(records / (calls * most), _DIGITS) if calls else None
