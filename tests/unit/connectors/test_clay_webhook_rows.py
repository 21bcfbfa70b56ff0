"""Rows for a webhook source: flat, and cut by number and bytes."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.connectors.clay.webhook_rows import COLUMNS, Row, body_of, cut, row_of
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.leads.requests import row_token
from alpha_swarm.domain.states import Priority, SourceType, State

ROWS = st.lists(st.integers(2, 60), max_size=40).map(
    lambda sizes: [Row(str(place), b"1" * size) for place, size in enumerate(sizes)]
)


def test_a_row_is_flat_and_brings_no_more_than_may_go_out() -> None:
    """Where and how a person was met stays here; the columns to be set up in Clay are those of the rows."""
    given = LeadInput(
        linkedin_url="https://www.linkedin.com/in/ada",
        email="ada@works.example",
        company_domain="works.example",
        first_name="Ada",
        last_name="Lovelace",
        company_name="Works",
        source_type=SourceType.POST_COMMENTER,
        source_name="Rival",
        source_url="https://www.linkedin.com/feed/secret",
        engagement_content="what she wrote",
        scraped_at=datetime(2026, 1, 15, tzinfo=UTC),
    )
    lead = Lead(
        id="L", generation=2, state=State.RECEIVED, priority=Priority.NORMAL, input=given, external_ids={}
    )
    row = json.loads(row_of(lead, 3, b"key", "https://us.example/callback").json)
    assert tuple(row) == COLUMNS
    assert (row["request_id"], row["lead_key"], row["dedupe_key"], row["attempt"]) == ("L.2", "L", "L.2", 3)
    assert row["callback_token"] == row_token(b"key", "L.2")
    assert all(isinstance(cell, str | int) for cell in row.values())


def test_one_row_alone_is_an_object() -> None:
    """Which every webhook source takes."""
    row = Row("a", b'{"a":1}')
    assert json.loads(body_of([row])) == {"a": 1}
    assert json.loads(body_of([row, row])) == [{"a": 1}, {"a": 1}]


@given(ROWS, st.integers(1, 10), st.integers(10, 200))
def test_calls_are_as_full_as_allowed(rows: list[Row], most_records: int, most_bytes: int) -> None:
    """No row is lost, none is moved; a call that is too large holds one row, which is too large itself."""
    parcels = list(cut(rows, most_records, most_bytes))
    assert [row for parcel in parcels for row in parcel] == rows
    for parcel in parcels:
        assert 1 <= len(parcel) <= most_records
        assert len(body_of(parcel)) <= most_bytes or len(parcel) == 1
    for parcel, following in itertools.pairwise(parcels):
        assert len(parcel) == most_records or len(body_of([*parcel, following[0]])) > most_bytes
