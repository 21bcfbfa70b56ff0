"""What the doors let in, and what they say to the rest."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.doors.intake import Door, FieldError, InvalidLead, read_lead
from alpha_swarm.domain.leads.grounds import Grounds
from alpha_swarm.domain.leads.identity import identity_of
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.policy.book import PolicyBook
from alpha_swarm.domain.policy.policy import PrivacyPolicy
from alpha_swarm.domain.states import SourceType
from tests.unit.domain.factories import NOW, json_values

DATA = Path(__file__).parents[5] / "shared" / "data"
RAW = {
    "linkedin_url": "https://www.linkedin.com/in/ada-example",
    "source_type": "post_liker",
    "source_name": "Rival",
    "scraped_at": "2026-01-15T10:00:00Z",
}


def faults(raw: dict[str, Any], door: Door = Door.SCRAPER) -> tuple[FieldError, ...]:
    """What the door says against it."""
    with pytest.raises(InvalidLead) as caught:
        read_lead(raw, now=NOW, door=door)
    return caught.value.errors


def test_a_full_lead_comes_in_trimmed_and_normalised() -> None:
    """All fields of the door, each in its one form."""
    lead = read_lead(
        RAW
        | {
            "linkedin_url": " HTTPS://uk.linkedin.com/in/Ada-Example/?trk=x ",
            "email": " Ada@Works.Example ",
            "first_name": "  Ada\u0000 ",
            "last_name": "   ",
            "company_name": None,
            "source_url": "https://example.com/rival",
            "engagement_action": "liked",
            "engagement_content": "line one\nline two",
            "unknown": "ignored",
            "company_domain": "not looked at here",
        },
        now=NOW,
    )

    assert lead == LeadInput(
        linkedin_url="https://www.linkedin.com/in/ada-example",
        email="ada@works.example",
        first_name="Ada",
        source_type=SourceType.POST_LIKER,
        source_name="Rival",
        source_url="https://example.com/rival",
        engagement_action="liked",
        engagement_content="line one\nline two",
        scraped_at=datetime(2026, 1, 15, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"linkedin_url": "https://example.com/in/ada"},
            "linkedin_url",
            "must be a person's LinkedIn address",
        ),
        ({"linkedin_url": ""}, "linkedin_url", "is missing: give linkedin_url or email"),
        ({"linkedin_url": 7}, "linkedin_url", "must be a person's LinkedIn address"),
        ({"email": "ada(at)works.example"}, "email", "must be an e-mail address"),
        ({"source_type": "follower"}, "source_type", "must be one of competitor_follower, "),
        ({"source_type": "crm"}, "source_type", "must be one of competitor_follower, "),
        ({"source_type": "POST_LIKER"}, "source_type", "must be one of competitor_follower, "),
        ({"source_type": None}, "source_type", "is missing"),
        ({"source_type": ["post_liker"]}, "source_type", "must be one of competitor_follower, "),
        ({"source_name": " \t"}, "source_name", "is missing"),
        ({"source_name": 5}, "source_name", "must be text"),
        ({"source_name": 0}, "source_name", "must be text"),
        ({"source_name": "x" * 201}, "source_name", "is longer than 200 characters"),
        ({"first_name": "x" * 101}, "first_name", "is longer than 100 characters"),
        ({"last_name": "x" * 101}, "last_name", "is longer than 100 characters"),
        ({"last_name": ["Example"]}, "last_name", "must be text"),
        ({"company_name": "x" * 201}, "company_name", "is longer than 200 characters"),
        ({"engagement_content": "x" * 5001}, "engagement_content", "is longer than 5000 characters"),
        ({"engagement_action": {"kind": "liked"}}, "engagement_action", "must be text"),
        ({"source_url": "not a url"}, "source_url", "must be a URL with http:// or https://"),
        ({"source_url": "example.com/rival"}, "source_url", "must be a URL with http:// or https://"),
        ({"source_url": "javascript://example.com"}, "source_url", "must be a URL with http:// or https://"),
        ({"source_url": "https:///rival"}, "source_url", "must be a URL with http:// or https://"),
        ({"source_url": "https://example.com/a b"}, "source_url", "must be a URL with http:// or https://"),
        ({"scraped_at": ""}, "scraped_at", "is missing"),
        ({"scraped_at": 1768471200}, "scraped_at", "must be an ISO 8601 date and time"),
        ({"scraped_at": "2024-01-16T08:30:00Z"}, "scraped_at", "is past its retention of 730 days"),
        ({"scraped_at": "9999-01-01"}, "scraped_at", "lies too far in the future"),
    ],
)
def test_a_bad_field_is_named_with_what_to_do(changes: dict[str, Any], field: str, message: str) -> None:
    """One fault gives one error with its field."""
    (fault,) = faults(RAW | changes)

    assert fault.field == field
    assert fault.message.startswith(message)


@pytest.mark.parametrize(
    ("field", "longest"),
    [
        ("first_name", 100),
        ("last_name", 100),
        ("company_name", 200),
        ("source_name", 200),
        ("engagement_content", 5000),
    ],
)
def test_the_longest_text_that_is_allowed_comes_in(field: str, longest: int) -> None:
    """Blanks around it do not count."""
    lead = read_lead(RAW | {field: f" {'é' * longest} "}, now=NOW)

    assert getattr(lead, field) == "é" * longest


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-15T10:00:00Z", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-15t10:00:00z", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-15 10:00:00", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-15T10:00", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-15T12:00:00+02:00", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-14T23:30:00-0800", datetime(2026, 1, 15, 7, 30, tzinfo=UTC)),
        ("2026-01-15T10:00:00.123Z", datetime(2026, 1, 15, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-01-15T10:00:00,123456789Z", datetime(2026, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)),
        ("20260115T100000Z", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-W03-4T10:00Z", datetime(2026, 1, 15, 10, tzinfo=UTC)),
        ("2026-01-15", datetime(2026, 1, 15, tzinfo=UTC)),
        (datetime(2026, 1, 15, 10), datetime(2026, 1, 15, 10, tzinfo=UTC)),  # noqa: DTZ001 (the case is one without)
    ],
)
def test_any_iso_form_becomes_utc(text: str | datetime, moment: datetime) -> None:
    """Offsets are reckoned in; without one it is UTC, without a time midnight."""
    assert read_lead(RAW | {"scraped_at": text}, now=NOW).scraped_at == moment


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "15/01/2026 10h",
        "2026-13-45T00:00:00Z",
        "2026",
        "1768471200",
        "2026-01-15x10:00",
        "2026-02-29",
        "2026-01-15T25:00",
        "0001-01-01T00:00+02:00",
        "9999-12-31T23:59-02:00",
        "202\uff16-01-15",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Other notations, impossible days and moments outside the calendar."""
    (fault,) = faults(RAW | {"scraped_at": text})

    assert fault.message == "must be an ISO 8601 date and time, such as 2026-01-15T10:00:00Z"


