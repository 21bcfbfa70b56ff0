"""Rate limits as exact sliding windows: the log of the calls of the last seconds decides."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


class LimitOrder(BaseModel):
    """What a limit is to be: at most `amount` calls within any `seconds`, told of in `headers` or not."""

    model_config = ConfigDict(extra="forbid")

    amount: int = Field(ge=1)
    seconds: float = Field(gt=0)
    headers: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` within any `seconds`."""

    name: str
    calls: int
    seconds: float
    told: bool = True
    """Whether headers tell of it, those of a refused call too."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Whether a call may go, how many more may follow now, and how long to wait if it may not."""

    admitted: bool
    remaining: int
    wait: float = 0.0


class Limiter:
    """Counts admitted calls by limit and scope; a refused call uses up nothing."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], deque[float]] = {}
        self._changed: dict[str, Limit] = {}

    def change(self, name: str, order: LimitOrder) -> None:
        """From now on the limit is another one; the calls of the last seconds count for it too."""
        self._changed[name] = Limit(name, order.amount, order.seconds, told=order.headers)

    def current(self, limit: Limit | None, *, on: bool) -> Limit | None:
        """The limit as it is by now; where limits are off, only one that was asked for."""
        if limit is None:
            return None
        return self._changed.get(limit.name, limit if on else None)

    def ask(self, limit: Limit, scope: str, now: float) -> Pace:
        """Admit one call at `now` (any clock in seconds that never runs back), or say how long to wait."""
        window = self._windows.setdefault((limit.name, scope), deque())
        while window and window[0] <= now - limit.seconds:
            window.popleft()
        if len(window) >= limit.calls:
            return Pace(admitted=False, remaining=0, wait=window[0] + limit.seconds - now)
        window.append(now)
        return Pace(admitted=True, remaining=limit.calls - len(window))

    def reset(self) -> None:
        """Forget every call and every change."""
        self._windows.clear()
        self._changed.clear()
