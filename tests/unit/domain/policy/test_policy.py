"""What a policy keeps out, whatever it is called."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.doors.intake import InvalidLead, read_lead
from alpha_swarm.domain.leads.output import OUTPUT_FIELDS, output_fields
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.names import HELD, plain
from alpha_swarm.domain.policy.withholding import fields_for, lead_for, payload_for
from alpha_swarm.domain.states import LegalBasis
from tests.unit.domain.factories import ENRICHMENT, LEAD, NOW, with_input
from tests.unit.domain.policy.policies import PACKAGED, policy

if TYPE_CHECKING:
    import random

    from alpha_swarm.domain.leads.lead import Lead

RAW = {
    "linkedin_url": "https://www.linkedin.com/in/ada",
    "source_type": "post_liker",
    "source_name": "Rival",
    "scraped_at": "2026-01-15T10:00:00Z",
}
FULL = replace(LEAD, enrichment=ENRICHMENT)
NAMES = sorted({name for rule in PACKAGED.book.forbidden or () for name in rule.fields})


def spelt(name: str, chance: random.Random) -> str:
    """The name as somebody else writes it."""
    words = name.removesuffix("*").split("_")
    styled = [chance.choice((word, word.upper(), word.capitalize())) for word in words]
    return chance.choice(("_", " ", "-", "", "  ", ".", "/")).join(styled)


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_nothing_forbidden_passes_whatever_its_spelling(names: list[str], chance: random.Random) -> None:
    columns = {spelt(name, chance): "a value" for name in names}
    passed = PACKAGED.passed({**RAW, **columns}, LegalBasis.CONSENT)
    assert passed.fields == RAW
    assert {plain(one.field) for one in passed.kept} <= {plain(name) for name in NAMES}


@given(st.sampled_from([name for name in NAMES if name.endswith("*")]), st.text("abcxyz_ 0129", max_size=12))
def test_whatever_begins_with_a_starred_name_is_kept_out(name: str, more: str) -> None:
    assert PACKAGED.bars(name.removesuffix("*") + more)


@given(st.text(max_size=20))
def test_a_name_has_one_plain_form_however_often_it_is_made_plain(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    assert plain(f" {name} -_") == plain(name)


def test_the_packaged_policy_takes_every_field_of_a_lead() -> None:
    """And each party gets what is mapped."""
    assert not PACKAGED.forbidden
    assert not PACKAGED.asks_consent
    for party in Party:
        assert lead_for(PACKAGED, party, FULL) is FULL
        assert fields_for(PACKAGED, party, FULL) == output_fields(FULL)
    assert not any(PACKAGED.bars(name) for name in (*HELD, *OUTPUT_FIELDS, *RAW, "email", "lead_id"))


def test_a_forbidden_field_is_stripped_and_told_by_the_name_that_the_policy_has() -> None:
    lead = read_lead({**RAW, "Home Address": "1 Street", "homeAddressLine2": "x"}, now=NOW, policy=PACKAGED)
    assert lead.withheld == ("home_address",)


def test_a_blank_cell_is_no_field_that_came() -> None:
    assert read_lead({**RAW, "Home Address": " "}, now=NOW, policy=PACKAGED).withheld is None


def test_a_policy_that_refuses_names_the_field_and_the_reason_and_never_the_value() -> None:
    strict = policy("on_forbidden: refuse\nforbidden: [{fields: [ssn], reason: we need no such number}]")
    with pytest.raises(InvalidLead) as caught:
        read_lead({**RAW, "S.S.N.": "078-05-1120"}, now=NOW, policy=strict)
    assert str(caught.value) == "ssn is not taken: we need no such number (the privacy policy)"
    assert caught.value.forbidden == ("ssn",)


def test_a_policy_that_refuses_still_takes_a_lead_without_what_lacks_consent() -> None:
    strict = policy("on_forbidden: refuse\nconsent: [{fields: [email]}]")
    lead = read_lead({**RAW, "email": "ada@works.example"}, now=NOW, policy=strict)
    assert (lead.email, lead.withheld) == (None, ("email",))
    agreed = {**RAW, "email": "ada@works.example", "legal_basis": "consent"}
    assert read_lead(agreed, now=NOW, policy=strict).email == "ada@works.example"


@pytest.mark.parametrize(
    ("column", "value"), [("Visibility", "Restricted"), ("profile_visibility", "1st degree")]
)
def test_a_profile_whose_owner_limits_who_sees_it_is_refused(column: str, value: str) -> None:
    """Unless the policy says otherwise; one that everybody may see is taken."""
    with pytest.raises(InvalidLead, match="limits who sees the profile") as caught:
        read_lead({**RAW, column: value}, now=NOW, policy=PACKAGED)
    assert caught.value.forbidden == ("visibility",)
    read_lead({**RAW, column: "public"}, now=NOW, policy=PACKAGED)
    read_lead({**RAW, column: value}, now=NOW, policy=policy("limited_profiles: take"))


def test_a_field_of_ours_is_forbidden_by_any_of_its_words() -> None:
    mobile = policy("forbidden: [{fields: [mobile], reason: nobody is called}]")
    assert mobile.forbidden == {"phone"}
    for column in ("Mobile Phone", "phone", "phone_number"):
        assert mobile.bars(column)
    assert lead_for(mobile, Party.GHL, FULL).values.phone is None


def test_email_means_every_address() -> None:
    none = policy("forbidden: [{fields: [email], reason: nobody is written to}]")
    assert none.forbidden == {"email", "email_work", "email_personal"}
    assert fields_for(none, Party.GHL, FULL)["email"] is None


CONSENT = "consent: [{fields: [phone], without: not_taken}, {fields: [personal_email], without: not_written}]"


@pytest.mark.parametrize("basis", list(LegalBasis))
def test_what_needs_consent_is_held_and_given_with_it_alone(basis: LegalBasis) -> None:
    asking = policy(CONSENT)
    lead = replace(with_input(legal_basis=basis), enrichment=ENRICHMENT)
    consented = basis is LegalBasis.CONSENT
    assert asking.not_held(basis) == (set() if consented else {"phone"})
    shown = fields_for(asking, Party.HUBSPOT, lead)
    assert (shown["phone"] is not None, shown["email_personal"] is not None) == (consented, consented)
    assert shown["email"] == "ada@works.example"


def test_without_a_work_address_the_personal_one_does_not_slip_through_as_the_best() -> None:
    asking = policy(CONSENT)
    values = replace(ENRICHMENT.values, email_work=None)
    lead = replace(FULL, enrichment=replace(ENRICHMENT, values=values))
    assert output_fields(lead)["email"] == "ada@home.example"
    assert fields_for(asking, Party.GHL, lead)["email"] is None


def test_a_party_gets_only_what_it_is_said_to_get() -> None:
    narrow = policy("targets: {export: {only: [email, company_name]}, slack: {never: [company_name]}}")
    shown = payload_for(narrow, Party.EXPORT, FULL)
    given_away = {name for name, value in shown.items() if value not in (None, [], "")}
    assert given_away == {
        "lead_id",
        "state",
        "email",
        "email_personal",
        "company_name",
        "enriched_at",
        "provenance",
    }
    assert set(shown["provenance"]["enrichment"]["fields"]) == {"email_work", "email_personal"}
    assert shown["provenance"]["collection"]["source_url"] is None
    assert fields_for(narrow, Party.SLACK, FULL)["company_name"] is None
    assert fields_for(narrow, Party.GHL, FULL) == output_fields(FULL)


def test_deciding_takes_no_time() -> None:
    """Once for a column: 20,000 rows of twenty columns in less than a second of processor time."""
    row = {**RAW, **{f"column {number}": "x" for number in range(15)}, "Home Address": "1 Street"}
    began = time.process_time()
    for _ in range(20_000):
        PACKAGED.passed(row)
    assert time.process_time() - began < 1.0


def test_provenance_says_on_what_basis_and_what_was_kept_out() -> None:
    lead: Lead = replace(
        with_input(legal_basis=LegalBasis.CONSENT, withheld=("home_address",)),
        enrichment=replace(ENRICHMENT, withheld=("phone",)),
    )
    trail = payload_for(PACKAGED, Party.EXPORT, lead)["provenance"]
    assert trail["processing"]["withheld"] == ["home_address", "phone"]
    assert trail["processing"]["legal_basis"] == trail["collection"]["legal_basis"] == "consent"
    assert {one["legal_basis"] for one in trail["enrichment"]["fields"].values()} == {"consent"}
