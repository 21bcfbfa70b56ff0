"""What is kept beside the leads, for as long as its own lifetime says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Expiry(Protocol):
    """Of the ledger."""

    def portion(self, most: int) -> Mapping[str, int]:
        """Remove what is over, at most so many rows of each kind; kind → how many went."""
        ...


class OldFiles(Protocol):
    """Of the home."""

    def remove(self, days: float) -> int:
        """Those of ours that are older; how many went."""
        ...
