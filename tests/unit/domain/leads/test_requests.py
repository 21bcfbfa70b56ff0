"""Request ids name a lead in one generation, and tokens belong to one request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.lead import Standing
from alpha_swarm.domain.leads.requests import (
    is_row_of,
    is_row_token,
    lead_of,
    may_answer,
    request_id,
    row_token,
)
from alpha_swarm.domain.states import Priority, State

LEAD = "01J8ZQ5C0V9W3M4N5P6Q7R8S9T"
KEY = b"a key for tests, long enough"


def lead(generation: int) -> Standing:
    """The same person."""
    return Standing(id=LEAD, generation=generation, state=State.ENRICHING, priority=Priority.NORMAL)


@given(generation=st.integers(1, 999_999))
def test_a_request_id_tells_its_lead_and_is_short(generation: int) -> None:
    """Routines take ids of 64 characters at most."""
    request = request_id(lead(generation))
    assert lead_of(request) == LEAD
    assert len(request) <= 64


@given(text=st.text(max_size=40))
def test_any_other_text_is_no_request_id(text: str) -> None:
    assert lead_of(text) is None


def test_what_was_sent_for_an_earlier_generation_answers_no_more() -> None:
    """A row id of the enricher's own may answer any."""
    assert may_answer(lead(2), f"{LEAD}.2")
    assert not may_answer(lead(2), f"{LEAD}.1")
    assert may_answer(lead(2), "row_17")


def test_a_run_s_row_is_of_its_generation() -> None:
    assert is_row_of(lead(2), f"run_1/{LEAD}.2")
    assert not is_row_of(lead(2), f"run_1/{LEAD}.1")
    assert not is_row_of(lead(2), None)


@given(token=st.text(max_size=40))
def test_only_its_own_token_belongs_to_a_request(token: str) -> None:
    ours = row_token(KEY, f"{LEAD}.1")
    assert is_row_token(KEY, f"{LEAD}.1", ours)
    assert not is_row_token(KEY, f"{LEAD}.2", ours)
    assert is_row_token(KEY, f"{LEAD}.1", token) is (token == ours)
