"""No spreadsheet runs what a stranger wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.export_cell import safe_cell


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "  =1", "\uff1d1"]
)
def test_a_formula_becomes_text(text: str) -> None:
    """An apostrophe makes a spreadsheet show the text."""
    assert safe_cell(text) == f"'{text}"


@given(st.text())
def test_nothing_is_lost_and_once_is_enough(text: str) -> None:
    """At most one apostrophe is added, and nothing that runs is left."""
    safe = safe_cell(text)

    assert safe in {text, f"'{text}"}
    assert safe_cell(safe) == safe
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
