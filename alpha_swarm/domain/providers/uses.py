"""What the providers behind Clay did, and how much of their hour the enrichments have used."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.results.companies import KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse
    from alpha_swarm.domain.money.costs import Costs

#: Look-ups an hour that the providers behind Clay allow.
HOURLY = {"apollo": 500, "clearbit": 300, "hunter": 1000, "builtwith": 100, "crunchbase": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A provider's part in some results."""

    uses: int = 0
    """How often it was asked."""
    hits: int = 0
    """How often it found something."""
    dropped: int = 0
    """Values of its that failed their checks."""
    credits: float = 0.0
    """Its share of what the results cost."""

    def __add__(self, other: Part) -> Part:
        return Part(
            uses=self.uses + other.uses,
            hits=self.hits + other.hits,
            dropped=self.dropped + other.dropped,
            credits=self.credits + other.credits,
        )


def parts(results: Iterable[Enrichment], costs: Costs) -> dict[str, Part]:
    """Provider → its part; ``unknown`` is whoever gave a bad value and was not named.

    What was known already cost nobody anything. The credits of a result are divided among those that were
    asked as their prices stand to each other, so they add up to what was paid.
    """
    found: defaultdict[str, Part] = defaultdict(Part)
    for result in results:
        for name, part in _parts(result, costs):
            found[name] += part
    return dict(found)


def _parts(result: Enrichment, costs: Costs) -> Iterator[tuple[str, Part]]:
    asked = [use for use in result.providers if use.name != KNOWN]
    prices = [_price(use, costs) for use in asked]
    paid = result.credits_used or 0.0
    whole = sum(prices)
    for use, price in zip(asked, prices, strict=True):
        share = price / whole if whole else 1 / len(asked)
        yield use.name, Part(uses=1, hits=1 if use.fields else 0, credits=paid * share)
    for _, name in result.dropped:
        yield name, Part(dropped=1)


def _price(use: ProviderUse, costs: Costs) -> float:
    price = costs.price_of(use.name)
    return price.hit if use.fields else price.no_data


def used_this_hour(uses: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int | None]]:
    """Provider → ``used``, ``missed`` and ``limit`` (``None``: none is known): the known, and any other."""
    names = [*HOURLY, *sorted(set(uses).difference(HOURLY))]
    found = {name: uses.get(name, (0, 0)) for name in names}
    return {
        name: {"used": used, "missed": missed, "limit": HOURLY.get(name)}
        for name, (used, missed) in found.items()
    }
