"""What the CRMs are told about a lead: laws that hold for any payload."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.ghl import mapping as ghl
from alpha_swarm.connectors.ghl.schemas import ContactRecord
from alpha_swarm.connectors.instantly import mapping as instantly
from alpha_swarm.connectors.instantly.schemas import LeadRecord
from alpha_swarm.connectors.text import as_text, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: The keys that Instantly takes for a lead, and no others.
INSTANTLY_KEYS = {
    "email",
    "first_name",
    "last_name",
    "company_name",
    "job_title",
    "phone",
    "website",
    "custom_variables",
}
NAMES = sorted({*ghl.STANDARD, *ghl.CUSTOM, *instantly.STANDARD, *instantly.CUSTOM, "provenance", "state"})
TEXT = st.text() | st.sampled_from(["", " ", "\x00", "\u2003", "\ud83d"])
VALUE = (
    st.none() | TEXT | st.integers() | st.booleans() | st.floats() | st.lists(TEXT | st.none(), max_size=4)
)
PAYLOADS = st.dictionaries(st.sampled_from(NAMES), VALUE)


def leaves(value: Any) -> Iterator[Any]:
    """Every value that is neither a list nor a mapping; an empty one counts as a value."""
    if isinstance(value, dict) and value:
        for member in value.values():
            yield from leaves(member)
    else:
        yield value


@pytest.mark.parametrize("fields", [ghl.contact_fields, instantly.lead_fields])
@given(payload=PAYLOADS)
def test_no_blank_is_ever_sent(
    fields: Callable[[Mapping[str, Any]], dict[str, Any]], payload: dict[str, Any]
) -> None:
    """It would wipe out what a person has entered."""
    mapped = fields(payload)
    assert (
        all(leaf not in (None, "", [], {}) and str(leaf).strip() for leaf in leaves(mapped)) or mapped == {}
    )


@pytest.mark.parametrize("fields", [ghl.contact_fields, instantly.lead_fields])
@given(payload=PAYLOADS)
def test_what_is_sent_can_be_sent(
    fields: Callable[[Mapping[str, Any]], dict[str, Any]], payload: dict[str, Any]
) -> None:
    """It is JSON by the standard, and each text can be encoded."""
    json.dumps(fields(payload), allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("fields", [ghl.contact_fields, instantly.lead_fields])
@given(payload=PAYLOADS)
def test_mapping_is_pure(
    fields: Callable[[Mapping[str, Any]], dict[str, Any]], payload: dict[str, Any]
) -> None:
    """The same payload gives the same fields, whatever the order of its keys."""
    turned = dict(reversed(payload.items()))
    assert fields(payload) == fields(turned)


@given(PAYLOADS)
def test_ghl_gets_texts_alone(payload: dict[str, Any]) -> None:
    """Numbers too are texts, and tags are never among them."""
    mapped = ghl.contact_fields(payload)
    assert all(isinstance(leaf, str) for leaf in leaves(mapped)) or mapped == {}
    assert "tags" not in mapped


@given(PAYLOADS)
def test_a_ghl_body_names_each_custom_field_by_its_id(payload: dict[str, Any]) -> None:
    """Under ``id`` and ``field_value``, as its contract has it."""
    fields = ghl.contact_fields(payload)
    body = ghl.contact_body(fields, {name: f"id-{name}" for name in ghl.CUSTOM})
    custom = {item["id"]: item["field_value"] for item in body.get("customFields", [])}
    assert custom == {f"id-{name}": value for name, value in fields.items() if name in ghl.CUSTOM}
    assert body.keys() <= {*ghl.STANDARD.values(), "customFields"}


@given(PAYLOADS)
def test_instantly_gets_known_keys_and_scalars(payload: dict[str, Any]) -> None:
    """Any other key would have the whole batch refused."""
    body = instantly.lead_body(instantly.lead_fields(payload))
    assert body.keys() <= INSTANTLY_KEYS
    assert all(isinstance(value, str | int | float) for value in body.get("custom_variables", {}).values())
    assert all(isinstance(value, str) for name, value in body.items() if name != "custom_variables")


def test_scores_stay_numbers_where_campaigns_compare_them() -> None:
    """And a score of nought is said."""
    assert instantly.lead_fields({"icp_score": 0}) == {"icp_score": 0}
    assert ghl.contact_fields({"icp_score": 0}) == {"icp_score": "0"}


@given(PAYLOADS)
def test_a_record_as_written_reads_the_same(payload: dict[str, Any]) -> None:
    """What was sent and comes back is no change."""
    fields = instantly.lead_fields(payload)
    body = instantly.lead_body(fields)
    record = LeadRecord.model_validate({**body, "id": "1", "payload": body.get("custom_variables")})
    assert instantly.fields_of(record) == fields


@given(PAYLOADS)
def test_a_contact_as_written_reads_the_same(payload: dict[str, Any]) -> None:
    """What was sent and comes back is no change."""
    ids = {name: f"id-{name}" for name in ghl.CUSTOM}
    fields = ghl.contact_fields(payload)
    body = ghl.contact_body(fields, ids)
    custom = [{"id": one["id"], "value": one["field_value"]} for one in body.pop("customFields", [])]
    record = ContactRecord.model_validate({**body, "id": "1", "customFields": custom})
    assert ghl.fields_of(record, ids) == fields


def test_custom_variables_of_others_survive_an_update() -> None:
    """What an update names of them replaces all."""
    payload = {"firstName": "Ann", "first_name": "Ann", "theirs": "x", "icp_score": 10}
    record = LeadRecord.model_validate({"id": "1", "first_name": "Ann", "payload": payload})
    body = instantly.update_body({"icp_score": 20}, record)
    assert body == {"custom_variables": {"theirs": "x", "icp_score": 20}}


def test_a_custom_variable_may_be_called_like_a_field_of_the_record() -> None:
    """It stays; what is no scalar cannot be given back."""
    payload = {"status": "warm", "company_domain": "acme.com", "odd": {}}
    record = LeadRecord.model_validate({"id": "1", "status": 1, "company_domain": "x", "payload": payload})
    body = instantly.update_body({"icp_score": 20}, record)
    expected = {"status": "warm", "company_domain": "acme.com", "icp_score": 20}
    assert body == {"custom_variables": expected}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (250, "250"),
        (250.0, "250"),
        (2.5, "2.5"),
        (["a", "", None, "b"], "a, b"),
        (True, "true"),
        (" a\x00 ", "a"),
    ],
)
def test_values_as_text(value: Any, text: str) -> None:
    """One kind of value."""
    assert as_text(value) == text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What is clean stays as it is."""
    assert clean(clean(text)) == clean(text)
