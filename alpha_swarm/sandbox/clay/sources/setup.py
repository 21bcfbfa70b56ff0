"""The sources and tables of the workspace as they are set up by now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.sources.source import Source
from alpha_swarm.sandbox.clay.sources.tables import SourceTable
from alpha_swarm.sandbox.webhook_orders import SourceOrder, TableOrder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.sandbox.settings import SandboxSettings


class Setup:
    """Sources by slug and tables by name; a table that nobody set up is there once a source leads to it."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self.reset()

    def put_source(self, changes: Mapping[str, Any]) -> bool:
        """Add the source of this slug, or change what is named of it; tells whether it is new.

        Raises pydantic's ValidationError.
        """
        standing = self.sources.get(changes.get("slug", ""))
        order = SourceOrder.model_validate({**(standing.order.model_dump() if standing else {}), **changes})
        self._place(order)
        return standing is None

    def put_table(self, changes: Mapping[str, Any]) -> bool:
        """The same for a table, by its name."""
        standing = self.tables.get(changes.get("name", ""))
        order = TableOrder.model_validate({**(standing.order.model_dump() if standing else {}), **changes})
        self.table(order.name).order = order
        return standing is None

    def table(self, name: str) -> SourceTable:
        """The table of this name."""
        if name not in self.tables:
            self.tables[name] = SourceTable(TableOrder(name=name))
        return self.tables[name]

    def reset(self) -> None:
        """As the settings say, and empty."""
        for table in getattr(self, "tables", {}).values():
            table.clear()
        self.sources: dict[str, Source] = {}
        self.tables = {order.name: SourceTable(order) for order in self._settings.tables}
        for order in self._settings.sources:
            self._place(order)

    def _place(self, order: SourceOrder) -> None:
        self.table(order.table)
        standing = self.sources.setdefault(order.slug, Source(order))
        standing.order = order
