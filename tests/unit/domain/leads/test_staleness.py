"""How old is too old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alpha_swarm.domain.leads.staleness import staleness
from tests.unit.domain.factories import NOW


@pytest.mark.parametrize(
    ("age", "word"),
    [
        (timedelta(seconds=-5), "fresh"),
        (timedelta(hours=48, seconds=-1), "fresh"),
        (timedelta(hours=48), "stale"),
        (timedelta(days=90, seconds=-1), "stale"),
        (timedelta(days=90), "very_stale"),
    ],
)
def test_age_has_three_names(age: timedelta, word: str) -> None:
    """48 hours and 90 days are the first moments of the next name."""
    assert staleness(NOW - age, NOW) == word
