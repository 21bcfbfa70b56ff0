"""How many calls may be under way at once for each priority."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alpha_swarm.domain.states import Priority

_SHAPE = re.compile(r"([0-9]{1,6})/([0-9]{1,6})/([0-9]{1,6})")
_REMEDY = "write critical/normal/bulk such as 10/5/2, or off"


@dataclass(frozen=True, slots=True)
class InFlight:
    """The most calls under way for each priority."""

    critical: int
    normal: int
    bulk: int

    @classmethod
    def parse(cls, text: str) -> InFlight | None:
        """The numbers as settings write them; ``None`` for ``off``.

        Raises:
            ValueError: with the remedy.
        """
        written = text.strip().lower()
        if written == "off":
            return None
        match = _SHAPE.fullmatch(written)
        if match is None:
            raise ValueError(f"is not three numbers: {_REMEDY}")
        critical, normal, bulk = map(int, match.groups())
        if not (critical and normal and bulk):
            raise ValueError(f"would hold back a priority for ever: {_REMEDY}")
        return cls(critical, normal, bulk)

    def at_most(self, most: int) -> InFlight:
        """No more than that for any priority."""
        return InFlight(*(min(one, most) for one in (self.critical, self.normal, self.bulk)))

    def of(self, priority: Priority) -> int:
        """The number for one priority."""
        return (self.critical, self.normal, self.bulk)[priority.rank]
