"""How complete, well-formed, fresh and right enriched values are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import Values

#: The enriched fields. The ledger keeps of each lead which of them it has, the n-th as the n-th bit: what is
#: added goes to the end.
FIELDS = (
    "email_work",
    "email_personal",
    "phone",
    "title",
    "company_domain",
    "company_industry",
    "company_size",
    "company_revenue",
    "company_location",
    "tech_stack",
    "funding_stage",
    "funding_amount",
    "linkedin_headline",
    "linkedin_summary",
    "linkedin_connections",
    "recent_posts",
    "mutual_connections",
)
#: Whoever has either address has an e-mail, as in the output.
MEASURED = ("email", *FIELDS)
#: What a record needs to be of use: whom to write to, and what company that is.
REQUIRED = ("email", "company_domain", "company_size")
THRESHOLD = 80.0
"""Per cent of the required fields below which somebody has to look."""

#: What people say of a drawn value.
MARKS = ("right", "wrong", "unknown")

_BITS = {name: 1 << place for place, name in enumerate(FIELDS)}
BITS = {"email": _BITS["email_work"] | _BITS["email_personal"], **_BITS}
"""Of what is measured: whoever has any of the bits has the field."""
#: Nineteen in twenty such intervals hold the true share.
_WIDTH = 1.96


def filled(values: Values) -> int:
    """Which fields have a value, as a sum of bits."""
    return sum(bit for name, bit in _BITS.items() if getattr(values, name) not in (None, ()))


def fields_of(bits: int) -> list[str]:
    """The names behind such a sum."""
    return [name for name, bit in _BITS.items() if bits & bit]


def fill_rates(having: Mapping[str, int], leads: int) -> dict[str, float]:
    """Field → share of the leads that have it, from 0 to 1; nothing where there are no leads."""
    return {name: number / leads for name, number in having.items()} if leads else {}


def completeness(rates: Mapping[str, float], required: Sequence[str]) -> float | None:
    """The share of the required fields that have a value, over all leads; ``None`` where there are none."""
    return sum(rates[name] for name in required) / len(required) if rates else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """What people said of drawn values."""

    right: int = 0
    wrong: int = 0
    unknown: int = 0
    """Nobody could tell; these count for neither side."""

    @property
    def judged(self) -> int:
        """Values of which somebody could tell."""
        return self.right + self.wrong

    @property
    def share(self) -> float | None:
        """Of the right ones, from 0 to 1."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval for the share among all values: true in nineteen samples of twenty."""
        return wilson(self.right, self.judged) if self.judged else None


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The low and the high end of the share of which ``hits`` in ``tries`` is a sample, each from 0 to 1."""
    share, square = hits / tries, _WIDTH**2
    middle = share + square / (2 * tries)
    spread = _WIDTH * math.sqrt(share * (1 - share) / tries + square / (4 * tries**2))
    scale = 1 + square / tries
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
