"""What a person put right stands, whatever is said afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.output import output_fields
from alpha_swarm.domain.leads.pins import FIELDS, dump_pins, over_values, read_pins
from alpha_swarm.domain.privacy.rectification import (
    over_enrichment,
    over_input,
    pinned,
    pinned_columns,
    put_right,
    read_corrections,
)
from alpha_swarm.domain.results.judgement import judge
from alpha_swarm.domain.results.reruns import merged
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import UserError
from tests.unit.domain.factories import ENRICHMENT, LEAD, NOW, json_values, row, with_input

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Lead

CORRECTIONS = {
    "linkedin_url": "https://www.linkedin.com/in/ada-right",
    "first_name": "Adeline",
    "last_name": "Right",
    "company_name": "Right Works",
    "email": "adeline@works.example",
    "email_personal": "adeline@home.example",
    "phone": "+14155550199",
    "title": "CTO",
    "company_domain": "right.example",
    "company_size": 12,
    "tech_stack": ("Gong",),
    "funding_stage": "Seed",
}
COLUMNS = sorted(
    {*FIELDS, "email_work"} - {"linkedin_url", "first_name", "last_name", "company_name", "email"}
)
RAW = st.dictionaries(
    st.sampled_from(COLUMNS),
    json_values() | st.sampled_from(["x@y.example", "+14155550000", "CEO", "a.example", 9, ["Outreach"]]),
)


def corrected(lead: Lead, corrections: dict[str, Any]) -> Lead:
    """The lead with these corrections."""
    return put_right(lead, pinned(lead, corrections, NOW))


def said(lead: Lead, name: str) -> Any:
    """A field as it goes out."""
    value = output_fields(lead)[name]
    return tuple(value) if isinstance(value, list) else value


@given(
    wanted=st.dictionaries(st.sampled_from(sorted(CORRECTIONS)), st.none(), min_size=1),
    results=st.lists(RAW, max_size=4),
    rerun=st.booleans(),
)
def test_whatever_results_come_afterwards_what_was_put_right_stays(
    wanted: dict[str, None], results: list[dict[str, Any]], *, rerun: bool
) -> None:
    """A new result takes the old one's place or is merged into it; neither undoes a pin."""
    corrections = {name: CORRECTIONS[name] for name in wanted}
    lead = corrected(replace(LEAD, enrichment=ENRICHMENT), corrections)
    for raw in results:
        found = judge(row(raw), now=NOW)
        again = merged(lead.enrichment, found) if rerun and lead.enrichment else found
        lead = replace(lead, enrichment=over_enrichment(again or found, lead.pins))
        assert {name: said(lead, name) for name in corrections} == corrections


@given(wanted=st.dictionaries(st.sampled_from(sorted(CORRECTIONS)), st.none()), raw=RAW)
def test_to_lay_pins_twice_is_to_lay_them_once(wanted: dict[str, None], raw: dict[str, Any]) -> None:
    pins = corrected(LEAD, {name: CORRECTIONS[name] for name in wanted}).pins
    once = over_enrichment(judge(row(raw), now=NOW), pins)
    assert over_enrichment(once, pins) == once
    assert over_input(over_input(LEAD.input, pins), pins) == over_input(LEAD.input, pins)


def test_pins_are_kept_as_json_and_read_again() -> None:
    pins = corrected(replace(LEAD, enrichment=ENRICHMENT), CORRECTIONS).pins
    assert read_pins(dump_pins(pins)) == pins
    assert read_pins(None) == {}


def test_a_lead_without_a_result_says_what_was_put_right() -> None:
    lead = corrected(LEAD, {"title": "CTO", "email": "adeline@works.example"})
    assert (said(lead, "title"), said(lead, "email")) == ("CTO", "adeline@works.example")
    assert lead.enrichment is None


def test_a_wrong_address_is_kept_as_a_name_and_nowhere_else() -> None:
    """Also where it was the personal one that was used."""
    lead = corrected(
        replace(
            with_input(email="ada@home.example"),
            enrichment=replace(ENRICHMENT, values=Values(email_personal="ada@home.example")),
        ),
        {"email": "adeline@works.example"},
    )
    assert lead.pins["email"].was == ("ada@home.example",)
    assert lead.input.email == "adeline@works.example"
    assert (lead.values.email_work, lead.values.email_personal) == ("adeline@works.example", None)
    assert pinned_columns(lead) == {
        "email_work": "adeline@works.example",
        "email": "adeline@works.example",
        "email_personal": "",
    }


def test_corrected_once_more_both_wrong_addresses_are_known() -> None:
    lead = corrected(replace(LEAD, enrichment=ENRICHMENT), {"email": "one@works.example"})
    lead = corrected(lead, {"email": "two@works.example"})
    assert lead.pins["email"].was == ("ada@works.example", "one@works.example")


def test_the_status_follows_unless_the_enricher_failed() -> None:
    nothing = replace(ENRICHMENT, values=Values(), status=EnrichmentStatus.UNENRICHABLE)
    pins = corrected(LEAD, {"email": "adeline@works.example"}).pins
    assert over_enrichment(nothing, pins).status is EnrichmentStatus.PARTIAL
    failed = replace(nothing, status=EnrichmentStatus.FAILED)
    assert over_enrichment(failed, pins).status is EnrichmentStatus.FAILED


def test_what_is_put_right_is_read_and_checked() -> None:
    given_ = [
        "email_work=Ada@Works.example",
        "phone=(415) 555-0123",
        "company_size=12",
        "tech_stack=a, b",
        "title= CTO ",
    ]
    assert read_corrections(given_) == {
        "email": "ada@works.example",
        "phone": "+14155550123",
        "company_size": 12,
        "tech_stack": ("a", "b"),
        "title": "CTO",
    }


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ([], "give --set FIELD=VALUE"),
        (["nickname=Ada"], "nickname is no field that can be put right: linkedin_url, first_name"),
        (["icp_score=100"], "icp_score is no field"),
        (["title"], "write title=VALUE"),
        (["email= "], "email cannot be empty"),
        (["last_name="], "last_name cannot be empty"),
        (["email=ada"], "give an e-mail address"),
        (["phone=1"], "give a number with its country"),
        (["linkedin_url=https://works.example"], "give a person's address"),
        (["first_name=" + "x" * 101], "give a shorter text"),
        (["company_size=many"], "give a whole number from 1"),
        (["email=a@b.example", "email_work=c@d.example"], "email is given twice"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(wrong: list[str], remedy: str) -> None:
    with pytest.raises(UserError) as caught:
        read_corrections(wrong)
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_pins_change_nothing() -> None:
    values = Values(title="CEO")
    assert over_values(values, {}) is values
    assert over_input(LEAD.input, {}) is LEAD.input
