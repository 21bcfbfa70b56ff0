"""What an enricher knows of runs, where it submits leads by runs and is told of their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@runtime_checkable
class Runs(Protocol):
    """Reads pings, and asks who is in a run."""

    def announced(self, body: bytes) -> str | None:
        """The run that a ping names, ``None`` in a test event. Raises ``GiveUpError`` when it is no ping."""
        ...

    def row_prefixes(self, run_id: str) -> Sequence[str]:
        """How the row ids of a run's leads may begin."""
        ...

    def members(self, run_id: str) -> Mapping[str, str]:
        """Request id → row id of a run that is known. Raises ``RetryLaterError`` when it is not over."""
        ...
