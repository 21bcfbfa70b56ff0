"""What something costs, on both of Clay's meters."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Credits are sums of tenths, which binary numbers don't hold exactly: 0.3 has room for three times 0.1.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Cost:
    """Credits buy data, actions are what the platform does for it."""

    credits: float = 0.0
    actions: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.credits + other.credits, self.actions + other.actions)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.credits - other.credits, self.actions - other.actions)

    def __mul__(self, number: float) -> Cost:
        return Cost(self.credits * number, self.actions * number)

    def lacking(self, room: Cost) -> str | None:
        """The meter on which there is no room for this; what costs nothing always has room."""
        if self.credits > 0.0 and self.credits > room.credits + _ROUNDING:
            return "credits"
        if self.actions > 0.0 and self.actions > room.actions + _ROUNDING:
            return "actions"
        return None

    def times_in(self, room: Cost) -> float:
        """How many of this there is room for: a whole number, or infinity."""
        shares = [
            (left + _ROUNDING) / each
            for each, left in ((self.credits, room.credits), (self.actions, room.actions))
            if each > 0.0
        ]
        tightest = max(0.0, min(shares, default=math.inf))
        return tightest if math.isinf(tightest) else math.floor(tightest)


FREE = Cost()
BOUNDLESS = Cost(math.inf, math.inf)
