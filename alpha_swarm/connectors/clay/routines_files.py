"""Files of items, written and read by presigned addresses: no key of ours goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson
from pydantic import ValidationError

from alpha_swarm.connectors.calls import Call, Endpoint
from alpha_swarm.connectors.clay import routines_facts as facts
from alpha_swarm.connectors.clay.facts import TARGET
from alpha_swarm.connectors.clay.routines_schemas import Item
from alpha_swarm.connectors.http import LOOPBACK, Http
from alpha_swarm.connectors.wire import write_json
from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.edge import Gate


class RoutineFiles:
    """Writes and reads them."""

    def __init__(self, base_url: str, gate: Gate, clock: Clock) -> None:
        self._loopback = urlsplit(base_url).hostname in LOOPBACK
        self._gate = gate
        self._clock = clock
        self._stores: dict[str, Http] = {}

    def write(self, url: str, items: Iterable[Mapping[str, Any]]) -> None:
        """One item a line."""
        store, path = self._at(url)
        content = b"".join(write_json(item) + b"\n" for item in items)
        store.call(_call("write file", "PUT", path, content=content))

    def read(self, url: str) -> dict[str, bytes]:
        """Item id → its line."""
        store, path = self._at(url)
        answer = store.call(_call("read file", "GET", path))
        return {item_id: line for line in answer.body.splitlines() if (item_id := _id(line)) is not None}

    def close(self) -> None:
        """Close all connections."""
        for store in self._stores.values():
            store.close()

    def _at(self, url: str) -> tuple[Http, str]:
        """Who keeps the file, and under what name."""
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            raise RetryLaterError("clay named an address of a file that is none") from None
        if not host or parts.scheme not in self._schemes(host):
            raise RetryLaterError("clay named an address of a file that is not fit to be called")
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._stores:
            self._stores[origin] = self._store(origin)
        return self._stores[origin], parts.path + (f"?{parts.query}" if parts.query else "")

    def _schemes(self, host: str) -> Collection[str]:
        """An answer must not lead us into our own house, unless Clay is there itself, as in the sandbox."""
        if host in LOOPBACK:
            return {"http", "https"} if self._loopback else ()
        return {"https"}

    def _store(self, origin: str) -> Http:
        endpoint = Endpoint(
            target=TARGET,
            base_url=origin,
            keys=("none",),
            credentials=facts.no_key,
            verdicts=facts.FILE_VERDICTS,
            timeout=facts.FILE_TIMEOUT,
            pool=2,
        )
        return Http(endpoint, self._gate, self._clock)


def parsed(line: bytes) -> Item | None:
    """A line of a file of results; ``None`` where it is none."""
    try:
        return Item.model_validate(orjson.loads(line))
    except (ValueError, ValidationError):
        return None


def _id(line: bytes) -> str | None:
    item = parsed(line)
    return item.id if item else None


def _call(operation: str, method: str, path: str, content: bytes | None = None) -> Call:
    return Call(
        operation=operation,
        method=method,
        path=path,
        effect=False,
        limit=None,
        content=content,
        raw=True,
        cap=facts.FILE_CAP,
    )
