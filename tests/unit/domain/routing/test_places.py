"""Where a company is, by what its location says."""

from __future__ import annotations

import pytest

from alpha_swarm.assembly.routing import places
from alpha_swarm.domain.routing.places import Place


@pytest.mark.parametrize(
    ("location", "country", "state"),
    [
        ("San Francisco, CA", "US", "US-CA"),
        ("Austin, TX, USA", "US", "US-TX"),
        ("Atlanta, Georgia, United States", "US", "US-GA"),
        ("Washington, D.C.", "US", "US-DC"),
        ("California", "US", "US-CA"),
        ("Toronto, ON", "CA", "CA-ON"),
        ("Montréal, Québec, Canada", "CA", "CA-QC"),
        ("London, UK", "GB", None),
        ("Munich, Bavaria, Germany", "DE", None),
        ("Berlin, DE", "DE", None),
        ("Wilmington, DE", "US", "US-DE"),
        ("Bengaluru, IN", "IN", None),
        ("Indianapolis, IN", "US", "US-IN"),
        ("sao paulo, BR", "BR", None),
        ("DE", "DE", None),
        ("Tbilisi, Georgia", None, None),
        ("Greater Boston Area", None, None),
        ("", None, None),
        (" , ,", None, None),
    ],
)
def test_a_location_is_a_place(location: str, country: str | None, state: str | None) -> None:
    """Two letters are a state first, unless the city says otherwise; what may be two places is none."""
    assert places().find(location) == Place(country, state)


def test_every_country_is_in_one_of_the_great_territories() -> None:
    """Nobody falls between them."""
    found = places().territories
    great = [found[name] for name in ("EMEA", "APAC", "LATAM", "NORTH_AMERICA")]
    countries = {code for code in places().known if len(code) == 2}
    assert frozenset().union(*great) == countries
    assert sum(map(len, great)) == len(countries)
