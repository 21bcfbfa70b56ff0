"""A limit as the gate keeps it: the keys of its log, and a window that is a little longer than theirs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.coordination.scripts import PREFIX
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.calls.rate_headers import Told

MICROSECONDS = 1_000_000

#: Calls that leave a window apart arrive closer together when the first one took longer on its way. By how
#: much depends on network and machine and not on the window: a fifth of a second, more where it hardly
#: matters, and less where it would cost more than a refused call.
ALLOWANCE, OF_LONG, OF_SHORT, MOST = 0.2, 0.008, 0.05, 0.5
#: Whoever permits a burst counts with a bucket. As long as calls leave evenly, what is left in it bears with
#: those that come late; only so much must be left over that it fills again.
OF_A_BUCKET, LATE_FOR_A_BUCKET = 0.02, 0.125
#: While more than half of a window is used, calls keep this share of the even distance. The rest makes good
#: what was missed; a bucket does that by itself.
DISTANCE, EVEN = 0.9, 1.0


def allowance(seconds: float) -> float:
    """Seconds by which calls may vary in how long they take from the gate to the other side."""
    return min(max(ALLOWANCE, OF_LONG * seconds), OF_SHORT * seconds, MOST)


@dataclass(frozen=True, slots=True)
class Window:
    """One limit, kept for one account or table."""

    name: str
    limit: Limit

    @property
    def keys(self) -> tuple[str, str]:
        """The log, and what was learned."""
        return PREFIX + self.name, f"{PREFIX}{self.name}:learned"

    @property
    def most(self) -> int:
        """What may go in the window: a burst lengthens it, the rate stays."""
        return self.limit.burst or self.limit.amount

    @property
    def seconds(self) -> float:
        """The window as the other side has it."""
        return self.limit.seconds * self.most / self.limit.amount

    @property
    def microseconds(self) -> int:
        """The window as we keep it."""
        more = OF_A_BUCKET * self.seconds if self._is_bucket else allowance(self.seconds)
        return math.ceil((self.seconds + more) * MICROSECONDS)

    @property
    def distance(self) -> float:
        """Share of the even distance that calls keep."""
        return EVEN if self._is_bucket else DISTANCE

    @property
    def lateness(self) -> float:
        """Seconds after which a place is no longer good; the way to the other side has the rest."""
        return self.seconds * LATE_FOR_A_BUCKET if self._is_bucket else allowance(self.seconds) / 2

    @property
    def bearable(self) -> float:
        """Seconds by which a call may come later than usual and still find room beside the next ones."""
        return self.seconds - self.limit.seconds if self._is_bucket else math.inf

    @property
    def _is_bucket(self) -> bool:
        return self.most > self.limit.amount

    def amount(self, records: int) -> int:
        """What a call takes.

        Raises:
            ConfigurationError: it is more than the limit ever lets through.
        """
        wanted = records if self.limit.unit == "rows" else 1
        if wanted > self.most:
            raise ConfigurationError(
                f"the limit {self.name} lets {self.most} through at once, a batch needs {wanted}"
            )
        return wanted

    def bound(self, told: Told) -> int | None:
        """What the other side says may go in this window; ``None`` where it speaks of another, or of none."""
        if told.most is None or self.limit.unit == "rows":
            return None
        if told.seconds is not None and not math.isclose(told.seconds, self.limit.seconds, rel_tol=0.01):
            return None
        return min(self.most, max(1, told.most * self.most // self.limit.amount))


def windows(name: str, scope: str, limits: Sequence[Limit]) -> tuple[Window, ...]:
    """The windows of calls that count against ``name`` at the account or table ``scope``."""
    full = f"{name}:{scope}" if scope else name
    return tuple(Window(f"{full}:{place}" if place else full, limit) for place, limit in enumerate(limits))
