"""The flat body of an HTTP API column: nothing of it breaks us, and what it says is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.clay.flat import FlatRow, decode, decode_row
from alpha_swarm.connectors.clay.flat_fields import FIELDS
from alpha_swarm.connectors.clay.flat_values import is_missing
from alpha_swarm.connectors.clay.pasting import column_body
from alpha_swarm.domain.leads.enrichment import ProviderUse
from alpha_swarm.domain.results.checks import check_values
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError

LEAD = "01JAAAAAAAAAAAAAAAAAAAAAAA"
REQUEST = f"{LEAD}.1"

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from([*FIELDS]), inner)
    ),
    max_leaves=12,
)


def one(**cells: Any) -> FlatRow:
    """The only row of a body with these cells, and a request id."""
    (row,) = decode(json.dumps({"request_id": REQUEST, **cells}).encode())
    return row


def values(**cells: Any) -> dict[str, Any]:
    """Its values."""
    return dict(one(**cells).result.values)


def test_a_row_names_its_lead_and_brings_its_token() -> None:
    """It is over, what it cost is not known."""
    row = one(callback_token="t", lead_key="x")
    assert (row.result.row_id, row.result.lead_id, row.token) == (REQUEST, LEAD, "t")
    assert (row.result.status, row.result.credits_used) == (EnrichmentStatus.COMPLETED, None)


@pytest.mark.parametrize(
    "name", ["email_work", "Email Work", "EMAIL_WORK", "emailWork", "Work Email", "Business Email"]
)
def test_names_drift(name: str) -> None:
    """In case, blanks and underscores, and to what people call it."""
    assert values(**{name: "a@b.co"}) == {"email_work": "a@b.co"}


@pytest.mark.parametrize("name", ["Id", "Request ID", "requestId", "row_id", "Dedupe Key"])
def test_the_request_id_is_found_where_it_stands(name: str) -> None:
    """What stands there and is none is passed over."""
    (row,) = decode(json.dumps({name: REQUEST, "id": 17}).encode())
    assert row.result.row_id == REQUEST


def test_without_request_id_the_lead_key_names_the_lead() -> None:
    (row,) = decode(json.dumps({"request_id": "", "Lead Key": LEAD}).encode())
    assert (row.result.row_id, row.result.lead_id) == (LEAD, LEAD)


def test_the_address_that_we_sent_is_no_result() -> None:
    """Under its own name it comes back as it went out."""
    assert values(email="sent@b.co") == {}


@pytest.mark.parametrize("nothing", ["", "  ", "N/A", "n/a", "null", "undefined", "[]", None, False, "FALSE"])
@pytest.mark.parametrize("field", FIELDS)
def test_words_for_nothing_are_missing(field: str, nothing: Any) -> None:
    assert values(**{field: nothing}) == {}


@pytest.mark.parametrize("written", [250, 250.0, "250", " 250 ", "250.0", '"250"', [250]], ids=repr)
def test_numbers_come_as_text(written: Any) -> None:
    assert values(company_size=written) == {"company_size": 250}


def test_what_is_no_number_is_kept_to_be_dropped_and_counted_by_its_check() -> None:
    """A range is no size."""
    assert values(company_size="201-500") == {"company_size": "201-500"}


@pytest.mark.parametrize(
    "written", [["Gong", "Outreach"], '["Gong", "Outreach"]', "Gong, Outreach", "Gong,Outreach,"]
)
def test_lists_come_as_json_or_with_commas(written: Any) -> None:
    assert values(tech_stack=written) == {"tech_stack": ["Gong", "Outreach"]}


def test_a_post_keeps_its_commas() -> None:
    assert values(recent_posts="Well, well") == {"recent_posts": ["Well, well"]}


def test_texts_come_as_numbers_and_in_quotes() -> None:
    assert values(funding_amount=5_000_000, title='"VP, Sales"') == {
        "funding_amount": "5000000",
        "title": "VP, Sales",
    }


@pytest.mark.parametrize("data", [{"Work Email": "a@b.co"}, json.dumps({"Work Email": "a@b.co"})])
def test_a_row_may_lie_under_data(data: Any) -> None:
    """Also as JSON in a text, and in the envelope of the row API, whose own row id is not ours."""
    envelope = {
        "event": "row.enriched",
        "table_id": "t",
        "row_id": "r_1",
        "request_id": REQUEST,
        "data": data,
    }
    (row,) = decode(json.dumps(envelope).encode())
    assert (row.result.row_id, dict(row.result.values)) == (REQUEST, {"email_work": "a@b.co"})


def test_an_event_of_failure_and_an_error_are_told() -> None:
    """Without values both make it a failure."""
    assert one(event="row.enrichment_failed").result.status is EnrichmentStatus.FAILED
    assert one(enrichment_status="Failed").result.status is EnrichmentStatus.FAILED
    assert one(error="no credits left").result.error == "no credits left"
    assert one(error="false").result.error is None


def test_a_list_holds_several_rows() -> None:
    """What says not whose it is is passed over."""
    rows = decode(
        json.dumps([{"request_id": REQUEST}, {"title": "x"}, 5, {"request_id": f"{LEAD}.2"}]).encode()
    )
    assert [row.result.row_id for row in rows] == [REQUEST, f"{LEAD}.2"]


def test_providers_are_named_by_what_they_found() -> None:
    """One that found several things is one use; a name that is none is not repeated."""
    row = one(
        email_work="a@b.co",
        provider_email="Apollo",
        company_size="5",
        company_domain="b.co",
        provider_company="apollo",
        title="VP",
        **{"Job Title Data Provider": "someone@b.co"},
    )
    assert set(row.result.providers) == {
        ProviderUse(name="apollo", fields=("email_work", "company_domain", "company_size"), timestamp=""),
        ProviderUse(name="unknown", fields=("title",), timestamp=""),
    }


@pytest.mark.parametrize(
    ("written", "cost"), [("4.5", 4.5), (3, 3.0), ("-1", None), ("many", None), (1e12, None)]
)
def test_credits_are_told_where_a_column_holds_them(written: Any, cost: float | None) -> None:
    assert one(credits_used=written).result.credits_used == cost


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"{", b"\xff", b'"text"', b"[1]", b'{"title": "VP"}', b"[" * 9999]
)
def test_what_names_nobody_is_refused(body: bytes) -> None:
    with pytest.raises(GiveUpError) as refused:
        decode(body)
    assert refused.value.cause == "invalid_webhook"


def decoded(body: bytes) -> list[FlatRow]:
    """Its rows, none where it is refused with the one verdict that there is."""
    try:
        return decode(body)
    except GiveUpError as refused:
        return [] if refused.cause == "invalid_webhook" else [FAIL]


#: Stands for another verdict, and is no row.
FAIL: Any = None


@given(ANY_JSON | st.dictionaries(st.sampled_from(["request_id", "data", *FIELDS]), ANY_JSON))
def test_no_json_raises_anything_but_the_one_verdict(body: Any) -> None:
    """And what comes of it can be judged."""
    extra = decode_row(
        {"request_id": REQUEST, "data": body, "tech_stack": body, "credits": body, "error": body}
    )
    for row in [*decoded(json.dumps(body).encode()), extra]:
        assert row is not None
        check_values(row.result.values, row.result.providers)


@given(st.binary())
def test_no_bytes_raise_anything_but_the_one_verdict(body: bytes) -> None:
    assert FAIL not in decoded(body)


TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]), min_size=1
).filter(lambda text: not is_missing(text) and text == text.strip() and text[0] not in '"[{')
NAME = TEXT.filter(lambda text: "," not in text)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "number": st.integers(0, 10**9),
    "names": st.lists(NAME, min_size=1, max_size=4),
    "texts": st.lists(TEXT, min_size=1, max_size=4),
}


def rendered(cells: dict[str, Any], *, with_commas: bool) -> bytes:
    """What the template becomes: every cell as text, an empty one as nothing."""
    text = column_body()
    for name, (kind, title, _) in FIELDS.items():
        cell = cells.get(name, "")
        if isinstance(cell, list):
            cell = ", ".join(cell) if with_commas and kind == "names" else json.dumps(cell)
        text = text.replace(f'"{{{{{title}}}}}"', json.dumps(str(cell)))
    return text.replace("{{request_id}}", REQUEST).encode()


@given(
    st.fixed_dictionaries({}, optional={name: KINDS[kind] for name, (kind, _, _) in FIELDS.items()}),
    st.booleans(),
)
def test_what_the_template_renders_is_understood(
    cells: dict[str, Any],
    with_commas: bool,  # noqa: FBT001 - hypothesis gives it by place
) -> None:
    """Each value as it was in the table."""
    (row,) = decode(rendered(cells, with_commas=with_commas))
    assert (row.result.row_id, row.result.values) == (REQUEST, cells)