def test_every_fault_is_named_at_once_and_no_value_repeated() -> None:
    """One look is enough to mend a lead, and the text is fit for a log."""
    with pytest.raises(InvalidLead) as caught:
        read_lead(
            {"email": "secret@@works.example", "source_type": "secret", "source_url": "secret"}, now=NOW
        )

    assert {fault.field for fault in caught.value.errors} == {
        "email",
        "source_type",
        "source_name",
        "source_url",
        "scraped_at",
    }
    assert caught.value.cause == "invalid_lead"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("door", Door)
def test_each_door_writes_down_on_which_grounds_it_took_a_lead_in(door: Door) -> None:
    """What is usual need not be said."""
    raw = RAW if door is Door.SCRAPER else {**RAW, "source_name": "hubspot"}
    own = PrivacyPolicy(PolicyBook(), Grounds(assessment_id="LIA-1", assessment_version="2"))

    assert read_lead(raw, now=NOW, door=door, policy=own).grounds == own.grounds
    assert read_lead(raw, now=NOW, door=door).grounds is None


def test_a_door_refuses_what_is_past_the_days_that_are_set() -> None:
    """It would be forgotten at once."""
    short = PrivacyPolicy(PolicyBook(), Grounds(retention_days=10))
    old = (NOW - timedelta(days=10)).isoformat()

    with pytest.raises(InvalidLead, match="past its retention of 10 days"):
        read_lead(RAW | {"scraped_at": old}, now=NOW, policy=short)
    assert read_lead(RAW | {"scraped_at": old}, now=NOW).held_on.retention_days == 730


