"""All sections, one after the other, each on a stage of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark import acks, light, limits, throughput
from alpha_swarm.cli.printing import err

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_ACKS_SECONDS = 10.0
_BACKLOG = 5


def play(leads: int, seconds: float, window: float) -> dict[str, Any]:
    """The report as JSON.

    Args:
        leads: that wait before the start, limits off.
        seconds: that each paced load takes.
        window: of Clay's limits, in seconds; the vendor's is 60.

    Raises:
        AlphaSwarmError: a load does not settle in time.
    """
    windows = max(1, round(seconds / window))
    sections: dict[str, Callable[[], dict[str, Any]]] = {
        "limits_off": lambda: throughput.measure(leads),
        "limits_on": lambda: limits.measure(window, windows),
        "light_load": lambda: light.measure(seconds, limits=False),
        "light_load_limited": lambda: light.measure(seconds, limits=True),
        "webhook_acks": lambda: acks.measure(_BACKLOG * leads, min(seconds, _LONGEST_ACKS_SECONDS)),
    }
    return {name: _shown(name, measure) for name, measure in sections.items()}


def _shown(name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    console = err()
    with console.status(f"measuring {name.replace('_', ' ')}"):
        found = measure()
    console.print(f"measured: {name.replace('_', ' ')}")
    return found
