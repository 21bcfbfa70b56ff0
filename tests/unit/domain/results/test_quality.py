"""Which fields are filled, how many of them, and how sure a sample is."""

from __future__ import annotations

from dataclasses import fields

import pytest

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.output import OUTPUT_FIELDS
from alpha_swarm.domain.results.quality import (
    BITS,
    FIELDS,
    REQUIRED,
    Accuracy,
    completeness,
    fields_of,
    fill_rates,
    filled,
    wilson,
)


def test_every_enriched_field_has_its_bit() -> None:
    """A new one goes to the end: what stands in the ledger keeps its meaning."""
    assert {one.name for one in fields(Values)} == set(FIELDS)
    assert FIELDS[:7] == (
        "email_work",
        "email_personal",
        "phone",
        "title",
        "company_domain",
        "company_industry",
        "company_size",
    )
    assert FIELDS[-1] == "mutual_connections"
    assert set(REQUIRED) <= set(OUTPUT_FIELDS)


def test_a_zero_is_a_value_and_an_empty_list_is_none() -> None:
    values = Values(phone="+14155550100", linkedin_connections=0, tech_stack=(), recent_posts=("a",))
    assert fields_of(filled(values)) == ["phone", "linkedin_connections", "recent_posts"]
    assert filled(Values()) == 0


def test_either_address_is_an_email() -> None:
    work, personal = filled(Values(email_work="a@b.example")), filled(Values(email_personal="c@d.example"))
    assert work & BITS["email"]
    assert personal & BITS["email"]
    assert not filled(Values(phone="+14155550100")) & BITS["email"]


def test_completeness_is_the_share_of_required_fields_over_all_leads() -> None:
    rates = fill_rates({"email": 1, "company_size": 2, "phone": 0}, 2)
    assert rates == {"email": 0.5, "company_size": 1.0, "phone": 0.0}
    assert completeness(rates, ("email", "company_size")) == 0.75
    assert completeness(fill_rates({}, 0), REQUIRED) is None


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (80, 100, 0.711, 0.867)],
)
def test_the_interval_is_wilsons(hits: int, tries: int, low: float, high: float) -> None:
    """The figures are those of the formula's textbook examples."""
    assert list(wilson(hits, tries)) == pytest.approx([low, high], abs=0.001)


def test_what_nobody_could_tell_counts_for_neither_side() -> None:
    marks = Accuracy(right=8, wrong=2, unknown=90)
    assert marks.share == 0.8
    assert marks.interval == wilson(8, 10)
    assert Accuracy(unknown=3).share is None
    assert Accuracy(unknown=3).interval is None
