"""How often a field was kept out, mostly by the privacy policy: names and figures, never a value."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Withheld(StrEnum):
    """What became of what came with it."""

    STRIPPED = "stripped"
    REFUSED = "refused"


class WithheldCounts(Protocol):
    """Counts that only grow."""

    def count(self, place: str, what: Withheld, fields: Mapping[str, int]) -> None:
        """Count on at a door, at the enricher or in the ledger: field as the policy names it → how often."""
        ...
