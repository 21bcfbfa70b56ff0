"""The connections of a process that is forked: none may be open then, as each has one owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from sqlalchemy import event

from alpha_swarm.connectors.side_by_side import SideBySide

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine


class Connections:
    """Those to the ledger and all HTTP connections of this process, from now on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._adapters = WeakSet[HTTPAdapter]()
        self._loops = WeakSet[SideBySide]()
        self._remember_adapters()
        self._remember_loops()
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _leave_it_to_the_kernel)

    def close(self) -> None:
        """All of them; the next one who needs one opens it."""
        self._engine.dispose()
        for adapter in self._adapters:
            adapter.close()
        for loops in self._loops:
            loops.close()

    def _remember_adapters(self) -> None:
        send, adapters = HTTPAdapter.send, self._adapters

        def sending(adapter: HTTPAdapter, *arguments: Any, **options: Any) -> Any:
            adapters.add(adapter)
            return send(adapter, *arguments, **options)

        HTTPAdapter.send = sending  # type: ignore[method-assign,assignment]  # nobody else knows them all

    def _remember_loops(self) -> None:
        portions, loops = SideBySide.portions, self._loops

        def remembered(side_by_side: SideBySide, *arguments: Any) -> Any:
            loops.add(side_by_side)
            return portions(side_by_side, *arguments)

        SideBySide.portions = remembered  # type: ignore[method-assign,assignment]  # the same


def _leave_it_to_the_kernel(connection: Any, _record: object) -> None:
    # A killed process loses nothing that the kernel has; only a power cut asks for more.
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
