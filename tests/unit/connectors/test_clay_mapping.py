"""Clay's rows and deliveries, whatever they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.clay import mapping
from alpha_swarm.domain.leads.enrichment import ProviderUse
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError

ROW: dict[str, Any] = {
    "id": "row_1",
    "table_id": "tbl_1",
    "lead_id": "lead-1",
    "enrichment_status": "completed",
    "enriched_at": "2026-01-15T11:10:00+01:00",
    "credits_used": 2.5,
    "error": None,
    "providers_used": [
        {"name": "apollo", "fields_enriched": ["email_work"], "timestamp": "2026-01-15T10:05:00Z"},
        {"name": None},
        "nonsense",
    ],
    "email_work": "ada@works.example",
    "phone": None,
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries({"id": st.just("row_1")}, optional={name: JSON for name in ROW if name != "id"})


def test_a_row_is_read() -> None:
    """Values keep their blanks, what describes the row is apart, times are UTC."""
    row = mapping.row_result(ROW)
    assert row is not None
    assert (row.row_id, row.lead_id, row.status) == ("row_1", "lead-1", EnrichmentStatus.COMPLETED)
    assert row.values == {"email_work": "ada@works.example", "phone": None}
    assert row.providers == (
        ProviderUse(name="apollo", fields=("email_work",), timestamp="2026-01-15T10:05:00Z"),
    )
    assert (row.credits_used, row.enriched_at) == (2.5, datetime(2026, 1, 15, 10, 10, tzinfo=UTC))


@given(ROWS)
def test_any_row_with_an_id_is_read(row: dict[str, Any]) -> None:
    """And is fit for storing: no NUL, no half characters, no costs below nothing."""
    result = mapping.row_result(row)
    assert result is not None
    assert result.complete
    assert result.credits_used is not None
    assert 0 <= result.credits_used < float("inf")
    stored = json.dumps([dict(result.values), result.error, [list(use.fields) for use in result.providers]])
    assert "\\u0000" not in stored
    stored.encode()


@pytest.mark.parametrize("row_id", [None, "", 5, "x" * 201, "a\x00"])
def test_a_row_without_a_usable_id_is_none(row_id: Any) -> None:
    """It cannot be told whose it is."""
    assert mapping.row_result({**ROW, "id": row_id}) is None


def envelope(event: str = "row.enriched", **data: Any) -> dict[str, Any]:
    """A delivery."""
    return {
        "event": event,
        "timestamp": "2026-01-15T10:10:00Z",
        "table_id": "tbl_1",
        "row_id": "row_1",
        "data": data,
    }


def delivered(body: Any) -> list[Any]:
    """The rows of a body."""
    return mapping.delivered(json.dumps(body).encode())


def test_a_delivery_without_costs_is_partial() -> None:
    """The row has to be fetched."""
    assert not delivered(envelope(email_work="a"))[0].complete
    assert delivered(envelope(email_work="a", credits_used=0))[0].complete


@pytest.mark.parametrize(
    ("event", "status", "read"),
    [
        ("row.enriched", None, EnrichmentStatus.COMPLETED),
        ("row.enriched", "partial", EnrichmentStatus.PARTIAL),
        ("row.enriched", "in_progress", EnrichmentStatus.COMPLETED),
        ("row.enriched", "whatever", EnrichmentStatus.COMPLETED),
        ("row.enrichment_failed", None, EnrichmentStatus.FAILED),
        ("row.enrichment_failed", "pending", EnrichmentStatus.FAILED),
    ],
)
def test_the_event_says_that_it_is_over(event: str, status: str | None, read: EnrichmentStatus) -> None:
    """The row's own status counts as far as it is an end."""
    data = {} if status is None else {"enrichment_status": status}
    assert delivered(envelope(event, **data))[0].status is read


def test_a_list_of_deliveries_is_read_as_far_as_it_goes() -> None:
    """What is none is left out."""
    bodies = [envelope(), {"event": "row.enriched"}, envelope(event="row.created"), 5]
    assert [row.row_id for row in delivered(bodies)] == ["row_1"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"{}", b"5", b'"row"', b"[" * 100_000, b"\xff", b"NaN"]
)
def test_a_body_without_a_row_is_given_up(body: bytes) -> None:
    """It is nothing that a repetition could mend."""
    with pytest.raises(GiveUpError):
        mapping.delivered(body)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_rows_or_given_up(body: bytes) -> None:
    """Nothing else comes of it."""
    try:
        rows = mapping.delivered(body)
    except GiveUpError:
        return
    assert rows


STATUSES = st.sampled_from(list(EnrichmentStatus))


@given(
    st.lists(st.tuples(st.integers(1, 10**6), STATUSES), min_size=1, unique_by=lambda one: one[0]),
    st.randoms(),
)
def test_the_row_of_a_lead_does_not_hang_on_the_order(
    rows: list[tuple[int, EnrichmentStatus]], random: Any
) -> None:
    """Of those that are not pending the lowest number, else the lowest of all."""
    results = [
        mapping.row_result({"id": f"row_{number}", "lead_id": "lead-1", "enrichment_status": status})
        for number, status in rows
    ]
    random.shuffle(results)
    best = mapping.best_by_lead(row for row in results if row is not None)["lead-1"]
    begun = [number for number, status in rows if status is not EnrichmentStatus.PENDING]
    assert best.row_id == f"row_{min(begun or [number for number, _ in rows])}"
