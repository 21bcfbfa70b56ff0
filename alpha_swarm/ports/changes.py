"""What is written into the CRMs, remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    #: Field → values.
    Values = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A change that is going to be sent."""

    lead_id: str
    target: Target
    batch: str | None
    """The list that the lead came with."""
    external_id: str | None
    """The record that is there already."""
    change: Change
    approval: str | None = None
    """By which it was allowed, where it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A change that was sent."""

    id: int
    """Grows with time."""
    lead_id: str
    target: Target
    external_id: str | None
    before: Mapping[str, Any] | None
    """What stood in the fields of ``after``; ``None`` where the record was created."""
    after: Mapping[str, Any]


class Changes(Protocol):
    """The changes of all records."""

    def plan(self, planned: Sequence[Planned]) -> float:
        """Remember what is going to be sent; the moment by which it can be taken back."""
        ...

    def take_back(self, target: Target, planned: Mapping[str, float]) -> None:
        """Lead id → the moment of a plan: it was refused, so none of it stands there by us."""
        ...

    def confirm(self, target: Target, records: Mapping[str, str | None]) -> Mapping[str, bool]:
        """Lead id → its record: what was planned took effect.

        Lead id → whether a record was created, for those whose effect was not known yet.
        """
        ...

    def written(self, target: Target, records: Mapping[str, str]) -> Mapping[str, Values]:
        """Lead id → its record: as what a field may stand there by us, whichever lead it was written for.

        That is the last value that took effect, ``None`` if none did, and what may have been written since.
        """
        ...

    def of(self, run: str, target: Target, before: int | None, most: int) -> Sequence[Past]:
        """The latest changes of a run that were not undone, of those with a smaller id than ``before``.

        A run is a batch's id, an approval's, or a day in UTC as ``2026-01-31``.
        """
        ...

    def undone(self, ids: Collection[int]) -> None:
        """They are not to be undone once more."""
        ...
