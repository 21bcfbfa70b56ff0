"""One webhook source, and what became of the records that came to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from alpha_swarm.sandbox.webhook_orders import SourceOrder


@dataclass(slots=True)
class Source:
    """`used` counts the records of the source's whole life, up to its limit.

    `received` counts every record of a call that was answered with 200; `lost` holds the request ids of those
    that became no row, by cause: `limit`, `table_full`, `duplicate`.
    """

    order: SourceOrder
    used: int = 0
    received: int = 0
    rows: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    lost: dict[str, list[str]] = field(
        default_factory=lambda: {"limit": [], "table_full": [], "duplicate": []}
    )

    def room(self) -> int:
        """How many more records it takes."""
        return max(0, self.order.limit - self.used)
