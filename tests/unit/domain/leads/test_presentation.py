"""A lead as it is shown: how old its values are, and whether they stand in for fresher ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.leads.output import output_payload
from alpha_swarm.domain.leads.presentation import present_lead
from alpha_swarm.domain.moments import write_moment
from tests.unit.domain.factories import ENRICHMENT, LEAD, NOW

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Lead


def enriched(age: timedelta) -> Lead:
    """A lead whose values are so old."""
    return replace(LEAD, enrichment=replace(ENRICHMENT, enriched_at=NOW - age))


@pytest.mark.parametrize(
    ("days", "away", "staleness", "fallback"),
    [
        (1, False, "fresh", False),
        (1, True, "fresh", True),
        (3, False, "stale", True),
        (3, True, "stale", True),
        (100, False, "very_stale", True),
        (100, True, "very_stale", True),
    ],
)
def test_known_values_stand_in_when_they_are_old_or_clay_is_away(
    *, days: int, away: bool, staleness: str, fallback: bool
) -> None:
    shown = present_lead(enriched(timedelta(days=days)), NOW, clay_away=away)
    assert (shown["staleness"], shown["fallback"]) == (staleness, fallback)


@pytest.mark.parametrize("away", [True, False])
def test_where_nothing_is_known_nothing_stands_in(*, away: bool) -> None:
    shown = present_lead(replace(LEAD, enrichment=None), NOW, clay_away=away)
    assert (shown["staleness"], shown["fallback"]) == (None, False)


def test_what_a_crm_is_given_keeps_the_date_of_the_values() -> None:
    """However late it comes there, it does not pass for fresh; and it does not hear of our own words."""
    given = output_payload(enriched(timedelta(days=100)))
    assert given["enriched_at"] == write_moment(NOW - timedelta(days=100))
    assert not {"staleness", "fallback"} & given.keys()