def test_retention_ends_to_the_second() -> None:
    """One moment before its end a lead still comes in."""
    edge = NOW - timedelta(days=730)
    lead = read_lead(RAW | {"scraped_at": (edge + timedelta(seconds=1)).isoformat()}, now=NOW)

    assert lead.scraped_at > edge
    assert faults(RAW | {"scraped_at": edge.isoformat()})[0].field == "scraped_at"


def test_a_scraped_lead_may_come_by_email_alone() -> None:
    """Without a profile the address is who it is."""
    lead = read_lead(RAW | {"linkedin_url": None, "email": "ada@works.example"}, now=NOW)

    assert identity_of(lead) == "email:ada@works.example"


def test_a_crm_lead_needs_one_of_three() -> None:
    """The door names the source; a company alone is enough."""
    raw = {
        "source_name": "hubspot",
        "scraped_at": "2026-01-15T10:00:00Z",
        "company_domain": "https://www.Works.example/x",
    }
    lead = read_lead(raw, now=NOW, door=Door.CRM)

    assert lead.source_type is SourceType.CRM
    assert identity_of(lead) == "company:works.example"
    assert faults(raw | {"company_domain": "nothing"}, Door.CRM) == (
        FieldError("company_domain", "must be a domain such as acme.com"),
    )
    assert faults(raw | {"company_domain": ""}, Door.CRM) == (
        FieldError("linkedin_url", "is missing: give linkedin_url or email or company_domain"),
    )


def test_a_direct_lead_needs_no_more_than_a_person() -> None:
    """The door fills in the rest."""
    lead = read_lead({"email": "ada@works.example", "source_type": "post_liker"}, now=NOW, door=Door.DIRECT)

    assert (lead.source_type, lead.source_name, lead.scraped_at) == (SourceType.DIRECT, "direct", NOW)
    assert faults({"company_domain": "works.example"}, Door.DIRECT)[0].field == "linkedin_url"


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys([*RAW, "email", "source_url", "first_name"], json_values())
    )
)
def test_no_json_crashes_a_door(raw: dict[str, Any]) -> None:
    """Whatever is sent: a lead with an identity, or errors."""
    for door in Door:
        try:
            lead = read_lead(raw, now=NOW, door=door)
        except InvalidLead as error:
            assert error.errors  # noqa: PT017 (either outcome is right)
        else:
            assert identity_of(lead)


@pytest.mark.skipif(not DATA.is_dir(), reason="the messy list is not beside this tree")
def test_the_messy_list_comes_out_as_expected() -> None:
    """1,355 rows as scrapers export them: who is refused, who is one person."""
    expected = json.loads((DATA / "leads.expected.json").read_text())
    people: Counter[str] = Counter()
    rejected = []
    with (DATA / "leads.csv").open(encoding="utf-8-sig", newline="") as file:
        for line, raw in enumerate(csv.DictReader(file), start=1):
            try:
                people[identity_of(read_lead(raw, now=NOW))] += 1
            except InvalidLead:
                rejected.append(line)

    assert rejected == expected["rejected_lines"]
    assert len(people) == expected["distinct_leads"]
    assert people.total() - len(people) == expected["duplicates"]
