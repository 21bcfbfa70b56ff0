"""The score against the published formula."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm import settings
from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.scoring import Weights, score
from alpha_swarm.domain.states import Tier
from alpha_swarm.errors import ConfigurationError
from tests.unit.domain.factories import VALUES, WEIGHTS

TITLES = [
    "Chief",
    "cro",
    "Micro",
    "CEO",
    "vp",
    "Vice President",
    "Director",
    "Head of",
    "senior",
    "clerk",
    "",
    "İ",
]
TECH = ["Salesforce", "HubSpot CRM", "outreach.io", "GONG", "Clari", "Excel", ""]


def any_values() -> st.SearchStrategy[Values]:
    """Values about the bounds and words of the formula."""
    bounds = st.sampled_from([0, 1, 49, 50, 99, 100, 199, 200, 2000, 2001, 5000, 5001])
    return st.builds(
        Values,
        company_size=st.none() | bounds | st.integers(1, 1_000_000),
        company_industry=st.none()
        | st.sampled_from(["SaaS", "saas", "Technology", "Software", "B2B", "Retail"]),
        title=st.none() | st.lists(st.sampled_from(TITLES)).map(" ".join) | st.text(),
        tech_stack=st.lists(st.sampled_from(TECH) | st.text(), max_size=20).map(tuple),
        funding_stage=st.none() | st.sampled_from(["Seed", "Series A", "Series B", "Series C", "series a"]),
    )


def formula(values: Values) -> int:
    """The published formula, written down once more without our tables."""
    wanted = ["salesforce", "hubspot", "outreach", "gong", "clari"]
    matches = [entry for entry in values.tech_stack if any(word in entry.lower() for word in wanted)]
    total = size_points(values.company_size or 0) + title_points((values.title or "").lower())
    total += 20 if values.company_industry in {"SaaS", "Technology", "Software", "B2B"} else 0
    total += min(len(matches) * 5, 15)
    total += 10 if values.funding_stage in {"Series A", "Series B", "Series C"} else 0
    return min(total, 100)


def size_points(size: int) -> int:
    """Its first part."""
    if 200 <= size <= 2000:
        return 30
    if 100 <= size < 200:
        return 20
    if 50 <= size < 100:
        return 10
    return 15 if 2000 < size <= 5000 else 0


def title_points(title: str) -> int:
    """Its third part."""
    if "chief" in title or "cro" in title or "ceo" in title:
        return 25
    if "vp" in title or "vice president" in title:
        return 20
    if "director" in title:
        return 15
    return 10 if "head of" in title or "senior" in title else 0


@given(any_values())
def test_the_score_is_the_formula(values: Values) -> None:
    """Also the sum of its points, in steps of five, with the tier that follows."""
    result = score(values, WEIGHTS)

    assert result.total == formula(values)
    assert result.total == min(100, sum(result.points.values()))
    assert result.total % 5 == 0
    assert result.tier is (Tier.ONE if result.total >= 80 else Tier.TWO if result.total >= 50 else Tier.THREE)


def test_the_example_scores_95() -> None:
    """A record that has something of each criterion, one by one."""
    result = score(VALUES, WEIGHTS)

    assert (result.total, result.tier) == (95, Tier.ONE)
    assert result.points == {"size": 30, "industry": 20, "title": 20, "tech": 15, "funding": 10}


def test_a_part_inside_a_word_counts_and_case_matters_only_where_said() -> None:
    """Titles by part, industry and funding exactly."""
    assert score(Values(title="Microbiologist"), WEIGHTS).points["title"] == 25
    assert score(Values(company_industry="saas"), WEIGHTS).total == 0
    assert score(Values(funding_stage="series b"), WEIGHTS).total == 0


def test_a_tech_entry_counts_once_however_much_it_names() -> None:
    """Entries are counted, not matches."""
    assert score(Values(tech_stack=("Gong + Clari",)), WEIGHTS).points["tech"] == 5


def test_other_weights_give_other_scores() -> None:
    """The profile is a setting; 100 stays the most."""
    data = settings.read("icp")
    data["industry"] = {"names": ["Retail"], "points": 40}
    weights = Weights.from_mapping(data)

    assert score(replace(VALUES, company_industry="Retail"), weights).total == 100
    assert score(Values(company_industry="Retail"), weights).points["industry"] == 40


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"most": "lots"}, r"score weights: most: .* correct the value"),
        ({"weights": 1}, r"score weights: weights: is no known key; remove it"),
        ({"tech": {"contains": [""], "points_each": 5, "most": 15}}, r"score weights: tech\.contains\.0: "),
        ({"tiers": {"one": 80}}, r"score weights: tiers\.two: is missing; add it"),
    ],
)
def test_wrong_weights_are_named_with_the_remedy(change: dict[str, object], line: str) -> None:
    """One line with the key and what to do."""
    with pytest.raises(ConfigurationError, match=line):
        Weights.from_mapping(settings.read("icp") | change)
