"""What a result costs: as the enricher says, else by a table of providers and outcomes."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.domain.tables import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.leads.enrichment import Enrichment

_Share = Annotated[float, Field(ge=0, le=1)]
_Percent = Annotated[float, Field(ge=0, le=100)]
_Price = Annotated[float, Field(ge=0)]


class Outcome(StrEnum):
    """What a result is worth, as far as the bill goes."""

    HIT = "hit"
    NO_DATA = "no_data"
    ERROR = "error"


class Shares(Table):
    """By outcome, how much of an estimate is paid."""

    hit: _Share
    no_data: _Share
    error: _Share

    def of(self, outcome: Outcome) -> float:
        """The share."""
        return float(getattr(self, outcome.value))


class Expected(Table):
    """Percentages to reckon with before anything is known; what is neither hit nor error is no data."""

    hit_low: _Percent
    hit: _Percent
    error: _Percent


class ProviderPrice(Table):
    """Credits for one provider's part in a lead."""

    name: Annotated[str, Field(min_length=1)]
    hit: _Price
    no_data: _Price


class Costs(Table):
    """The table as it stands in ``costs.toml``."""

    providers_named: Literal["some", "all"]
    credits: Shares
    actions: Shares
    expected: Expected
    unpriced: _Price = 5.0
    provider: tuple[ProviderPrice, ...] = ()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Costs:
        """The costs in a table such as ``costs.toml``.

        Raises:
            ConfigurationError: with the wrong key and the remedy.
        """
        return read_table(cls, data, "costs")

    @property
    def prices(self) -> Mapping[str, ProviderPrice]:
        """By provider."""
        return {price.name: price for price in self.provider}

    def price_of(self, provider: str) -> ProviderPrice:
        """As it stands in the table, else what strangers are reckoned with."""
        stranger = ProviderPrice(name=provider, hit=self.unpriced, no_data=0.0)
        return self.prices.get(provider, stranger)


def outcome_of(status: EnrichmentStatus) -> Outcome:
    """An enrichment's end as the bill sees it."""
    if status in {EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL}:
        return Outcome.HIT
    return Outcome.NO_DATA if status is EnrichmentStatus.UNENRICHABLE else Outcome.ERROR


def cost_of(result: Enrichment, costs: Costs, estimate: Cost) -> Cost:
    """What ``result`` cost, where ``estimate`` is what a lead is reckoned with."""
    outcome = outcome_of(result.status)
    actions = costs.actions.of(outcome) * estimate.actions
    if result.credits_used is not None:
        return Cost(result.credits_used, actions)
    share = costs.credits.of(outcome) * estimate.credits
    named = _named(result, costs) if outcome is not Outcome.ERROR else None
    if named is None:
        return Cost(share, actions)
    return Cost(named if costs.providers_named == "all" else max(share, named), actions)


def booked(result: Enrichment, costs: Costs, estimate: Cost) -> Enrichment:
    """The result with its cost filled in, marked as reckoned where the enricher did not say it."""
    cost = cost_of(result, costs, estimate)
    reported = result.credits_used is not None
    return replace(result, credits_used=cost.credits, actions_used=cost.actions, credits_reported=reported)


def _named(result: Enrichment, costs: Costs) -> float | None:
    """The sum of the prices, ``None`` where nobody is named or somebody has no price."""
    prices = costs.prices
    if not result.providers or any(use.name not in prices for use in result.providers):
        return None
    return sum(prices[use.name].hit if use.fields else prices[use.name].no_data for use in result.providers)
