"""Of each value it is known who gave it, through merges, fills and corrections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.enrichment import Enrichment, ProviderUse, Values
from alpha_swarm.domain.leads.origins import found_fields, given_fields
from alpha_swarm.domain.privacy.rectification import pinned, put_right
from alpha_swarm.domain.results.companies import KNOWN, Remembered, filled
from alpha_swarm.domain.results.reruns import merged
from alpha_swarm.domain.states import EnrichmentStatus
from tests.unit.domain.factories import ENRICHMENT, LEAD, NOW, VALUES

LATER = "2026-02-01T09:00:00Z"


def result(*uses: ProviderUse, values: Values) -> Enrichment:
    """Of these providers."""
    return Enrichment(status=EnrichmentStatus.COMPLETED, values=values, providers=uses, enriched_at=NOW)


def use(name: str, *fields: str, confidence: float | None = None) -> ProviderUse:
    """One provider's part."""
    return ProviderUse(name=name, fields=fields, timestamp=LATER, confidence=confidence)


def test_each_value_says_who_found_it_when_and_how_sure() -> None:
    """Of several who named it the last one; nobody is unknown, and then the result's own time holds."""
    uses = (use("apollo", "email_work", "title"), use("hunter", "email_work", confidence=0.9))
    values = Values(email_work="a@works.example", title="CEO", phone="+14155550123")
    told = found_fields(replace(LEAD, enrichment=result(*uses, values=values)))
    basis = {"legal_basis": "legitimate_interest"}
    assert told == {
        "email_work": {"provider": "hunter", "timestamp": LATER, **basis, "confidence": 0.9},
        "title": {"provider": "apollo", "timestamp": LATER, **basis},
        "phone": {"provider": "unknown", "timestamp": "2026-01-16T08:30:00Z", **basis},
    }


def test_what_a_door_gave_says_which_one() -> None:
    told = given_fields(LEAD)
    assert set(told) == {"linkedin_url", "first_name", "last_name", "company_name"}
    assert {(one["provider"], one["timestamp"]) for one in told.values()} == {
        ("hunter-mcp", "2026-01-15T10:00:00Z")
    }


def test_what_the_person_put_right_is_the_persons() -> None:
    lead = replace(LEAD, enrichment=ENRICHMENT)
    lead = put_right(lead, pinned(lead, {"email": "b@works.example", "first_name": "Adeline"}, NOW))
    assert found_fields(lead)["email_work"]["provider"] == "person"
    assert found_fields(lead)["phone"]["provider"] == "apollo"
    assert given_fields(lead)["first_name"]["provider"] == "person"
    assert given_fields(lead)["last_name"]["provider"] == "hunter-mcp"


def test_what_was_known_of_the_company_says_so() -> None:
    blank = result(values=replace(VALUES, company_industry=None))
    found = filled(blank, {"company_industry": Remembered("SaaS", NOW)})
    assert found_fields(replace(LEAD, enrichment=found))["company_industry"]["provider"] == KNOWN


SOME = st.sets(st.sampled_from(["email_work", "phone", "title", "company_industry"]))


@given(rounds=st.lists(SOME, min_size=1, max_size=4))
def test_through_merges_each_value_keeps_who_gave_it(rounds: list[set[str]]) -> None:
    """The round that last gave the value is named, however many follow without it."""
    known = result(values=Values())
    last: dict[str, str] = {}
    for number, names in enumerate(rounds):
        given_: dict[str, Any] = {name: f"{name} {number}" for name in names}
        again = result(use(f"round {number}", *names), values=replace(Values(), **given_))
        known = merged(known, again) or known
        last |= dict.fromkeys(names, f"round {number}")
    told = found_fields(replace(LEAD, enrichment=known))
    assert {name: one["provider"] for name, one in told.items()} == last
