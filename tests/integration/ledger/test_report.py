"""What reports say is what the leads, looked at one by one, come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.money.budget import Caps
from alpha_swarm.domain.providers.uses import Part
from alpha_swarm.domain.states import Tier
from tests.integration.ledger.actors import add, arrival, people, plan
from tests.integration.ledger.results import RESERVED, enrich, report, result

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

BOTH = Values(email_work="a@works.example", company_domain="works.example", company_size=50)
PHONE = Values(phone="+14155550100", company_domain="works.example", linkedin_connections=0)


def test_an_empty_ledger_has_a_report(ledger: SqlLedger) -> None:
    """Without a share of nothing."""
    found = report(ledger, days=3)
    assert set(found["funnel"].values()) == {0}
    assert found["fill_rates"] == {}
    assert (found["sources"], found["providers"]) == ([], [])
    assert found["cost"]["per_usable_lead"] is None
    quality = found["quality"]
    assert quality["completeness"]["percent"] is None
    assert quality["completeness"]["enough"] is None
    assert quality["consistency"]["percent"] is None
    assert quality["timeliness"]["average_age_days"] is None
    assert quality["accuracy"]["percent"] is None
    assert len(found["throughput"]["by_day"]) == len(found["cost"]["by_day"]) == 3


def test_the_funnel_counts_leads_by_how_far_they_came(ledger: SqlLedger) -> None:
    first, second, third, _ = people(ledger, 4)
    people(ledger, 2)
    with ledger.begin() as tx:
        tx.count_intake("test", 0, 0, 5)
    enrich(
        ledger,
        {first: result(BOTH, tier=Tier.ONE), second: result(PHONE, tier=Tier.THREE), third: result(Values())},
    )
    found = report(ledger)
    assert found["funnel"] == {
        "arrivals": 11,
        "rejected": 5,
        "known": 2,
        "accepted": 4,
        "results": 3,
        "usable": 2,
        "with_email": 1,
        "synced": 2,
    }
    assert found["outcomes"] == {"completed": 1, "partial": 1, "unenrichable": 1, "failed": 0}
    assert found["tiers"] == {"Tier 1": 1, "Tier 2": 0, "Tier 3": 1}
    assert sum(found["states"].values()) == 4


def test_fill_rates_and_completeness_are_those_of_usable_leads(ledger: SqlLedger) -> None:
    """Of three required fields one lead has all, the other one: four of six."""
    first, second, third = people(ledger, 3)
    enrich(ledger, {first: result(BOTH), second: result(PHONE), third: result(Values(title="CRO"))})
    found = report(ledger)
    rates = found["fill_rates"]
    assert (rates["email"], rates["phone"], rates["company_domain"], rates["title"]) == (0.5, 0.5, 1.0, 0.0)
    assert rates["linkedin_connections"] == 0.5
    complete = found["quality"]["completeness"]
    assert (complete["percent"], complete["enough"], complete["threshold"]) == (66.7, False, 80.0)
    assert complete["by_field"] == {"email": 50.0, "company_domain": 100.0, "company_size": 50.0}


def test_consistency_counts_what_was_dropped(ledger: SqlLedger) -> None:
    """A record all of whose values were bad is one of those that don't match."""
    first, second, third, fourth = people(ledger, 4)
    bad = [("phone", "apollo"), ("email_work", "unknown")]
    enrich(
        ledger,
        {
            first: result(BOTH),
            second: result(PHONE, dropped=bad[:1]),
            third: result(Values(), dropped=bad),
            fourth: result(Values()),
        },
    )
    with ledger.begin() as tx:
        tx.providers.book(
            {"apollo": Part(uses=3, hits=1, dropped=2, credits=7.5), "unknown": Part(dropped=1)}
        )
    found = report(ledger)["quality"]["consistency"]
    assert (found["records"], found["flawed_records"], found["percent"]) == (3, 2, 33.3)
    assert (found["values"], found["dropped_values"], found["values_percent"]) == (9, 3, 66.7)
    assert found["dropped_by_provider"] == {"apollo": 2, "unknown": 1}


def test_ages_fall_into_the_bands_of_staleness(ledger: SqlLedger) -> None:
    ids = people(ledger, 4)
    ages = (1.0, 3.0, 89.0, 91.0)
    enrich(ledger, {key: result(BOTH, days_old=age) for key, age in zip(ids, ages, strict=True)})
    found = report(ledger)["quality"]["timeliness"]
    assert (found["fresh"], found["stale"], found["very_stale"]) == (1, 2, 1)
    assert found["average_age_days"] == pytest.approx(46.0, abs=0.01)


