"""What can become of one lead's part in a call to the outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """It took effect; ``reference`` is the other side's id for it."""

    reference: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Facts for the lead's story, without personal data."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never work: ``cause`` groups dead letters, ``reason`` is without personal data."""

    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Again:
    """Not done; once more in ``after`` seconds (``None``: the retry rule decides)."""

    reason: str
    after: float | None = None
    burns_attempt: bool = True


@dataclass(frozen=True, slots=True)
class Doubt:
    """It may have taken effect: look it up first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The other side no longer has what we hold the id of."""

    reason: str


Outcome = Done | Refused | Again | Doubt | Gone
