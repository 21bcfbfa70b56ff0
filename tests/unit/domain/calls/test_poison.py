"""A batch that went wrong is halved until the one lead that it is about stands alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.calls.poison import CRASHES_ALONE, company_limit, is_poison


@given(st.integers(min_value=1, max_value=10_000))
def test_a_lead_stands_alone_after_as_many_crashes_as_its_company_can_be_halved(company: int) -> None:
    halvings = 0
    while company > 1:
        company, halvings = company_limit(company), halvings + 1
    assert company == 1
    assert halvings <= 13  # 2**13 < 10,000 < 2**14


def test_whoever_stands_alone_stays_alone() -> None:
    assert company_limit(1) == 1


@pytest.mark.parametrize("crashes", range(CRASHES_ALONE + 2))
def test_three_crashes_alone_are_enough(crashes: int) -> None:
    assert is_poison(crashes) == (crashes >= 3)
