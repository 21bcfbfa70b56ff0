"""The lanes into the enricher's tables, and the durable record of what is expected back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.domain.lane_report import LaneFigures, LaneUse
    from alpha_swarm.domain.lanes import LaneState, Margins


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAddress:
    """A lane with what nobody is shown."""

    name: str
    url: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    table: str | None = None
    unlimited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """Room that was taken in a lane."""

    lane: LaneAddress
    sends: Mapping[str, int]
    """Request id → how often it is sent with this time, in the order asked for."""


class LaneBook(Protocol):
    """Each of these is one durable transaction of its own."""

    def bring_in(self, lanes: Sequence[LaneAddress]) -> None:
        """The configured lanes; counts of those that are known already stay as they are."""
        ...

    def reserve(self, request_ids: Sequence[str], margins: Margins) -> Sequence[Reserved]:
        """Room for these before they are sent, one lane filled after the other; for some of them, or none.

        What is reserved stays counted until it is released, so a process that dies leaves no lane overdrawn.
        """
        ...

    def release(self, lane: str, request_ids: Collection[str]) -> None:
        """The other side has certainly not taken these."""
        ...

    def accepted(self, lane: str, request_ids: Collection[str]) -> None:
        """The other side took these."""
        ...

    def set_aside(self, lane: str, state: LaneState, reason: str) -> None:
        """Send nothing more there."""
        ...

    def rooms(self, margins: Margins) -> Mapping[str, int]:
        """Lane → records that it can still take."""
        ...

    def why_none(self, margins: Margins) -> str:
        """Why nothing can be reserved, for those who wait."""
        ...


class LaneRegister(LaneBook, Protocol):
    """The same book for people."""

    def figures(self) -> Sequence[LaneFigures]:
        """Every lane, in the order in which they are filled."""
        ...

    def use(self) -> LaneUse:
        """What was sent in the last seven days."""
        ...

    def add(self, lane: LaneAddress) -> bool:
        """A lane behind the others; whether its name was free."""
        ...

    def set_used(self, lane: str, used: int, table_rows: int | None) -> bool:
        """Count from here; ``None`` leaves the table's rows as they are. Whether there is such a lane."""
        ...

    def pause(self, lane: str) -> bool:
        """Send nothing there; whether there is such a lane."""
        ...

    def resume(self, lane: str) -> bool:
        """Use it again, whatever it was set aside for; whether there is such a lane."""
        ...

    def suspect(self, seconds: float) -> Sequence[str]:
        """Set aside lanes that accept and have not answered for so long; their names."""
        ...


class Lanes(Protocol):
    """The lanes within a transaction of the pipeline's."""

    def answered(self, request_ids: Collection[str]) -> None:
        """Answers to these have come."""
        ...
