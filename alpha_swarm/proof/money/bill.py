"""The other side's bill, looked at all the time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

    from alpha_swarm.supervision.stage import Stage

_LOOK_SECONDS = 0.03


class Bill:
    """Remembers the highest sum while the block runs; what is charged there is never given back."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self.highest = 0.0
        self.looks = 0

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._watch.join()

    def now(self) -> float:
        """What was charged so far."""
        clay: dict[str, Any] = self._stage.ledger()["clay"]
        self.highest = max(self.highest, float(clay["credits"]))
        self.looks += 1
        return float(clay["credits"])

    def _look(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            self.now()
