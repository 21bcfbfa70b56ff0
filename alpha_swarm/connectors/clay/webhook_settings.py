"""What the connector of webhook lanes must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from alpha_swarm.domain.lanes import Margins
from alpha_swarm.ports.lanes import LaneAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """Plain values; whoever reads the environment fills them in."""

    key: bytes = field(repr=False)
    """What row tokens are made with."""
    lanes: tuple[LaneAddress, ...] = ()
    """Those of the settings; the ledger may know more."""
    margins: Margins = field(default_factory=Margins)
    callback_url: str | None = None
    """Where Clay is to send results; ``None`` where it cannot."""
    mode: Literal["array", "single"] = "array"
    max_records: int = 10
    max_bytes: int = 90_000
    tokenless: bool = False
    """Whether a result without its row's token is taken in."""
