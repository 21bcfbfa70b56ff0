"""Records of what batches came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from alpha_swarm.domain.health.executions import Execution


class Executions(Protocol):
    """Written with the commit of the batch itself."""

    def add(self, execution: Execution) -> None:
        """At its end; one that came to nothing at all is not recorded."""
        ...

    def progressed(self, workflow: str) -> None:
        """Something of it was written down, by whoever had it in hand."""
        ...