def test_duplicates_are_arrivals_of_people_who_were_known(ledger: SqlLedger) -> None:
    """By the source that told of them again; the first to tell of them has a new lead."""
    people(ledger, 3)
    add(ledger, [arrival("person-000", source="Event"), arrival("person-001", source="Event")])
    add(ledger, [arrival("someone-else", source="Event"), arrival("person-000", hours=1)])
    found = report(ledger)
    assert [(one["source"], one["leads"], one["arrivals"], one["known"]) for one in found["sources"]] == [
        ("Rival", 3, 4, 1),
        ("Event", 1, 3, 2),
    ]
    duplicates = found["quality"]["duplicates"]
    assert (duplicates["arrivals"], duplicates["known"], duplicates["percent"]) == (7, 3, 42.9)
    assert {one["source"]: one["known"] for one in duplicates["by_source"]} == {"Rival": 1, "Event": 2}


def test_each_source_has_what_it_brought_and_cost(ledger: SqlLedger) -> None:
    rival = people(ledger, 2)
    (event,) = add(ledger, [arrival("eve", source="Event")])
    enrich(ledger, {rival[0]: result(BOTH, tier=Tier.ONE), rival[1]: result(Values())}, paid=4.0)
    enrich(ledger, {event: result(PHONE)}, paid=1.5)
    found = {one["source"]: one for one in report(ledger)["sources"]}
    assert (found["Rival"]["enriched"], found["Rival"]["usable"], found["Rival"]["usable_rate"]) == (
        2,
        1,
        0.5,
    )
    assert (found["Rival"]["tier_1"], found["Rival"]["credits"]) == (1, 8.0)
    assert found["Rival"]["credits_per_usable_lead"] == 8.0
    assert (found["Event"]["credits"], found["Event"]["credits_per_usable_lead"]) == (1.5, 1.5)


def test_what_a_lead_costs_includes_those_that_came_to_nothing(ledger: SqlLedger) -> None:
    """And what was not paid twice is saved."""
    first, second, third = people(ledger, 3)
    people(ledger, 2)
    enrich(ledger, {first: result(BOTH), second: result(Values())}, paid=4.0)
    plan(ledger, [third], cost=RESERVED)
    cost = report(ledger)["cost"]
    assert (cost["credits"], cost["actions"], cost["credits_reserved"]) == (8.0, 2.0, 6.0)
    assert (cost["per_result"], cost["per_usable_lead"], cost["per_synced_lead"]) == (4.0, 8.0, 8.0)
    assert cost["saved"] == {"arrivals": 2, "credits": 8.0}
    assert cost["quota"] == []
    quota = report(ledger, caps=Caps(day=28.0, month_actions=10.0))["cost"]["quota"]
    assert [(one["what"], one["used"], one["percent"]) for one in quota] == [
        ("credits of the day", 14.0, 50.0),
        ("actions of the month", 3.0, 30.0),
    ]


def test_days_are_listed_without_gaps_and_the_last_is_today(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    enrich(ledger, {first: result(BOTH, days_old=0.0), second: result(BOTH, days_old=2.0)})
    found = report(ledger, days=7)
    today = datetime.now(UTC).date()
    assert [one["day"] for one in found["throughput"]["by_day"]] == [
        (today - timedelta(days=days)).isoformat() for days in range(6, -1, -1)
    ]
    assert [one["results"] for one in found["throughput"]["by_day"]] == [0, 0, 0, 0, 1, 0, 1]
    assert [one["received"] for one in found["throughput"]["by_day"]] == [0, 0, 0, 0, 0, 0, 2]
    assert [one["credits"] for one in found["cost"]["by_day"]][-1] == 8.0


def test_providers_have_their_hits_and_their_part_of_the_cost(ledger: SqlLedger) -> None:
    for _ in range(2):
        with ledger.begin() as tx:
            tx.providers.book({"apollo": Part(uses=4, hits=3, credits=6.0), "hunter": Part(uses=1)})
            tx.providers.book_missed({"hunter": 1})
    assert report(ledger)["providers"] == [
        {
            "provider": "apollo",
            "uses": 8,
            "hits": 6,
            "hit_rate": 0.75,
            "missed": 0,
            "dropped": 0,
            "credits": 12.0,
            "credits_per_hit": 2.0,
        },
        {
            "provider": "hunter",
            "uses": 2,
            "hits": 0,
            "hit_rate": 0.0,
            "missed": 2,
            "dropped": 0,
            "credits": 0.0,
            "credits_per_hit": None,
        },
    ]
