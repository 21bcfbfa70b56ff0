"""What each process of the program used, from when it had started to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.processes import family

if TYPE_CHECKING:
    from alpha_swarm.cli.benchmark.processes import Usage
    from alpha_swarm.clock import Clock

_STARTED_SECONDS = 2.0


class Footprints:
    """Looks at a process and all below it."""

    def __init__(self, root: int, clock: Clock) -> None:
        self._root = root
        self._clock = clock
        self._ready = clock.monotonic() + _STARTED_SECONDS
        self._first: dict[int, Usage] = {}

    def look(self) -> None:
        """Remember the first look after the processes have started."""
        if not self._first and self._clock.monotonic() > self._ready:
            self._first = family(self._root)

    def close(self) -> list[dict[str, Any]]:
        """Of each process: ``name``, ``cpu_seconds``, ``memory_mb`` at start, end and peak."""
        last = family(self._root)
        return [
            {
                "name": one.name,
                "cpu_seconds": round(one.cpu_seconds, 2),
                "memory_mb": {
                    "start": self._first.get(pid, one).memory_mb,
                    "end": one.memory_mb,
                    "peak": one.peak_memory_mb,
                },
            }
            for pid, one in sorted(last.items())
        ]
