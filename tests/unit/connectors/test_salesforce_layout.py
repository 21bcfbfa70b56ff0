"""Values as they fit into the org's fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.salesforce.facts import PLACEHOLDER
from alpha_swarm.connectors.salesforce.layout import Layout, OrgField
from alpha_swarm.connectors.text import as_text

KINDS = (
    "string",
    "textarea",
    "email",
    "phone",
    "url",
    "picklist",
    "double",
    "int",
    "boolean",
    "datetime",
    "date",
)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat())
RAW = st.text() | st.floats() | st.integers() | st.booleans() | MOMENTS
#: As the mapping makes them.
TEXTS = RAW.map(as_text).filter(bool)


def layout(kind: str, length: int = 20, scale: int = 0, *, required: bool = False) -> Layout:
    """An org with one field."""
    field = OrgField(name="Field__c", kind=kind, length=length, scale=scale, required=required)
    return Layout(fields={"title": field}, missing=(), prefix="00Q", convertible=True, silencing=())


def kept(value: Any) -> Any:
    """What a vendor gives back of what it was given: texts trimmed, moments with milliseconds."""
    return value.strip() if isinstance(value, str) else value


@given(st.sampled_from(KINDS), TEXTS, st.integers(0, 3))
def test_what_was_fitted_is_read_again_as_it_was(kind: str, text: str, scale: int) -> None:
    """So that what stands compares with what we have; fitting it twice changes nothing."""
    one = layout(kind, scale=scale)
    fitted = one.fit({"title": text})
    assert one.fit(fitted) == fitted
    body = {name: kept(value) for name, value in one.body(fitted).items()}
    assert one.read(body) == {name: value for name, value in fitted.items() if value != PLACEHOLDER}


@given(st.sampled_from(["string", "textarea", "picklist"]), TEXTS, st.integers(1, 30))
def test_texts_are_cut_to_the_length_that_the_vendor_counts(kind: str, text: str, length: int) -> None:
    """In UTF-16 units, never through the middle of a character."""
    fitted = layout(kind, length).fit({"title": text}).get("title", "")
    assert len(fitted.encode("utf-16-le")) // 2 <= length
    assert fitted.strip() == fitted


@pytest.mark.parametrize(
    ("kind", "text", "fitted"),
    [
        ("email", "A@B.example", "a@b.example"),
        ("email", "a" * 20 + "@b.example", None),
        ("url", "https://a.example/" + "b" * 20, None),
        ("phone", "+14155550123", "+14155550123"),
        ("double", "95", "95"),
        ("double", "95.26", "95.3"),
        ("double", "10-50 M", None),
        ("double", "nan", None),
        ("int", "250.4", "250"),
        ("boolean", "yes", None),
        ("datetime", "2026-01-15T12:10:00+02:00", "2026-01-15T10:10:00Z"),
        ("datetime", "soon", None),
        ("date", "2026-01-15T10:10:00Z", "2026-01-15"),
    ],
)
def test_each_kind_of_field_takes_what_it_can_hold(kind: str, text: str, fitted: str | None) -> None:
    """A part of an address or of a number is left out."""
    scale = 1 if kind == "double" else 0
    assert layout(kind, scale=scale).fit({"title": text}).get("title") == fitted


def test_numbers_go_as_numbers() -> None:
    """A text in a number's place would spoil the whole collection."""
    assert layout("double", scale=1).body({"title": "95.5"}) == {"Field__c": 95.5}
    assert layout("int").body({"title": "-7"}) == {"Field__c": -7}
    assert layout("boolean").body({"title": "false"}) == {"Field__c": False}


def test_a_field_that_may_not_be_empty_gets_the_placeholder() -> None:
    """And any other `null`; what the org has no field for is left out."""
    assert layout("string", required=True).body({"title": None}) == {"Field__c": PLACEHOLDER}
    assert layout("string").body({"title": None, "email": "a@b.example"}) == {"Field__c": None}
