"""How much may go out in what time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_SHAPE = re.compile(
    r"(?P<amount>[0-9]{1,9})/(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,6})?)(?:/(?P<burst>[0-9]{1,9}))?(?P<rows>r?)",
    re.ASCII,
)
_REMEDY = (
    "write calls/seconds such as 100/60, with a burst 10/1/20, counted in rows 50/60r, several with commas, "
    "or off"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``amount`` of ``unit`` in any ``seconds``."""

    amount: int
    seconds: float
    burst: int | None = None
    """How many may go at once after a quiet time; ``None``: the amount."""
    unit: Literal["calls", "rows"] = "calls"

    def __str__(self) -> str:
        """As settings write it."""
        burst = f"/{self.burst}" if self.burst else ""
        return f"{self.amount}/{self.seconds:g}{burst}{'r' if self.unit == 'rows' else ''}"

    @classmethod
    def parse(cls, text: str) -> Limit:
        """A limit as settings write it.

        Raises:
            ValueError: with the remedy.
        """
        match = _SHAPE.fullmatch(text.strip().lower())
        if match is None:
            raise ValueError(f"is not a limit: {_REMEDY}")
        limit = cls(
            amount=int(match["amount"]),
            seconds=float(match["seconds"]),
            burst=int(match["burst"]) if match["burst"] else None,
            unit="rows" if match["rows"] else "calls",
        )
        limit._refuse_nonsense()
        return limit

    def _refuse_nonsense(self) -> None:
        if self.amount == 0 or self.seconds == 0:
            raise ValueError(f"lets nothing through: {_REMEDY}")
        if self.burst is not None and self.burst < self.amount:
            raise ValueError(f"has a burst below its amount: {_REMEDY}")


def parse_limits(text: str) -> tuple[Limit, ...]:
    """Limits that hold at the same time, with commas between them; none for ``off``.

    Raises:
        ValueError: with the remedy.
    """
    if text.strip().lower() == "off":
        return ()
    return tuple(map(Limit.parse, text.split(",")))
