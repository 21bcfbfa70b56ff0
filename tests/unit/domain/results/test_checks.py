"""Only sound values count, and each bad one has a name behind it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.enrichment import ProviderUse, Values
from alpha_swarm.domain.results.checks import check_values
from tests.unit.domain.factories import json_values

FIELDS = sorted(Values.__dataclass_fields__)


def checked(field: str, value: Any) -> Any:
    """The value after its check."""
    return getattr(check_values({field: value}, ())[0], field)


@pytest.mark.parametrize(
    ("field", "value", "good"),
    [
        ("email_work", " Ada@Works.Example ", "ada@works.example"),
        ("email_personal", "ada@home.test", "ada@home.test"),
        ("phone", "(415) 555-0123", "+14155550123"),
        ("phone", "+44 20 7946 0958", "+442079460958"),
        ("phone", "415-555-0123 ext. 7", "+14155550123"),
        ("title", "  VP Sales ", "VP Sales"),
        ("title", "x" * 10_001, "x" * 10_000),
        ("title", "V\u0000P\ud800", "VP"),
        ("company_domain", "Works.example", "works.example"),
        ("company_domain", "https://www.Works.example/about?x=1", "works.example"),
        ("company_domain", "http://shop.works.example:8080", "shop.works.example"),
        ("company_domain", "müller.example", "müller.example"),
        ("company_size", 250, 250),
        ("company_size", " 250 ", 250),
        ("company_size", "250.0", 250),
        ("company_size", 1e3, 1000),
        ("company_size", 1, 1),
        ("company_size", 1_000_000, 1_000_000),
        ("linkedin_connections", "500.0", 500),
        ("mutual_connections", 0, 0),
        ("tech_stack", ["Gong", " Gong ", 7, None, "n/a", "Clari"], ("Gong", "Gong", "Clari")),
        ("tech_stack", '["Gong", "Clari"]', ("Gong", "Clari")),
        ("tech_stack", "Gong, Clari,", ("Gong", "Clari")),
        ("tech_stack", [f"t{n}" for n in range(25)], tuple(f"t{n}" for n in range(20))),
        ("recent_posts", "One post, with a comma", ("One post, with a comma",)),
        ("recent_posts", "[Hiring] Join us", ("[Hiring] Join us",)),
        ("recent_posts", '["One", "Two, three"]', ("One", "Two, three")),
        ("company_domain", "www.com", "www.com"),
        ("company_domain", "www.www.www.com", "www.com"),
    ],
)
def test_a_sound_value_passes_in_one_spelling(field: str, value: Any, good: Any) -> None:
    """However a value is written, what passes is written one way."""
    assert checked(field, value) == good


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email_work", "ada(at)works.example"),
        ("email_work", "Ada <ada@works.example>"),
        ("email_work", "a" * 1000 + "@works.example"),
        ("email_work", ["ada@works.example"]),
        ("phone", "call me"),
        ("phone", "12345"),
        ("phone", "555-0123"),
        ("phone", "0171 2345678"),
        ("phone", "000-000-0000"),
        ("phone", 4155550123),
        ("phone", "1" * 1000),
        ("title", 7),
        ("company_domain", "ftp://works.example"),
        ("company_domain", "javascript:alert(1)"),
        ("company_domain", "works"),
        ("company_domain", "10.0.0.1"),
        ("company_domain", "ada@works.example"),
        ("company_domain", "works.e"),
        ("company_domain", "works .example"),
        ("company_domain", "-works.example"),
        ("company_size", 0),
        ("company_size", -5),
        ("company_size", 1_000_001),
        ("company_size", 250.5),
        ("company_size", True),
        ("company_size", float("inf")),
        ("company_size", float("nan")),
        ("company_size", "200-500"),
        ("company_size", "many"),
        ("company_size", "1,200"),
        ("company_size", "500+"),
        ("company_size", "9" * 5000),
        ("tech_stack", {"Gong": True}),
        ("tech_stack", [1, 2]),
        ("tech_stack", "[broken"),
        ("tech_stack", "[" * 100_000),
        ("tech_stack", 5),
    ],
)
def test_a_bad_value_is_dropped_and_named(field: str, value: Any) -> None:
    """A value that fails its check counts as not there."""
    values, dropped = check_values({field: value}, ())

    assert values == Values()
    assert dropped == ((field, "unknown"),)


@pytest.mark.parametrize("nothing", ["", "  ", None, "N/A", "n/a", "null", "undefined", "NONE", "-", [], {}])
@pytest.mark.parametrize("field", FIELDS)
def test_the_words_for_nothing_are_missing_and_no_fault(field: str, nothing: Any) -> None:
    """No provider is blamed for saying that it has nothing."""
    assert check_values({field: nothing}, ()) == (Values(), ())


def test_a_bad_value_counts_against_the_last_to_supply_it() -> None:
    """In a waterfall the later answer is the one that stands."""
    providers = [
        ProviderUse(name="apollo", fields=("email_work", "phone"), timestamp=""),
        ProviderUse(name="hunter", fields=("email_work",), timestamp=""),
    ]
    _, dropped = check_values({"email_work": "x", "phone": "x", "title": 1}, providers)

    assert dropped == (("email_work", "hunter"), ("phone", "apollo"), ("title", "unknown"))


def test_other_columns_are_not_looked_at() -> None:
    """What we wrote ourselves is not checked as if it had been found."""
    assert check_values({"icp_score": 1, "provenance": "{", "id": []}, ()) == (Values(), ())


@given(st.dictionaries(st.sampled_from(FIELDS), json_values()))
def test_no_json_breaks_the_checks(raw: dict[str, Any]) -> None:
    """Nothing raises, nothing is lost unnamed, and what passed can be kept in a database and in JSON."""
    values, dropped = check_values(raw, ())
    passed = {field: getattr(values, field) for field in FIELDS}

    assert {field for field, _ in dropped} <= set(raw)
    assert not any(passed[field] for field, _ in dropped)
    json.dumps(passed).encode()
    assert "\0" not in "".join(text for text in passed.values() if isinstance(text, str))


@given(st.dictionaries(st.sampled_from(FIELDS), json_values()))
def test_checking_twice_is_checking_once(raw: dict[str, Any]) -> None:
    """Values that passed pass again, unchanged."""
    values, _ = check_values(raw, ())

    assert check_values({field: getattr(values, field) for field in FIELDS}, ()) == (values, ())
