"""How long an answer that nobody can be asked for is awaited."""

from __future__ import annotations

from dataclasses import dataclass

_SHORTEST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds since a lead was first sent."""

    soft: float
    """Then it is missed, and sent once more where that is allowed."""
    hard: float
    """Then it is given up."""
    resends: bool

    def missed(self, sends: int, seconds: float) -> bool:
        """Whether it is to be sent once more."""
        return self.resends and sends == 1 and self.soft <= seconds < self.hard

    def late(self, seconds: float) -> bool:
        """Whether it is given up."""
        return seconds >= self.hard

    def until_next(self, sends: int, seconds: float) -> float:
        """Seconds until one of the two has to be asked again."""
        following = self.soft if self.resends and sends == 1 else self.hard
        return max(_SHORTEST, min(following, self.hard) - seconds)
