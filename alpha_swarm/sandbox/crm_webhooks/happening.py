"""What happened to a contact, whichever CRM has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["created", "changed", "deleted", "erased", "merged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One change."""

    kind: Kind
    id: str
    at: float
    """Unix time."""
    changed: Mapping[str, Any] = field(default_factory=dict)
    """The fields that were written."""
    record: Callable[[], Mapping[str, Any]] = dict
    """The whole of it, where the CRM tells so much: reckoned only if somebody is told."""
    merged: str = ""
    """The id that is no more, of a merge."""


Hear = Callable[[Happening], None]


def nobody(_happening: Happening) -> None:
    """Hears nothing."""
