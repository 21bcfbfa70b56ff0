"""What a result costs where the enricher does not say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import settings
from alpha_swarm.domain.leads.enrichment import ProviderUse
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.domain.money.costs import Costs, booked, cost_of
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import ConfigurationError
from tests.unit.domain.factories import ENRICHMENT

COSTS = Costs.from_mapping(settings.read("costs"))
ESTIMATE = Cost(6.0, 2.0)
ENDS = [EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL, EnrichmentStatus.UNENRICHABLE]


def use(name: str, *fields: str) -> ProviderUse:
    """A provider's part."""
    return ProviderUse(name=name, fields=fields, timestamp="2026-01-15T10:05:00Z")


def paid(status: EnrichmentStatus, *providers: ProviderUse, costs: Costs = COSTS, **more: Any) -> Cost:
    """What a result of which the enricher says no price costs."""
    result = replace(ENRICHMENT, status=status, providers=providers, **{"credits_used": None, **more})
    return cost_of(result, costs, ESTIMATE)


@pytest.mark.parametrize("status", ENDS)
def test_a_price_that_the_enricher_names_is_the_price(status: EnrichmentStatus) -> None:
    assert paid(status, credits_used=2.5) == Cost(2.5, 2.0)


@pytest.mark.parametrize(
    ("status", "cost"),
    [
        (EnrichmentStatus.COMPLETED, Cost(6.0, 2.0)),
        (EnrichmentStatus.PARTIAL, Cost(6.0, 2.0)),
        (EnrichmentStatus.UNENRICHABLE, Cost(6.0, 2.0)),
        (EnrichmentStatus.FAILED, Cost(0.0, 0.0)),
    ],
)
def test_packaged_shares_take_no_data_for_paid_and_errors_for_given_back(
    status: EnrichmentStatus, cost: Cost
) -> None:
    assert paid(status) == cost


def test_named_providers_only_raise_the_share_while_not_all_are_named() -> None:
    dear = [
        use("apollo", "email_work"),
        use("hunter", "email_personal"),
        use("clearbit"),
        use("pdl", "title"),
    ]
    assert paid(EnrichmentStatus.COMPLETED, dear[0]) == Cost(6.0, 2.0)
    assert paid(EnrichmentStatus.COMPLETED, *dear) == Cost(9.0, 2.0)


def test_where_all_are_named_their_prices_add_up() -> None:
    """A provider without a price makes the share hold; one that found nothing has a price of its own."""
    complete = COSTS.model_copy(update={"providers_named": "all"})
    found, vain = use("apollo", "email_work"), use("clearbit")
    assert paid(EnrichmentStatus.COMPLETED, found, vain, costs=complete) == Cost(4.0, 2.0)
    assert paid(EnrichmentStatus.UNENRICHABLE, use("hunter"), costs=complete) == Cost(0.0, 2.0)
    assert paid(EnrichmentStatus.COMPLETED, use("nobody", "phone"), costs=complete) == Cost(6.0, 2.0)
    assert paid(EnrichmentStatus.FAILED, found, costs=complete) == Cost(0.0, 0.0)


@given(credits_used=st.none() | st.floats(0, 1e6))
def test_what_is_booked_says_whether_it_was_reported(credits_used: float | None) -> None:
    result = booked(replace(ENRICHMENT, credits_used=credits_used), COSTS, ESTIMATE)
    assert result.credits_reported == (credits_used is not None)
    assert result.credits_used == (6.0 if credits_used is None else credits_used)
    assert result.actions_used == 2.0


def test_a_wrong_key_is_named_with_its_remedy() -> None:
    with pytest.raises(ConfigurationError, match=r"costs: credits\.hit: .*correct the value"):
        Costs.from_mapping(settings.read("costs") | {"credits": {"hit": 2, "no_data": 1, "error": 0}})
