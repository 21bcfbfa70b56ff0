"""A second result adds and changes, and takes nothing away."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.results.reruns import merged
from alpha_swarm.domain.states import EnrichmentStatus

VALUES = st.builds(
    Values,
    email_work=st.sampled_from([None, "a@works.example", "b@works.example"]),
    title=st.sampled_from([None, "CEO", "CTO"]),
    company_size=st.sampled_from([None, 50, 250]),
    tech_stack=st.sampled_from([(), ("salesforce",), ("hubspot", "gong")]),
)


def result(values: Values) -> Enrichment:
    """As it came."""
    moment = datetime(2026, 1, 15, tzinfo=UTC)
    return Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=moment)


@given(known=VALUES, again=VALUES)
def test_a_blank_replaces_nothing_and_what_is_newer_holds(known: Values, again: Values) -> None:
    found = merged(result(known), result(again))
    values = known if found is None else found.values
    for one in fields(Values):
        before, after = getattr(known, one.name), getattr(again, one.name)
        assert getattr(values, one.name) == (after or before)


@given(known=VALUES)
def test_the_same_once_more_says_nothing(known: Values) -> None:
    assert merged(result(known), result(known)) is None


def test_the_status_is_reckoned_anew() -> None:
    """An address that was missing makes a result whole."""
    found = merged(result(Values(company_size=250)), result(Values(email_work="a@works.example")))
    assert found is not None
    assert found.status is EnrichmentStatus.COMPLETED
