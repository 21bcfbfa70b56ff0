"""Data keys that were used lately, so that hot leads cost no query."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.data_keys import DataKey

_MOST = 10_000


class KeyCache:
    """For the threads of one process; what was used longest ago goes first."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._keys: OrderedDict[str, DataKey] = OrderedDict()

    def known(self, owners: Collection[str]) -> dict[str, DataKey]:
        """Those that are at hand."""
        with self._lock:
            found = {owner: self._keys[owner] for owner in owners if owner in self._keys}
            for owner in found:
                self._keys.move_to_end(owner)
        return found

    def keep(self, keys: Mapping[str, DataKey]) -> None:
        """As many as there is room for."""
        with self._lock:
            self._keys.update(keys)
            while len(self._keys) > self._most:
                self._keys.popitem(last=False)

    def forget(self, owners: Collection[str]) -> None:
        """At once."""
        with self._lock:
            for owner in owners:
                self._keys.pop(owner, None)
