"""What the connector must be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClayConfig:
    """Plain values; whoever reads the environment fills them in."""

    keys: tuple[str, ...] = field(repr=False)
    """The API key, then the one that replaces it."""
    base_url: str = "https://api.clay.com/v1"
    table_id: str | None = None
    """``None``: found by its name, or created."""
    workspace_id: str | None = None
    webhook_url: str | None = None
    """Where results are delivered; ``None`` registers no webhook."""
    webhook_secret: str | None = field(default=None, repr=False)
    batch_rows: int = 50
    batch_enrich: int = 25
    batch_updates: int = 100
    batch_export: int = 1000
    columns: Sequence[Mapping[str, Any]] = ()
    """The columns of a table that has to be created."""
    waterfalls: Mapping[str, Any] = field(default_factory=dict)
