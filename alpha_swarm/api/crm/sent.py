"""A request as its sender signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a verdict needs to know."""

    target: str
    """Path and query as they came."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


class Check(Protocol):
    """Who a delivery is from."""

    @property
    def missing(self) -> str | None:
        """The variable without which nobody can come in; ``None`` where nothing is missing."""
        ...

    def accepts(self, sent: Sent) -> bool:
        """Whether it is the sender's, and of now."""
        ...
