"""Who may own a record, looked up once and remembered for all processes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.edge import Facts

#: Seconds; people come and go.
_TRUSTED = 3600.0
#: Somebody may be about to add whoever is not found.
_ABSENT = 300.0


class Owners:
    """The ids by e-mail or id, as one account has them."""

    def __init__(
        self, account: str, look_up: Callable[[str], str | None], known: Facts, clock: Clock
    ) -> None:
        """``account``: what tells its facts from those of other accounts."""
        self._fact = f"{account}.owner:"
        self._look_up = look_up
        self._known = known
        self._clock = clock
        self._found: dict[str, tuple[str | None, float]] = {}
        self._lock = threading.Lock()

    def id_of(self, named: str) -> str | None:
        """Asked again after an hour, where nobody was found after minutes."""
        with self._lock:
            now = self._clock.monotonic()
            found, until = self._found.get(named, (None, 0.0))
            if now >= until:
                found = self._ask(named, first=named not in self._found)
                self._found[named] = found, now + (_TRUSTED if found else _ABSENT)
            return found

    def _ask(self, named: str, *, first: bool) -> str | None:
        fact = self._fact + named
        remembered = self._known.get(fact) if first else None
        found = remembered or self._look_up(named)
        if found and found != remembered:
            self._known.put(fact, found)
        return found
