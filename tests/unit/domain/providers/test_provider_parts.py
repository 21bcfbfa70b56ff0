"""What each provider did for results, and what it cost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alpha_swarm import settings
from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse, Values
from alpha_swarm.domain.money.costs import Costs
from alpha_swarm.domain.providers.uses import Part, parts
from alpha_swarm.domain.results.companies import KNOWN
from alpha_swarm.domain.states import EnrichmentStatus

COSTS = Costs.from_mapping(settings.read("costs"))


def use(name: str, *fields: str) -> ProviderUse:
    """One who was asked."""
    return ProviderUse(name=name, fields=fields, timestamp="2026-01-15T10:00:00Z")


def result(*uses: ProviderUse, paid: float = 6.0, dropped: tuple[tuple[str, str], ...] = ()) -> Enrichment:
    """What came of asking them."""
    return Enrichment(
        status=EnrichmentStatus.COMPLETED,
        values=Values(),
        providers=uses,
        credits_used=paid,
        enriched_at=datetime(2026, 1, 15, tzinfo=UTC),
        dropped=dropped,
    )


def test_credits_are_divided_by_price_and_add_up() -> None:
    """Apollo's hit costs 2, the one of pdl 3, and hunter gives back what found nothing."""
    found = parts([result(use("apollo", "email_work"), use("pdl", "phone"), use("hunter"), paid=10.0)], COSTS)
    assert {name: part.credits for name, part in found.items()} == {"apollo": 4.0, "pdl": 6.0, "hunter": 0.0}
    assert (found["hunter"].uses, found["hunter"].hits) == (1, 0)


def test_where_nobody_has_a_price_all_pay_alike() -> None:
    found = parts([result(use("apollo"), use("hunter"), paid=3.0)], COSTS)
    assert {part.credits for part in found.values()} == {1.5}


def test_what_was_known_is_nobodys_part() -> None:
    found = parts([result(use(KNOWN, "company_size"), use("apollo", "title"))], COSTS)
    assert found == {"apollo": Part(uses=1, hits=1, credits=6.0)}


def test_bad_values_are_counted_against_whoever_gave_them() -> None:
    dropped = (("phone", "apollo"), ("email_work", "apollo"), ("title", "unknown"))
    found = parts([result(use("apollo", "phone"), dropped=dropped)], COSTS)
    assert found["apollo"] == Part(uses=1, hits=1, dropped=2, credits=6.0)
    assert found["unknown"] == Part(dropped=1)


def test_the_parts_of_many_results_add_up_to_what_was_paid() -> None:
    results = [
        result(use("apollo", "title"), use("stranger", "phone"), paid=paid) for paid in (1.1, 2.2, 3.3)
    ]
    found = parts(results, COSTS)
    assert sum(part.credits for part in found.values()) == pytest.approx(6.6)
    assert found["stranger"].uses == 3
