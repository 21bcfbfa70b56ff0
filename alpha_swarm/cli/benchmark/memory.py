"""What each process of the program used, from when it had started to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark.processes import family

if TYPE_CHECKING:
    from alpha_swarm.cli.benchmark.processes import Usage
    from alpha_swarm.supervision.stage import Stage


class Footprints:
    """Looks at a process and all below it."""

    def __init__(self, root: int, stage: Stage) -> None:
        self._root = root
        self._stage = stage
        self._first: dict[int, Usage] = {}

    def look(self) -> None:
        """Remember what they had when the first lead came to Clay."""
        if not self._first and self._stage.ledger()["clay"]["rows_added"]:
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
